//! Clients that say what is not so, or say it twice. distribution-spec 1.1, "Pushing blobs".

use super::edge::{Case, together};
use super::ledger;
use super::resume::{Ended, offset, resume};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{encode, path};
use roadstead_tests::image::digest;
use std::time::Duration;

/// More than a slice, so that something was stored before it is known to be wrong.
const LENGTH: usize = 17 * 1024 * 1024;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_wrong_digest_is_refused_and_the_right_one_is_then_taken,
        a_length_that_is_too_long_is_no_blob,
        a_range_that_is_not_that_of_its_bytes_is_refused,
        a_range_that_contradicts_a_chunk_without_a_length_is_not_believed,
        a_chunk_sent_twice_is_counted_once,
        a_chunk_that_is_missing_is_asked_for,
        a_missing_chunk_makes_no_blob,
        an_end_that_is_repeated_does_no_harm,
        an_end_whose_answer_was_lost_may_be_repeated,
    ]
}

fn put(case: &Case, location: &str, digest: &str) -> Request {
    let glue = if location.contains('?') { '&' } else { '?' };
    case.owner.upload("PUT", &format!("{location}{glue}digest={}", encode(digest)))
}

fn chunk(case: &Case, location: &str, from: usize, to: usize) -> Answer {
    let range = format!("{from}-{}", to - 1);
    let request = case.owner.upload("PATCH", location).header("Content-Range", range);
    request.body(&case.bytes[from..to]).send()
}

fn a_wrong_digest_is_refused_and_the_right_one_is_then_taken() {
    let _beside_others = together();
    for length in [1_000, 100_000, LENGTH] {
        let wrong = digest(b"not these bytes");
        let case = Case::new("wrong", length);
        let location = case.owner.start_upload();
        let _ = put(&case, &location, &wrong).body(&case.bytes).send().expect(400);
        case.refused();
        let location = case.owner.start_upload();
        let _ = put(&case, &location, &wrong).chunked(&case.bytes).send().expect(400);
        case.refused();
        let location = case.owner.start_upload();
        let answer = case.owner.upload("PATCH", &location).chunked(&case.bytes).send().expect(202);
        let location = path(answer.must("Location"));
        let _ = put(&case, &location, &wrong).body(b"").send().expect(400);
        case.refused();
        let once = format!("blobs/uploads/?digest={}", encode(&wrong));
        let _ = case.owner.request("POST", &once).body(&case.bytes).send().expect(400);
        case.refused();
        let _ = case.owner.head(&format!("blobs/{wrong}")).send().expect(404);
        case.owner.push_blob(&case.bytes);
        case.promised();
    }
}

fn a_length_that_is_too_long_is_no_blob() {
    let _beside_others = together();
    for length in [1_000, 100_000, LENGTH] {
        for is_put in [false, true] {
            let case = Case::new("short", length);
            let location = case.owner.start_upload();
            let longer = [case.bytes.as_slice(), &[b'x'; 100]].concat();
            let request = if is_put {
                put(&case, &location, &case.digest)
            } else {
                case.owner.upload("PATCH", &location)
            };
            let request = request.body(&longer);
            // Half a connection: all that was announced cannot come any more.
            if let Ok(answer) = request.send_short(request.bytes_before(length)) {
                assert!(answer.status >= 400, "a body that broke off was taken: {answer}");
            }
            case.refused();
            let _ = resume(&case, &location);
        }
    }
}

fn a_range_that_is_not_that_of_its_bytes_is_refused() {
    let _beside_others = together();
    let case = Case::new("range", 100_000);
    let location = case.owner.start_upload();
    for (range, bytes, status) in
        [("0-999", 500, 400), ("0-499", 1_000, 400), ("5-0", 6, 400), ("500-999", 500, 416)]
    {
        let request = case.owner.upload("PATCH", &location).header("Content-Range", range);
        let answer = request.body(&case.bytes[..bytes]).send();
        assert_eq!(answer.status, status, "{range} with {bytes} bytes: {answer}");
    }
    case.refused();
    assert_eq!(resume(&case, &location), Ended::Resumed);
}

/// What was refused may have been stored or not: what counts is that the edge says the truth
/// about where the upload stands, and that the blob is right.
fn a_range_that_contradicts_a_chunk_without_a_length_is_not_believed() {
    let _beside_others = together();
    for range in ["0-499", "0-1999"] {
        let case = Case::new("range", 100_000);
        let location = case.owner.start_upload();
        let request = case.owner.upload("PATCH", &location).header("Content-Range", range);
        let answer = request.chunked(&case.bytes[..1_000]).send();
        if answer.status == 202 {
            assert_eq!(answer.must("Range"), "0-999", "{range} was believed");
        } else {
            assert!(matches!(answer.status, 400 | 416), "{answer}");
        }
        assert_eq!(resume(&case, &location), Ended::Resumed);
    }
}

fn a_chunk_sent_twice_is_counted_once() {
    let _beside_others = together();
    let case = Case::new("twice", LENGTH);
    let location = case.owner.start_upload();
    let half = LENGTH / 2;
    let location = path(chunk(&case, &location, 0, half).expect(202).must("Location"));
    let again = chunk(&case, &location, 0, half).expect(416);
    assert_eq!(offset(again.must("Range")), half);
    let location = path(again.must("Location"));
    let location = path(chunk(&case, &location, half, LENGTH).expect(202).must("Location"));
    let _ = chunk(&case, &location, half, LENGTH).expect(416);
    let _ = put(&case, &location, &case.digest).body(b"").send().expect(201);
    case.promised();
}

fn a_chunk_that_is_missing_is_asked_for() {
    let _beside_others = together();
    let case = Case::new("missing", 300_000);
    let location = case.owner.start_upload();
    let location = path(chunk(&case, &location, 0, 100_000).expect(202).must("Location"));
    let refused = chunk(&case, &location, 200_000, 300_000).expect(416);
    assert_eq!(offset(refused.must("Range")), 100_000);
    case.refused();
    assert_eq!(resume(&case, &path(refused.must("Location"))), Ended::Resumed);
}

fn a_missing_chunk_makes_no_blob() {
    let _beside_others = together();
    for length in [1_000, 100_000, LENGTH] {
        let case = Case::new("missing", length);
        let location = case.owner.start_upload();
        let sent = case.owner.upload("PATCH", &location).chunked(&case.bytes[..length - 10]).send();
        let location = path(sent.expect(202).must("Location"));
        let _ = put(&case, &location, &case.digest).body(b"").send().expect(400);
        case.refused();
        let sent = format!("blobs/{}", digest(&case.bytes[..length - 10]));
        let _ = case.owner.head(&sent).send().expect(404);
        let _ = resume(&case, &location);
    }
}

/// Whether a repeated end is answered as the first one was, or with the truth that the upload is
/// over: every client then finds the blob.
fn is_over(case: &Case, answer: &Answer) {
    assert!(matches!(answer.status, 201 | 404), "{answer}");
    case.promised();
}

fn an_end_that_is_repeated_does_no_harm() {
    let _beside_others = together();
    for length in [1_000, 100_000, LENGTH] {
        let case = Case::new("repeated", length);
        let location = case.owner.start_upload();
        let sent = case.owner.upload("PATCH", &location).chunked(&case.bytes).send().expect(202);
        let end = put(&case, &path(sent.must("Location")), &case.digest).body(b"");
        let _ = end.send().expect(201);
        case.promised();
        is_over(&case, &end.send());
        let whole = put(&case, &location, &case.digest).body(&case.bytes);
        is_over(&case, &whole.send());
    }
}

fn an_end_whose_answer_was_lost_may_be_repeated() {
    let _beside_others = together();
    for (length, wait_ms) in
        [(1_000, 0), (1_000, 300), (100_000, 0), (100_000, 300), (LENGTH, 0), (LENGTH, 700)]
    {
        let case = Case::new("lost", length);
        let location = case.owner.start_upload();
        let end = put(&case, &location, &case.digest).body(&case.bytes);
        end.send_cut(end.bytes(), Duration::from_millis(wait_ms))
            .unwrap_or_else(|error| panic!("{error}"));
        // Whoever has heard nothing asks first, and goes on.
        let _ = resume(&case, &location);
        is_over(&case, &end.send());
        ledger::check_one();
    }
}
