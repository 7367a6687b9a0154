//! What goes wrong, where, and how often.

use super::wire::{Answer, Framing};
use std::time::Duration;

/// Longer than any claim waits.
pub(super) const HANG: Duration = Duration::from_mins(10);

/// Small blobs are not worth a fault, in bytes.
const SMALL: usize = 64 * 1024;

/// What is sent in the place of what was asked for: a page, as networks put it in the way.
const PAGE: &str = "<html><head><title>Welcome</title></head><body>Please sign in</body></html>";

/// What goes wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is this status, with words that nobody should repeat.
    Status(u16),
    /// It is this status, with a `Retry-After` of so many seconds.
    Later(u16, u64),
    /// It never comes.
    Hang,
    /// It is cut after so many bytes.
    Cut(usize),
    /// It says nothing more after so many bytes.
    Stall(usize),
    /// It is a page for people, with status 200.
    Garbage,
    /// It has other bytes, as many.
    Other,
    /// It has so many bytes more, and says so.
    More(usize),
    /// It has so many bytes less, and says so.
    Less(usize),
    /// It announces so many bytes more than it has.
    Overstated(usize),
    /// It announces so many bytes less than it has.
    Understated(usize),
    /// It does not say how long it is.
    Unmeasured,
    /// It comes in chunks.
    Chunked,
    /// It does not say what its digest is.
    Unnamed,
    /// It says that it has another digest than it has.
    Misnamed,
}

/// Where something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// With every request, those for tokens too.
    Everything,
    /// GET of a blob of more than 64 KiB.
    Blobs,
    /// HEAD of a blob.
    BlobHeads,
    /// GET of a manifest.
    Manifests,
    /// GET of a manifest by its tag.
    Tags,
    /// GET of a manifest by its digest.
    Children,
    /// HEAD of a manifest.
    ManifestHeads,
    /// Lists of tags and referrers.
    Lists,
    /// The token server.
    Tokens,
}

/// What somebody asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    Blob { length: usize, is_head: bool },
    Manifest { by_tag: bool, is_head: bool },
    List,
    Token,
    Other,
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    at: At,
    fault: Fault,
    /// How often it still happens; `None`: always.
    left: Option<usize>,
}

impl Wrong {
    /// It happens once.
    pub fn once(at: At, fault: Fault) -> Self {
        Self::times(1, at, fault)
    }

    /// It happens so many times.
    pub fn times(times: usize, at: At, fault: Fault) -> Self {
        Self { at, fault, left: Some(times) }
    }

    /// It always happens.
    pub fn always(at: At, fault: Fault) -> Self {
        Self { at, fault, left: None }
    }

    fn is_due(&self, asked: Asked) -> bool {
        match (self.at, asked) {
            (At::Everything, _) | (At::Lists, Asked::List) | (At::Tokens, Asked::Token) => true,
            (At::Blobs, Asked::Blob { length, is_head }) => !is_head && length > SMALL,
            (At::BlobHeads, Asked::Blob { is_head, .. })
            | (At::ManifestHeads, Asked::Manifest { is_head, .. }) => is_head,
            (At::Manifests, Asked::Manifest { is_head, .. }) => !is_head,
            (At::Tags, Asked::Manifest { by_tag, is_head }) => by_tag && !is_head,
            (At::Children, Asked::Manifest { by_tag, is_head }) => !by_tag && !is_head,
            _ => false,
        }
    }
}

/// What goes wrong now with what is asked for, if anything does: it has happened once more.
pub(super) fn next(wrongs: &mut Vec<Wrong>, asked: Asked) -> Option<Fault> {
    let at = wrongs.iter().position(|wrong| wrong.is_due(asked))?;
    let fault = wrongs[at].fault.clone();
    if let Some(left) = &mut wrongs[at].left {
        *left = left.saturating_sub(1);
        if *left == 0 {
            wrongs.remove(at);
        }
    }
    Some(fault)
}

impl Fault {
    /// What becomes of a right answer; `None` where it never comes.
    pub(super) fn spoil(&self, mut right: Answer) -> Option<Answer> {
        let length = right.body().len();
        match *self {
            Self::Status(status) => return Some(replaced(&right, status)),
            Self::Later(status, s) => {
                return Some(replaced(&right, status).with("Retry-After", s.to_string()));
            }
            Self::Hang => return None,
            Self::Cut(at) => right.cut = Some(at),
            Self::Stall(at) => (right.cut, right.hang) = (Some(at), HANG),
            Self::Garbage => {
                let page = Answer { is_head: right.is_head, ..Answer::new(200, PAGE) };
                return Some(page.with("Content-Type", "text/html"));
            }
            Self::Other => {
                let mut body = right.body().to_vec();
                if body.first().is_some_and(u8::is_ascii_whitespace) {
                    // A blank more in front and one less behind: a manifest, but another one.
                    body.rotate_right(1);
                } else {
                    for byte in &mut body {
                        *byte ^= 1;
                    }
                }
                right = right.with_body(body);
            }
            Self::More(more) => {
                let body = [right.body(), &vec![b' '; more]].concat();
                right = right.with_body(body);
            }
            Self::Less(less) => {
                let body = right.body()[..length.saturating_sub(less)].to_vec();
                right = right.with_body(body);
            }
            Self::Overstated(more) => right.framing = Framing::Announced(length + more),
            Self::Understated(less) => {
                right.framing = Framing::Announced(length.saturating_sub(less));
            }
            Self::Unmeasured => right.framing = Framing::Unmeasured,
            Self::Chunked => right.framing = Framing::Chunked,
            Self::Unnamed => right.headers.retain(|(name, _)| *name != DIGEST),
            Self::Misnamed => {
                right.headers.retain(|(name, _)| *name != DIGEST);
                right = right.with(DIGEST, format!("sha256:{}", "5".repeat(64)));
            }
        }
        Some(right)
    }
}

/// The header that says what a manifest's or a blob's digest is.
pub(super) const DIGEST: &str = "Docker-Content-Digest";

fn replaced(right: &Answer, status: u16) -> Answer {
    Answer { is_head: right.is_head, ..Answer::new(status, "an internal secret") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_twice_happens_twice() {
        let (cut, always) = (Fault::Cut(5), Fault::Status(500));
        let mut wrongs = vec![
            Wrong::times(2, At::Blobs, cut.clone()),
            Wrong::always(At::Manifests, always.clone()),
        ];
        let blob = Asked::Blob { length: 100_000, is_head: false };
        let manifest = Asked::Manifest { by_tag: true, is_head: false };
        assert_eq!(next(&mut wrongs, Asked::Token), None);
        for expected in [Some(cut.clone()), Some(cut), None] {
            assert_eq!(next(&mut wrongs, blob), expected);
            assert_eq!(next(&mut wrongs, manifest), Some(always.clone()));
        }
    }

    #[test]
    fn other_bytes_are_others_and_as_many() {
        for body in [" {} ", "abc"] {
            let spoilt = Fault::Other.spoil(Answer::new(200, body)).unwrap();
            assert_eq!(spoilt.body().len(), body.len());
            assert_ne!(spoilt.body(), body.as_bytes());
        }
    }
}
