//! The words of Roadstead's own API, `/api/v1/…`: what the registry's specification has no call for.

pub mod contact;
pub mod form;
pub mod path;
pub mod settings;
pub mod takedown;

pub use form::Form;
pub use settings::Settings;
