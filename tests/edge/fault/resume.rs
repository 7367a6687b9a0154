//! A client whose push broke off and that does what the specification tells it to: it asks where
//! the upload stands, sends what is missing, and ends it. distribution-spec 1.1, "Pushing a blob
//! in chunks".

use super::edge::Case;
use roadstead_tests::client::registry::path;

/// How often a client looks again where its upload stands.
const ATTEMPTS: usize = 8;

/// How it came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// From where the upload stood.
    Resumed,
    /// From the beginning, because the upload was no longer known.
    Anew,
    /// Without doing anything: all was there already.
    WasThere,
}

/// Goes on until the blob is promised.
pub(super) fn resume(case: &Case, location: &str) -> Ended {
    let ended = go_on(case, location);
    case.promised();
    ended
}

fn go_on(case: &Case, location: &str) -> Ended {
    let mut guess = 0;
    for _ in 0..ATTEMPTS {
        let status = case.owner.upload("GET", location).send();
        if status.status == 404 {
            return without_upload(case);
        }
        let status = status.expect(204);
        let location = path(status.must("Location"));
        // `0-0` is what both nothing and a single byte look like: the answer to a chunk tells.
        let offset = match offset(status.must("Range")) {
            1 => guess,
            offset => offset,
        };
        guess = 1 - guess;
        let rest = &case.bytes[offset.min(case.bytes.len())..];
        if !rest.is_empty() {
            let range = format!("{offset}-{}", case.bytes.len() - 1);
            let chunk = case.owner.upload("PATCH", &location).header("Content-Range", range);
            let answer = chunk.body(rest).send();
            // What had been cut off may still have been under way to the bucket.
            match answer.status {
                416 => continue,
                // Or it was the end of all, and took effect meanwhile.
                404 => return without_upload(case),
                _ => drop(answer.expect(202)),
            }
        }
        let answer = case.owner.finish(&location, &case.digest, b"");
        match answer.status {
            404 => return without_upload(case),
            // A request that died may still have the upload; whether it should is claimed in
            // `crash`. Whoever will not wait gives it up.
            416 => {
                let _ = case.owner.upload("DELETE", &location).send().expect(204);
                return without_upload(case);
            }
            _ => drop(answer.expect(201)),
        }
        return Ended::Resumed;
    }
    panic!("the upload does not go on: {location}");
}

/// An upload that is not known any more is either over, with a blob, or has to begin again.
fn without_upload(case: &Case) -> Ended {
    if case.is_there() {
        return Ended::WasThere;
    }
    let location = case.owner.start_upload();
    let _ = case.owner.finish(&location, &case.digest, &case.bytes).expect(201);
    Ended::Anew
}

/// How many bytes are there, after `Range: 0-<last>`.
pub(super) fn offset(range: &str) -> usize {
    let last = range.strip_prefix("0-").and_then(|last| last.parse::<usize>().ok());
    last.unwrap_or_else(|| panic!("Range: {range}")) + 1
}
