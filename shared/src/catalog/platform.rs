//! The platform that an image was built for.

use std::fmt;

/// Operating system, architecture and variant, as the image's config or its index says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Platform {
    /// `linux`, `windows`.
    pub os: String,
    /// `amd64`, `arm64`, by Go's names.
    pub architecture: String,
    /// `v7`; empty when there is none.
    pub variant: String,
}

impl Platform {
    /// A platform from what was stored, or `None` for what is not one: an attestation is listed
    /// under the platform `unknown/unknown` so that no client pulls it.
    pub fn new(
        os: Option<&str>,
        architecture: Option<&str>,
        variant: Option<&str>,
    ) -> Option<Self> {
        let known = |word: Option<&str>| {
            word.filter(|word| is_word(word) && *word != "unknown").map(str::to_owned)
        };
        Some(Self {
            os: known(os)?,
            architecture: known(architecture)?,
            variant: variant.filter(|word| is_word(word)).map(str::to_owned).unwrap_or_default(),
        })
    }

    /// The short form: `arm64`, `arm/v7`, `windows/amd64`. Linux goes without saying, and so does
    /// the only variant that arm64 has.
    pub fn short(&self) -> String {
        let mut short = if self.os == "linux" { String::new() } else { format!("{}/", self.os) };
        short.push_str(&self.architecture);
        let implied = self.architecture == "arm64" && self.variant == "v8";
        if !self.variant.is_empty() && !implied {
            short.push('/');
            short.push_str(&self.variant);
        }
        short
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.os, self.architecture)?;
        if !self.variant.is_empty() {
            write!(formatter, "/{}", self.variant)?;
        }
        Ok(())
    }
}

/// Publishers write these words too: only what a platform can be made of is shown.
fn is_word(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 32
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::Platform;

    #[test]
    fn attestations_and_nonsense_are_no_platform() {
        assert_eq!(Platform::new(Some("unknown"), Some("unknown"), None), None);
        assert_eq!(Platform::new(Some("linux"), None, None), None);
        assert_eq!(Platform::new(Some("linux"), Some("<b>"), None), None);
        assert_eq!(Platform::new(Some(""), Some("amd64"), None), None);
    }

    #[test]
    fn the_short_form_leaves_out_what_goes_without_saying() {
        let short = |os, architecture, variant| {
            Platform::new(Some(os), Some(architecture), variant).map(|it| it.short())
        };
        assert_eq!(short("linux", "amd64", None).as_deref(), Some("amd64"));
        assert_eq!(short("linux", "arm64", Some("v8")).as_deref(), Some("arm64"));
        assert_eq!(short("linux", "arm", Some("v7")).as_deref(), Some("arm/v7"));
        assert_eq!(short("windows", "amd64", Some("")).as_deref(), Some("windows/amd64"));
    }

    #[test]
    fn the_long_form_says_everything() {
        let platform = Platform::new(Some("linux"), Some("arm64"), Some("v8"));
        assert_eq!(platform.map(|it| it.to_string()).as_deref(), Some("linux/arm64/v8"));
    }
}
