//! Components, one a file. The islands (`copy_button`, `rewriter`, `theme_switch`) are in both programs;
//! everything else only runs where pages are rendered.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]

pub mod copy_button;
pub mod rewriter;
pub mod theme_switch;

#[cfg(feature = "ssr")]
pub mod chart;
#[cfg(feature = "ssr")]
pub mod command_line;
#[cfg(feature = "ssr")]
pub mod configuration;
#[cfg(feature = "ssr")]
pub mod contours;
#[cfg(feature = "ssr")]
pub mod crumbs;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod facts;
#[cfg(feature = "ssr")]
pub mod footer;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod gauge;
#[cfg(feature = "ssr")]
pub mod header;
#[cfg(feature = "ssr")]
pub mod mark;
#[cfg(feature = "ssr")]
pub mod notice;
#[cfg(feature = "ssr")]
pub mod pager;
#[cfg(feature = "ssr")]
pub mod platform_sizes;
#[cfg(feature = "ssr")]
pub mod publish_guide;
#[cfg(feature = "ssr")]
pub mod pull_box;
#[cfg(feature = "ssr")]
pub mod repository_row;
#[cfg(feature = "ssr")]
pub mod tag_row;
#[cfg(feature = "ssr")]
pub mod tag_table;
#[cfg(feature = "ssr")]
pub mod when;
