//! Pages, one a file. Each takes what it shows and gives the whole document as text.

pub mod account;
pub mod home;
pub mod method_not_allowed;
pub mod moving;
pub mod namespace;
pub mod not_found;
pub mod operator;
pub mod refused;
pub mod report;
pub mod repository;
pub mod taken_down;
pub mod trouble;
