//! The pages about whoever asks: their addresses, and who is let in.

use super::PATH;
use crate::visit::Visit;
use percent_encoding::{percent_decode_str, utf8_percent_encode};

/// The longest name of an account or a namespace that an address may hold; longer ones do not exist.
const LONGEST_NAME: usize = 64;

/// Such a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the page of its name")]
pub enum Personal {
    SignIn,
    SignUp,
    Recovery,
    /// What a link for recovery leads to.
    Recover,
    Usage,
    /// Usage and what else there is to know of an account.
    Account,
    Tokens,
    Settings,
    Namespaces,
    Namespace(String),
    Operator(OperatorPage),
}

/// What only the operator sees.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the page of its name")]
pub enum OperatorPage {
    Accounts,
    Account(String),
    Namespaces,
    Takedowns,
    Networks,
    Upstreams,
    Audit,
}

/// Whether somebody is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Come in.
    In,
    /// Say who you are first, at this address.
    SignIn(String),
    /// Known, and not allowed.
    Refused,
}

impl Personal {
    /// The page at a path.
    pub(super) fn at(path: &str) -> Option<Self> {
        Some(match path {
            "/usage" => Self::Usage,
            "/account" => Self::Account,
            "/account/sign-in" => Self::SignIn,
            "/account/sign-up" => Self::SignUp,
            "/account/recovery" => Self::Recovery,
            "/account/recover" => Self::Recover,
            "/account/tokens" => Self::Tokens,
            "/account/settings" => Self::Settings,
            "/account/namespaces" => Self::Namespaces,
            "/operator" => Self::Operator(OperatorPage::Accounts),
            "/operator/namespaces" => Self::Operator(OperatorPage::Namespaces),
            "/operator/takedowns" => Self::Operator(OperatorPage::Takedowns),
            "/operator/networks" => Self::Operator(OperatorPage::Networks),
            "/operator/upstreams" => Self::Operator(OperatorPage::Upstreams),
            "/operator/audit" => Self::Operator(OperatorPage::Audit),
            _ => {
                if let Some(name) = path.strip_prefix("/namespaces/") {
                    return named(name).map(Self::Namespace);
                }
                let name = path.strip_prefix("/operator/accounts/")?;
                return named(name).map(|name| Self::Operator(OperatorPage::Account(name)));
            }
        })
    }

    /// Whether whoever asks may see it.
    pub fn admit(&self, visit: &Visit) -> Admission {
        let visitor = &visit.visitor;
        let open = matches!(
            self,
            Self::SignIn | Self::SignUp | Self::Recovery | Self::Recover | Self::Usage
        );
        match (self, &visitor.account) {
            _ if open => Admission::In,
            (_, None) => Admission::SignIn(sign_in_address(&visit.here())),
            (Self::Operator(_), Some(_)) if !visitor.is_operator => Admission::Refused,
            (_, Some(_)) => Admission::In,
        }
    }
}

fn named(encoded: &str) -> Option<String> {
    let name = percent_decode_str(encoded).decode_utf8().ok()?;
    let whole = !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains('/');
    whole.then(|| name.into_owned())
}

/// A path of this host, or nothing: not `//host`, nor `/\host`, which browsers take for it.
pub fn local(path: &str) -> Option<&str> {
    let inside = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\");
    // Browsers leave out tabs and line breaks before they look at the second character.
    (inside && !path.chars().any(char::is_control)).then_some(path)
}

/// Where one signs in, to go on to `next`.
pub fn sign_in_address(next: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("/account/sign-in?{query}")
}

/// The page of a namespace.
pub fn namespace_address(name: &str) -> String {
    format!("/namespaces/{}", utf8_percent_encode(name, PATH))
}

#[cfg(test)]
mod tests {
    use super::{Admission, OperatorPage, Personal, local, sign_in_address};
    use crate::{theme::Theme, visit::Visit};
    use roadstead_shared::visitor::Visitor;

    fn visit(path: &str, visitor: Visitor) -> Visit {
        Visit {
            host: None,
            origin: "https://reg.example".into(),
            path: path.into(),
            query: "a=1".into(),
            theme: Theme::Auto,
            tool: None,
            request_id: String::new(),
            now_ms: 0,
            contact: None,
            visitor,
        }
    }

    fn admitted(path: &str, account: Option<&str>, is_operator: bool) -> Admission {
        let visitor =
            Visitor { account: account.map(str::to_owned), is_operator, ..Visitor::default() };
        Personal::at(path).unwrap().admit(&visit(path, visitor))
    }

    #[test]
    fn who_is_not_signed_in_is_sent_to_sign_in_and_back() {
        for path in ["/account", "/account/tokens", "/namespaces/acme", "/operator/audit"] {
            let next = sign_in_address(&format!("{path}?a=1"));
            assert_eq!(admitted(path, None, false), Admission::SignIn(next), "{path}");
        }
        for path in ["/usage", "/account/sign-in", "/account/sign-up", "/account/recover"] {
            assert_eq!(admitted(path, None, false), Admission::In, "{path}");
        }
    }

    #[test]
    fn the_operators_pages_are_the_operators() {
        let pages =
            ["", "/accounts/ada", "/namespaces", "/takedowns", "/networks", "/upstreams", "/audit"];
        for page in pages.map(|page| format!("/operator{page}")) {
            assert_eq!(admitted(&page, Some("ada"), false), Admission::Refused, "{page}");
            assert_eq!(admitted(&page, Some("operator"), true), Admission::In, "{page}");
        }
        assert_eq!(admitted("/account", Some("ada"), false), Admission::In);
    }

    #[test]
    fn odd_names_are_no_pages() {
        let long = format!("/namespaces/{}", "a".repeat(65));
        for path in ["/namespaces/", "/namespaces/a/b", "/namespaces/a%2fb", "/operator/x", &long] {
            assert_eq!(Personal::at(path), None, "{path}");
        }
        let account = Personal::Operator(OperatorPage::Account("a b".into()));
        assert_eq!(Personal::at("/operator/accounts/a%20b"), Some(account));
    }

    #[test]
    fn a_way_on_stays_on_this_host() {
        assert_eq!(local("/account?x=//y"), Some("/account?x=//y"));
        for away in ["", "account", "//evil.example", "/\\evil.example", "/\t/evil.example"] {
            assert_eq!(local(away), None, "{away}");
        }
    }
}
