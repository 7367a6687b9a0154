//! Light, dark, or as the system has it.

/// The theme that a person chose; kept in a cookie, so that the server's first byte has it and
/// nothing flashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// As the system has it.
    #[default]
    Auto,
}

impl Theme {
    /// The cookie, and the parameter that sets it without JavaScript.
    pub const NAME: &'static str = "theme";
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Auto];

    /// The word in the cookie, in the address and in the document.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Auto => "auto",
        }
    }

    /// The word on the switch.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::Auto => "Auto",
        }
    }

    /// The theme with that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }
}

/// How long a choice is kept, in seconds: a year.
const REMEMBERED_SECONDS: u32 = 365 * 24 * 60 * 60;

/// A cookie for a choice of appearance. The browser's side writes the same one, so it is not
/// `HttpOnly`; there is nothing in it to steal.
pub(crate) fn preference_cookie(name: &str, word: &str, over_tls: bool) -> String {
    let secure = if over_tls { "; Secure" } else { "" };
    format!("{name}={word}; Path=/; Max-Age={REMEMBERED_SECONDS}; SameSite=Lax{secure}")
}
