//! The words about people: names of accounts and namespaces, passwords, roles, and what a personal
//! access token may do.

pub mod attempts;
pub mod grant;
pub mod name;
pub mod password;
pub mod role;

pub use grant::Grant;
pub use name::AccountName;
pub use role::Role;
