//! Whose jobs may publish at all: the operator's list, and nothing beside it.

use super::{Issuer, Kind};

/// The issuers that are believed where nothing else is set.
pub const DEFAULT: &str = "https://token.actions.githubusercontent.com,https://gitlab.com";

/// Who runs GitHub's own jobs; a company of its own has its name behind it.
const GITHUB: &str = "https://token.actions.githubusercontent.com";
/// Who runs GitLab's own jobs.
const GITLAB: &str = "https://gitlab.com";

/// A list of issuers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted(Vec<(Kind, Issuer)>);

impl Trusted {
    /// Reads the setting: addresses, separated by commas. One that is neither GitHub's nor GitLab's
    /// own may say that it speaks like one: `gitlab=https://gitlab.example`. An entry that cannot be
    /// read is named, and the whole list is refused.
    pub fn parse(list: &str) -> Result<Self, Vec<String>> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let (mut trusted, mut faults) = (Vec::new(), Vec::new());
        for text in entries {
            match entry(text) {
                Some(entry) => trusted.push(entry),
                None => faults.push(format!("TRUSTED_ISSUERS has '{text}', which is no issuer")),
            }
        }
        if faults.is_empty() { Ok(Self(trusted)) } else { Err(faults) }
    }

    /// The issuer that is called exactly so, and how it speaks.
    pub fn find(&self, issuer: &str) -> Option<(Kind, &Issuer)> {
        let found = self.0.iter().find(|(_, known)| known.as_str() == issuer);
        found.map(|(kind, issuer)| (*kind, issuer))
    }

    /// What each of them is called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, issuer)| issuer.as_str())
    }
}

fn entry(text: &str) -> Option<(Kind, Issuer)> {
    let (kind, address) = match text.split_once('=') {
        Some(("github", address)) => (Some(Kind::GitHub), address),
        Some(("gitlab", address)) => (Some(Kind::GitLab), address),
        Some(_) => return None,
        None => (None, text),
    };
    let issuer = Issuer::parse(address)?;
    let of_github = address == GITHUB || address.starts_with(&format!("{GITHUB}/"));
    let own = match address {
        _ if of_github => Kind::GitHub,
        GITLAB => Kind::GitLab,
        _ => Kind::Other,
    };
    Some((kind.unwrap_or(own), issuer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_great_two_are_known_and_others_can_be_named() {
        let list =
            format!("{DEFAULT}, gitlab=https://git.example ,https://ci.example/a,{GITHUB}/co");
        let trusted = Trusted::parse(&list).unwrap();
        for (issuer, kind) in [
            (GITHUB, Some(Kind::GitHub)),
            ("https://token.actions.githubusercontent.com/co", Some(Kind::GitHub)),
            (GITLAB, Some(Kind::GitLab)),
            ("https://git.example", Some(Kind::GitLab)),
            ("https://ci.example/a", Some(Kind::Other)),
            ("https://ci.example", None),
            ("https://gitlab.com/", None),
            ("https://evil.example", None),
            ("", None),
        ] {
            assert_eq!(trusted.find(issuer).map(|(kind, _)| kind), kind, "{issuer}");
        }
        assert_eq!(Trusted::parse(""), Ok(Trusted::default()));
    }

    #[test]
    fn an_entry_that_is_none_is_named() {
        for bad in ["http://ci.example", "ci.example", "gitea=https://ci.example", "https://a?b"] {
            let faults = Trusted::parse(&format!("{GITLAB},{bad}")).unwrap_err();
            assert!(faults.len() == 1 && faults[0].contains(bad), "{faults:?}");
        }
    }
}
