//! `multipart/byteranges` taken apart to the byte. RFC 9110, section 14.6; RFC 2046, section 5.1.1.

/// One part of an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// Its `Content-Type`.
    pub media_type: String,
    /// Its `Content-Range`.
    pub range: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The parts of a body whose `Content-Type` is `media_type`; an error says what is malformed.
pub fn parts(media_type: &str, body: &[u8]) -> Result<Vec<Part>, String> {
    let boundary = media_type
        .strip_prefix("multipart/byteranges; boundary=")
        .or_else(|| media_type.strip_prefix("multipart/byteranges;boundary="))
        .ok_or_else(|| format!("Content-Type: {media_type}"))?
        .trim_matches('"');
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter may do without the line break in front of it.
    let body = [b"\r\n", body].concat();
    let mut rest = take_to(&body, &delimiter).ok_or("no delimiter")?.1;
    let mut parts = Vec::new();
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            let clean = end.is_empty() || end == b"\r\n";
            return if clean {
                Ok(parts)
            } else {
                Err(format!("{} bytes behind the end", end.len()))
            };
        }
        let part = rest.strip_prefix(b"\r\n").ok_or("no line break behind a delimiter")?;
        let (part, behind) = take_to(part, &delimiter).ok_or("no end")?;
        parts.push(read(part)?);
        rest = behind;
    }
}

fn read(part: &[u8]) -> Result<Part, String> {
    let (head, bytes) = take_to(part, b"\r\n\r\n").ok_or("no end of the headers")?;
    let head = String::from_utf8_lossy(head);
    let field = |name: &str| {
        let fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let mut named = fields.filter(|(n, _)| n.eq_ignore_ascii_case(name));
        let (_, value) = named.next().ok_or_else(|| format!("no {name} in {head:?}"))?;
        Ok::<_, String>(value.trim().to_owned())
    };
    let (media_type, range) = (field("Content-Type")?, field("Content-Range")?);
    Ok(Part { media_type, range, bytes: bytes.to_vec() })
}

/// What stands before and behind the first `needle`.
fn take_to<'a>(bytes: &'a [u8], needle: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(needle.len()).position(|window| window == needle)?;
    Some((&bytes[..at], &bytes[at + needle.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/byteranges; boundary=b";

    #[test]
    fn parts_are_read_to_the_byte() {
        let body = b"--b\r\nContent-Type: t\r\nContent-Range: bytes 0-1/9\r\n\r\n\r\n\r\n--b\r\n\
                     content-type: t\r\ncontent-range: bytes 2-2/9\r\n\r\nx\r\n--b--\r\n";
        let part = |range: &str, bytes: &[u8]| Part {
            media_type: "t".to_owned(),
            range: range.to_owned(),
            bytes: bytes.to_vec(),
        };
        let expected = vec![part("bytes 0-1/9", b"\r\n"), part("bytes 2-2/9", b"x")];
        assert_eq!(parts(TYPE, body), Ok(expected));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for body in ["", "--b", "--b\r\nContent-Type: t\r\n\r\nx\r\n--b--", "--b--\r\nmore"] {
            assert!(parts(TYPE, body.as_bytes()).is_err(), "{body:?}");
        }
        assert!(parts("application/octet-stream", b"--b--").is_err());
    }
}
