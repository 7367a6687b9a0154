//! The connection ends at any byte of a push.

use super::edge::{Case, LONG, together};
use super::resume::{Ended, resume};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::{encode, path};
use std::time::Duration;

/// What the edge reads into one slice.
const SLICE: usize = 16 * 1024 * 1024;

/// Where in a body it ends: in what needs no buffer, inside the first slice, around the ends of
/// slices, and in the last byte.
const IN_THE_BODY: [usize; 16] = [
    0,
    1,
    1_000,
    16 * 1024,
    64 * 1024,
    1024 * 1024,
    5 * 1024 * 1024 + 3,
    SLICE - 1,
    SLICE,
    SLICE + 1,
    SLICE + SLICE / 2,
    2 * SLICE - 1,
    2 * SLICE,
    2 * SLICE + 1,
    LONG - 1,
    LONG,
];

/// Long enough for an answer to a push of this size.
const ANSWERED: Duration = Duration::from_millis(1500);

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_cut_in_a_chunk_without_a_length_does_no_harm,
        a_cut_in_a_chunk_with_a_length_does_no_harm,
        a_cut_in_one_put_of_everything_does_no_harm,
        a_cut_in_a_put_that_brings_the_rest_does_no_harm,
    ]
}

/// Every number of bytes of the request after which it is cut, with the time until it is.
fn places(request: &Request) -> Vec<(usize, Duration)> {
    let head = request.head_bytes();
    let mut places = vec![head / 2, head - 1];
    places.extend(IN_THE_BODY.iter().map(|at| request.bytes_before(*at).min(request.bytes())));
    places.push(request.bytes());
    let mut places: Vec<_> = places.into_iter().map(|place| (place, Duration::ZERO)).collect();
    // All was sent and answered, and the answer was lost.
    places.push((request.bytes(), ANSWERED));
    places
}

/// Cuts a push at every place, and goes on after each.
fn cut_everywhere(word: &str, push: impl Fn(&Case, &str) -> Request) {
    let _beside_others = together();
    let count = {
        let case = Case::new(word, LONG);
        places(&push(&case, &case.owner.start_upload())).len()
    };
    for number in 0..count {
        let case = Case::new(word, LONG);
        let location = case.owner.start_upload();
        let request = push(&case, &location);
        let (bytes, linger) = places(&request)[number];
        request.send_cut(bytes, linger).unwrap_or_else(|error| panic!("{bytes}: {error}"));
        let was_there = case.is_there();
        let ended = resume(&case, &location);
        assert!(!was_there || ended == Ended::WasThere, "after {bytes} bytes: {ended:?}");
    }
}

fn put(case: &Case, location: &str) -> Request {
    let glue = if location.contains('?') { '&' } else { '?' };
    case.owner.upload("PUT", &format!("{location}{glue}digest={}", encode(&case.digest)))
}

fn a_cut_in_a_chunk_without_a_length_does_no_harm() {
    cut_everywhere("streamed", |case, location| {
        case.owner.upload("PATCH", location).chunked(&case.bytes)
    });
}

fn a_cut_in_a_chunk_with_a_length_does_no_harm() {
    cut_everywhere("chunk", |case, location| {
        let range = format!("0-{}", case.bytes.len() - 1);
        case.owner.upload("PATCH", location).header("Content-Range", range).body(&case.bytes)
    });
}

fn a_cut_in_one_put_of_everything_does_no_harm() {
    cut_everywhere("whole", |case, location| put(case, location).body(&case.bytes));
}

fn a_cut_in_a_put_that_brings_the_rest_does_no_harm() {
    let _beside_others = together();
    let half = SLICE + 99;
    for place in [0, 1, 1_000, SLICE - 1, SLICE, LONG - half - 1, LONG - half] {
        let case = Case::new("rest", LONG);
        let location = case.owner.start_upload();
        let first = case.owner.upload("PATCH", &location).chunked(&case.bytes[..half]);
        let location = path(first.send().expect(202).must("Location"));
        let last = put(&case, &location).body(&case.bytes[half..]);
        last.send_cut(last.bytes_before(place), Duration::ZERO)
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        let was_there = case.is_there();
        let ended = resume(&case, &location);
        assert!(!was_there || ended == Ended::WasThere, "after {place} bytes: {ended:?}");
    }
}
