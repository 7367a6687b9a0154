//! Which registry a table is about: what it is called, and where it answers.

use super::Table;
use super::spelling::nearest;
use crate::upstream::preset::{self, PRESETS, Preset};
use crate::upstream::{Origin, Url, host, image};

/// Where Docker Hub answers, whatever else it is called.
const DOCKER_HUB: &str = "registry-1.docker.io";

impl Table<'_> {
    /// What the registry is called, and where it answers.
    pub(super) fn registry(&mut self, allow_private: bool) -> Option<(String, Origin)> {
        let preset = self.preset();
        let address = self.text("url").or_else(|| {
            let url = preset.map(|preset| preset.url).filter(|url| !url.is_empty());
            url.map(str::to_owned)
        });
        let host = self.host();
        let Some(address) = address else {
            if !self.fields.contains_key("url") && self.is_sound("preset") {
                let own = preset.map(|preset| preset.suffixes.join(" or "));
                let own = own.map(|own| format!(": your own host there, which ends in {own}"));
                let else_said = ", or name a preset".to_owned();
                self.fault("url", &format!("is missing{}", own.unwrap_or(else_said)));
            }
            return None;
        };
        let origin = self.origin(&address, allow_private)?;
        let suffixes = preset.map_or(&[][..], |preset| preset.suffixes);
        if !suffixes.is_empty() && !suffixes.iter().any(|suffix| origin.host.ends_with(suffix)) {
            self.fault("url", &format!("must end in {}", suffixes.join(" or ")));
            return None;
        }
        let own = preset.map(|preset| preset.host).filter(|host| !host.is_empty());
        let own = own.map_or_else(|| image::known_as(origin.authority()), str::to_owned);
        Some((host.unwrap_or(own), origin))
    }

    fn preset(&mut self) -> Option<&'static Preset> {
        let name = self.text("preset")?;
        let found = preset::find(&name);
        if found.is_none() {
            let names = PRESETS.map(|preset| preset.name);
            let known = match nearest(&name, &names) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("there are {}", names.join(", ")),
            };
            self.fault("preset", &format!("is none that is known; {known}"));
        }
        found
    }

    /// Whether nothing was found to be wrong with `field`.
    fn is_sound(&self, field: &str) -> bool {
        let place = format!("{}.{field}", self.at);
        self.wrong.iter().all(|wrong| wrong.place != place)
    }

    fn origin(&mut self, address: &str, allow_private: bool) -> Option<Origin> {
        let whole =
            if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
        let Some(Url { mut origin, target }) = Url::parse(&whole) else {
            self.fault("url", "is no address of HTTPS, such as https://registry.example");
            return None;
        };
        if target != "/" {
            self.fault("url", "must end with the host; what stands in front of names is `path`");
        }
        if image::known_as(origin.host.clone()) == image::DOCKER || origin.host == image::DOCKER {
            DOCKER_HUB.clone_into(&mut origin.host);
        }
        let meant = "; set allow_private = true where that is meant";
        if !origin.secure && !allow_private {
            self.fault("url", &format!("must be HTTPS{meant}"));
        }
        if !host::is_public(&origin.host) && !allow_private {
            self.fault("url", &format!("is no address that everybody can reach{meant}"));
        }
        Some(origin)
    }

    fn host(&mut self) -> Option<String> {
        let text = self.text("host")?;
        let host = Origin::parse(true, &text).map(|origin| image::known_as(origin.authority()));
        if host.is_none() {
            self.fault("host", "is no host as references begin with, such as docker.io");
        }
        host
    }

    pub(super) fn hostname(&mut self) -> Option<String> {
        let text = self.text("hostname")?.to_ascii_lowercase();
        if !host::is_well_formed(&text) {
            self.fault("hostname", "is no host name; it has no scheme and no port");
            return None;
        }
        Some(text)
    }
}
