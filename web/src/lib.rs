//! The site.
#[cfg(feature="ssr")]
use hydration_context as _;
