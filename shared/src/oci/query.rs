//! Query strings: the parameters of a request in their order, decoded as forms are.

use form_urlencoded::parse;

/// The parameters of a query string or of a form's body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

/// A parameter that should be a number is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query parameter '{0}' must be a number")]
pub struct NotANumber(pub &'static str);

impl Query {
    /// Reads `a=b&c=d`. Nothing is refused here: what cannot be decoded becomes a replacement
    /// character, and the parameter's own grammar refuses that.
    pub fn parse(text: &str) -> Self {
        Self(parse(text.as_bytes()).into_owned().collect())
    }

    /// The first value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// Every value of `key`, in order.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// The value of `key` as a number. Larger numbers than fit count as the largest.
    pub fn number(&self, key: &'static str) -> Result<Option<u32>, NotANumber> {
        let Some(text) = self.get(key) else { return Ok(None) };
        let digits = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        if !digits {
            return Err(NotANumber(key));
        }
        Ok(Some(text.parse().unwrap_or(u32::MAX)))
    }
}

/// Encodes one value for a query string.
pub fn encode(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_repeat_and_keep_their_order() {
        let query = Query::parse("scope=a&scope=b%20c&x=1+2&scope=");
        assert_eq!(query.all("scope").collect::<Vec<_>>(), ["a", "b c", ""]);
        assert_eq!(query.get("x"), Some("1 2"));
        assert_eq!(query.get("y"), None);
    }

    #[test]
    fn numbers_are_digits_and_nothing_else() {
        let number = |text| Query::parse(text).number("n");
        assert_eq!(number(""), Ok(None));
        assert_eq!(number("n=10"), Ok(Some(10)));
        assert_eq!(number("n=99999999999999999999"), Ok(Some(u32::MAX)));
        for bad in ["n=", "n=abc", "n=-1", "n=%2B1", "n=1.5", "n=0x10", "n= 1"] {
            assert_eq!(number(bad), Err(NotANumber("n")), "{bad}");
        }
    }

    #[test]
    fn what_is_encoded_is_read_back() {
        let hostile = "application/vnd.a+json; x=\"&=%\" é";
        assert_eq!(Query::parse(&format!("a={}", encode(hostile))).get("a"), Some(hostile));
    }
}
