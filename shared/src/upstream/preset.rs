//! Registries that need no more than their name in a rule.

/// A registry that people know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// What a rule calls it.
    pub name: &'static str,
    /// What ECR calls it, in `upstreamRegistry`.
    also: &'static str,
    /// What it is called in references. Empty where everybody has a host of their own there.
    pub host: &'static str,
    /// Where it answers. The same.
    pub url: &'static str,
    /// What the host of everybody's own ends in, where it is empty.
    pub suffixes: &'static [&'static str],
}

const fn known(name: &'static str, host: &'static str, url: &'static str) -> Preset {
    Preset { name, also: "", host, url, suffixes: &[] }
}

/// All of them, in the order of their names.
pub const PRESETS: [Preset; 11] = [
    Preset {
        also: "azure-container-registry",
        suffixes: &[".azurecr.io", ".azurecr.cn", ".azurecr.us"],
        ..known("azure", "", "")
    },
    known("docker-hub", "docker.io", "https://registry-1.docker.io"),
    Preset { suffixes: &[".amazonaws.com", ".amazonaws.com.cn"], ..known("ecr", "", "") },
    known("ecr-public", "public.ecr.aws", "https://public.ecr.aws"),
    known("elastic", "docker.elastic.co", "https://docker.elastic.co"),
    Preset { also: "github-container-registry", ..known("github", "ghcr.io", "https://ghcr.io") },
    Preset {
        also: "gitlab-container-registry",
        ..known("gitlab", "registry.gitlab.com", "https://registry.gitlab.com")
    },
    known("google", "gcr.io", "https://gcr.io"),
    known("k8s", "registry.k8s.io", "https://registry.k8s.io"),
    known("microsoft", "mcr.microsoft.com", "https://mcr.microsoft.com"),
    known("quay", "quay.io", "https://quay.io"),
];

/// The preset of this name, or of the name that ECR has for it.
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS
        .iter()
        .find(|preset| preset.name == name || (!preset.also.is_empty() && preset.also == name))
}

/// The preset whose registry is called `host`, or is of everybody's own and ends so.
pub fn of_host(host: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| {
        let is_own = preset.suffixes.iter().any(|suffix| host.ends_with(suffix));
        preset.host == host || is_own
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::{Origin, Url};

    #[test]
    fn every_preset_is_found_and_has_an_address_or_asks_for_one() {
        assert!(PRESETS.is_sorted_by_key(|preset| preset.name));
        for preset in &PRESETS {
            assert_eq!(find(preset.name), Some(preset));
            assert_eq!(preset.host.is_empty(), !preset.suffixes.is_empty(), "{}", preset.name);
            assert_eq!(preset.host.is_empty(), preset.url.is_empty(), "{}", preset.name);
            if !preset.host.is_empty() {
                assert!(Url::parse(preset.url).is_some_and(|url| url.origin.secure));
                assert!(Origin::parse(true, preset.host).is_some());
                assert_eq!(of_host(preset.host), Some(preset));
            }
        }
        assert_eq!(find("github-container-registry").map(|p| p.name), Some("github"));
        assert_eq!(of_host("acme.azurecr.io").map(|p| p.name), Some("azure"));
        assert_eq!(find(""), None);
    }
}
