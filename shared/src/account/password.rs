//! Which passwords are taken. Length is what counts (NIST SP 800-63B, section 5.1.1.2): no rule
//! about kinds of characters, which only makes people choose worse.

/// The shortest password, in characters.
pub const MIN_CHARS: usize = 10;
/// The longest, in characters.
pub const MAX_CHARS: usize = 200;
/// The longest, in bytes: nobody has more of it hashed.
pub const MAX_BYTES: usize = 1024;

/// What every personal access token begins with.
pub const TOKEN_PREFIX: &str = "rst_";
/// What every credential of a job begins with.
pub const JOB_PREFIX: &str = "rsj_";

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It is too short or too long.
    #[error("a password has {MIN_CHARS} to {MAX_CHARS} characters")]
    Length,
    /// It is the first thing that anybody would try.
    #[error("the password must not be the name")]
    Name,
    /// It would be read as a credential of another kind.
    #[error("the password must not begin with {TOKEN_PREFIX} or {JOB_PREFIX}: tokens do")]
    Prefix,
}

/// Checks a password that somebody chose for the account `name`.
pub fn check(name: &str, password: &str) -> Result<(), Invalid> {
    let chars = password.chars().take(MAX_CHARS + 1).count();
    if !(MIN_CHARS..=MAX_CHARS).contains(&chars) || password.len() > MAX_BYTES {
        return Err(Invalid::Length);
    }
    if password.starts_with(TOKEN_PREFIX) || password.starts_with(JOB_PREFIX) {
        return Err(Invalid::Prefix);
    }
    if password.eq_ignore_ascii_case(name) { Err(Invalid::Name) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_the_name_are_all_that_counts() {
        assert_eq!(check("acme", "0123456789"), Ok(()));
        assert_eq!(check("acme", &"é".repeat(200)), Ok(()));
        assert_eq!(check("acme", "          "), Ok(()), "blanks are characters");
        for bad in ["", "012345678", &"a".repeat(201), &"𝄞".repeat(257)] {
            assert_eq!(check("acme", bad), Err(Invalid::Length), "{bad}");
        }
        assert_eq!(check("acme-corp-1", "Acme-Corp-1"), Err(Invalid::Name));
    }

    #[test]
    fn what_begins_like_a_token_is_no_password() {
        for bad in ["rst_long enough", "rsj_long enough"] {
            assert_eq!(check("acme", bad), Err(Invalid::Prefix), "{bad}");
        }
        for good in ["rst-long enough", "RST_long enough", "a rst_ inside", "rsjlong enough"] {
            assert_eq!(check("acme", good), Ok(()), "{good}");
        }
    }
}
