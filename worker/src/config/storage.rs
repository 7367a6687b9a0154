//! The settings about what is kept.

use super::var;
use roadstead_shared::api::contact::Contact;
use worker::Env;

/// What a namespace may keep by default, in bytes: as large publishers' free tiers are.
const STORAGE_BYTES: u64 = 50_000_000_000;

/// `STORAGE_BYTES_PER_NAMESPACE`: the quota of a namespace that has none of its own, in bytes.
/// `none`: there is none. What is no number is as by default: a quota that was mistyped is one.
pub fn storage_quota(env: &Env) -> Option<u64> {
    const NAME: &str = "STORAGE_BYTES_PER_NAMESPACE";
    // In wrangler.toml it may be a number, which is no variable of text.
    let number = || env.object_var::<u64>(NAME).ok().map(|bytes| bytes.to_string());
    storage_bytes(var(env, NAME).or_else(number).as_deref())
}

fn storage_bytes(text: Option<&str>) -> Option<u64> {
    match text.map(str::trim) {
        Some("none") => None,
        text => text.and_then(|text| text.parse().ok()).or(Some(STORAGE_BYTES)),
    }
}

/// `ABUSE_CONTACT`: where people report what should not be here: a mail address or an https URL.
/// What is neither counts as none.
pub fn abuse_contact(env: &Env) -> Option<Contact> {
    Contact::parse(&var(env, "ABUSE_CONTACT")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_that_is_no_number_is_as_by_default() {
        for (text, bytes) in [
            (None, Some(STORAGE_BYTES)),
            (Some(" 7 "), Some(7)),
            (Some("0"), Some(0)),
            (Some("50 GB"), Some(STORAGE_BYTES)),
            (Some("none"), None),
        ] {
            assert_eq!(storage_bytes(text), bytes, "{text:?}");
        }
    }
}
