//! Why a request is no call of the API.

use roadstead_shared::oci::{digest, name, path, query, tag};
use roadstead_shared::upstream::Elsewhere;

/// A refusal of the route room.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The path has no shape of the API's.
    #[error(transparent)]
    Path(#[from] path::Invalid),
    /// The repository's name breaks the grammar.
    #[error(transparent)]
    Name(#[from] name::Invalid),
    /// The name of an account or namespace breaks the grammar.
    #[error(transparent)]
    AccountName(#[from] roadstead_shared::account::name::Invalid),
    /// The digest breaks the grammar.
    #[error(transparent)]
    Digest(#[from] digest::Invalid),
    /// The end of an upload does not say which digest it should have.
    #[error("the query parameter 'digest' is missing")]
    NoDigest,
    /// A manifest is to be stored under a tag that breaks the grammar.
    #[error(transparent)]
    Tag(#[from] tag::Invalid),
    /// A manifest is to be stored under more tags than one call may name.
    #[error("at most {} tags can be given at once", super::MAX_TAG_PARAMETERS)]
    TooManyTags,
    /// A manifest is asked for by a tag that cannot exist.
    #[error("there is no such tag")]
    NoSuchTag,
    /// Something is to be written where names are another registry's.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
    /// The names of a registry are asked for at the place of another one.
    #[error("there is no such repository here: no rule is about the registry that `ns` names")]
    Stranger,
    /// A parameter that should be a number is none.
    #[error(transparent)]
    Query(#[from] query::NotANumber),
    /// The path exists, but not for this method.
    #[error("this method is not supported here; use {allow}")]
    Method {
        /// The methods that are.
        allow: &'static str,
    },
}
