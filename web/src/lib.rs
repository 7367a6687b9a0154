//! The site: catalog pages, rendered by a Worker of its own and whole without JavaScript.
//!
//! The same crate is built twice. With `ssr` it is the Worker: a route table, queries against D1,
//! Leptos components rendered to text. With `hydrate` it is the browser bundle, which holds the
//! islands only: the copy button, the rewriter of files and the theme switch. Rendering goes without `leptos_axum`: pages
//! have one route table and no resources, so a function from data to text is all there is to it.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` are two programs: build them one at a time");

mod browser;
pub mod parts;
mod theme;

#[cfg(feature = "hydrate")]
pub mod hydrate;

#[cfg(feature = "ssr")]
pub mod answer;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(all(feature = "ssr", target_arch = "wasm32"))]
mod server;
#[cfg(feature = "ssr")]
pub mod source;
#[cfg(feature = "ssr")]
pub mod visit;

pub use theme::Theme;
