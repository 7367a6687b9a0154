//! What happens. Plain functions over the store; they return data, and `http` renders it.

pub mod account;
pub mod answer;
pub mod blob;
pub mod cached;
pub mod error;
pub mod import;
pub mod index;
pub mod input;
pub mod manifest;
pub mod meter;
pub mod networks;
pub mod outcome;
pub mod publish;
pub mod published;
pub mod referrer;
pub mod removal;
pub mod repository;
pub mod settings;
pub mod sign_in;
pub mod sweep;
pub mod tag;
pub mod takedown;
pub mod trust;
pub mod upload;
pub mod upstreams;

pub use answer::Answer;
pub use error::Error;
pub use input::Input;
pub use meter::Meter;
pub use outcome::Outcome;
