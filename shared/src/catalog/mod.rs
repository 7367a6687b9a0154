//! What people see of a registry: repositories, tags, platforms, sizes, times, and the command that
//! pulls. Plain data and the words for it; where the data comes from and how it is drawn is the
//! site's business.

pub mod display_text;
pub mod host;
pub mod kind;
pub mod platform;
pub mod pull_command;
pub mod repository;
pub mod size;
pub mod tag;
pub mod tag_order;
pub mod time;
pub mod web_link;

pub use display_text::display_text;
pub use host::Host;
pub use kind::Kind;
pub use platform::Platform;
pub use pull_command::{PullTarget, Tool};
pub use repository::{RepositoryDetail, RepositorySummary, TagCount};
pub use tag::{PlatformEntry, TagEntry, TagGroup};
pub use web_link::WebLink;
