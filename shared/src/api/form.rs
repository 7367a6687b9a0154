//! What an HTML form sends, read as the same types as JSON. A form has nothing but text: what a
//! field is, the type says that is asked for.

mod read;

pub use read::Unreadable;

use crate::oci::query::Query;
use serde::de::DeserializeOwned;

/// The media type of a form's body.
pub const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// The most fields of a form: each is compared with the names of all others.
const MAX_FIELDS: usize = 200;

/// Where to go on, in a form: fields that no call reads.
const DIRECTIONS: [&str; 2] = ["next", "back"];

/// The fields of a form, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(String, String)>,
    next: Option<String>,
    back: Option<String>,
}

impl Form {
    /// Reads a body. What cannot be decoded becomes a replacement character; one of more than 200
    /// fields is refused.
    pub fn parse(body: &[u8]) -> Result<Self, Unreadable> {
        let fields = form_urlencoded::parse(body).into_owned().take(MAX_FIELDS + 1);
        let all: Vec<(String, String)> = fields.collect();
        if all.len() > MAX_FIELDS {
            return Err(Unreadable::new(format!("a form has at most {MAX_FIELDS} fields")));
        }
        let direction = |name: &str| {
            let value = all.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
            value.filter(|path| is_local(path)).map(str::to_owned)
        };
        let (next, back) = (direction("next"), direction("back"));
        let is_field = |(key, _): &(String, String)| !DIRECTIONS.contains(&key.as_str());
        Ok(Self { fields: all.into_iter().filter(is_field).collect(), next, back })
    }

    /// Where to go when it was done: a path of this host.
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Where to go when it was refused: a path of this host.
    pub fn back(&self) -> Option<&str> {
        self.back.as_deref()
    }

    /// Reads the fields as a `T`: `true`, `on`, `1` and their opposites as booleans, an empty field
    /// as an absent option, a repeated or comma-separated one as a list, `a.b` as the field `b` of
    /// the object `a`. Of a field that is no list the last value counts, as a hidden field may stand
    /// before a checkbox.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        read::read(&self.fields)
    }
}

/// The method that a form stands for: browsers send only GET and POST.
pub fn method(query: &str) -> Option<&'static str> {
    match Query::parse(query).get("_method") {
        Some("PUT") => Some("PUT"),
        Some("DELETE") => Some("DELETE"),
        _ => None,
    }
}

/// Whether this is a path of the same host, whatever a browser makes of it: some take a backslash
/// for a slash, and leave out line breaks and tabs before they look.
pub fn is_local(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && path.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct All {
        text: String,
        yes: bool,
        number: Option<u64>,
        list: Vec<String>,
        maybe: Option<String>,
        map: BTreeMap<String, String>,
        role: Option<crate::account::Role>,
    }

    fn read(body: &str) -> Result<All, Unreadable> {
        Form::parse(body.as_bytes())?.read()
    }

    #[test]
    fn a_field_is_what_the_type_says() {
        let body = "text=1234567890&yes=off&yes=on&number=7&list=a,b&list=c%0Ad&maybe=\
                    &map.repository=acme%2Fedge&map.a.b=x&map.left=&role=owner&next=/a&back=//b";
        let all = read(body).unwrap();
        assert_eq!(all.text, "1234567890", "digits are text where text is asked for");
        assert!(all.yes);
        assert_eq!(all.number, Some(7));
        assert_eq!(all.list, ["a", "b", "c", "d"]);
        assert_eq!(all.maybe, None);
        assert_eq!(all.map["repository"], "acme/edge");
        assert_eq!(all.map["a.b"], "x");
        assert_eq!(all.map.len(), 2, "what was left empty is not there");
        assert_eq!(all.role, Some(crate::account::Role::Owner));
    }

    #[test]
    fn what_is_not_the_type_is_refused() {
        for bad in ["yes=maybe", "number=x", "number=-1", "role=king", "other=1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(read("").unwrap(), All::default());
    }

    #[test]
    fn only_a_path_of_this_host_is_gone_to() {
        let form = Form::parse(b"next=/account%23tokens&back=https%3A%2F%2Fevil.example").unwrap();
        assert_eq!(form.next(), Some("/account#tokens"));
        assert_eq!(form.back(), None);
        for path in
            ["", "a", "//evil.example", "/\\evil.example", "/\t/evil", "/a\r\nb", "/é", "\\/e"]
        {
            assert!(!is_local(path), "{path:?}");
        }
        assert!(is_local("/") && is_local("/a?b=c&d=%2F#e"));
    }

    #[test]
    fn a_form_stands_for_two_methods() {
        assert_eq!(method("a=b&_method=DELETE"), Some("DELETE"));
        assert_eq!(method("_method=PUT"), Some("PUT"));
        assert_eq!(method("_method=GET"), None);
        assert_eq!(method("_method=put"), None);
    }

    /// A few thousand odd bodies, always the same ones: none may break anything.
    #[test]
    fn odd_bodies_do_no_harm() {
        let pieces: [&[u8]; 10] =
            [b"list", b"=", b"&", b"%", b"%ff", b".", b"map.", b",", b"number", b"\xff"];
        let mut state = 1_u32;
        for _ in 0..5_000 {
            let mut body = Vec::new();
            for _ in 0..8 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                body.extend(pieces[(state >> 16) as usize % pieces.len()]);
            }
            let _ = Form::parse(&body).unwrap().read::<All>();
        }
    }

    #[test]
    fn a_form_of_too_many_fields_is_refused_as_a_whole() {
        let body = |count: usize| {
            let fields: Vec<String> = (0..count).map(|at| format!("f{at}=")).collect();
            fields.join("&")
        };
        assert!(Form::parse(body(MAX_FIELDS).as_bytes()).is_ok());
        assert!(Form::parse(body(MAX_FIELDS + 1).as_bytes()).is_err());
        assert!(Form::parse("=&".repeat(60_000).as_bytes()).is_err());
    }
}
