//! Parts of blobs, each compared with the bytes that were sent. RFC 9110, section 14.

use libtest_mimic::Trial;
use roadstead_tests::claim::claim;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::fixture::shelf;
use roadstead_tests::image::digest;
use roadstead_tests::multipart::parts;

const MIB: usize = 1024 * 1024;

/// One range of the layer of 100,003 bytes, and the bytes that are due: first and last.
const SINGLE: [(&str, &str, usize, usize); 11] = [
    ("from_the_beginning", "bytes=0-9", 0, 9),
    ("from_the_middle", "bytes=50000-50999", 50_000, 50_999),
    ("one_byte", "bytes=7-7", 7, 7),
    ("the_first_byte", "bytes=0-0", 0, 0),
    ("the_last_byte", "bytes=100002-100002", 100_002, 100_002),
    ("all_but_the_head", "bytes=1-", 1, 100_002),
    ("all_of_it", "bytes=0-", 0, 100_002),
    ("a_tail", "bytes=-500", 99_503, 100_002),
    ("a_tail_longer_than_the_blob", "bytes=-200000", 0, 100_002),
    ("an_end_past_the_end", "bytes=100000-999999", 100_000, 100_002),
    ("a_number_that_fits_nowhere", "bytes=3-99999999999999999999999", 3, 100_002),
];

/// Ranges that cannot be had.
const UNSATISFIABLE: [(&str, &str); 5] = [
    ("past_the_end", "bytes=100003-"),
    ("far_past_the_end", "bytes=99999999999999999999-"),
    ("an_empty_tail", "bytes=-0"),
    ("the_wrong_way_round", "bytes=9-3"),
    ("several_past_the_end", "bytes=200000-,300000-300001"),
];

/// What is no range of bytes, and is therefore not looked at.
const IGNORED: [(&str, &str); 3] =
    [("another_unit", "items=0-5"), ("no_unit", "0-5"), ("nothing", "")];

pub(super) fn claims() -> Vec<Trial> {
    let mut claims = claims![
        a_head_does_not_know_ranges,
        a_range_may_cross_the_borders_of_slices,
        several_ranges_come_as_parts_in_their_order,
        thirty_two_ranges_are_answered_and_thirty_three_refused,
        several_ranges_across_slices_come_as_parts,
        a_range_of_what_has_not_changed_is_a_range,
        a_range_of_what_has_changed_is_all_of_it,
    ];
    let name = |kind: &str, name: &str| format!("edge::registry::range::{kind}::{name}");
    claims.extend(SINGLE.map(|(row, range, first, last)| {
        claim(&name("a_range", row), move || one(range, first, last))
    }));
    claims.extend(
        UNSATISFIABLE.map(|(row, range)| claim(&name("refused", row), move || refused(range))),
    );
    claims.extend(IGNORED.map(|(row, range)| claim(&name("ignored", row), move || ignored(range))));
    claims
}

fn ask(range: &str) -> Answer {
    let shelf = shelf();
    shelf.reader.get(&format!("blobs/{}", digest(&shelf.layer))).header("Range", range).send()
}

fn ask_long(range: &str) -> Answer {
    let shelf = shelf();
    shelf.reader.get(&format!("blobs/{}", shelf.long_digest)).header("Range", range).send()
}

fn is_part(answer: &Answer, of: &[u8], first: usize, last: usize) {
    assert_eq!(answer.must("Content-Range"), format!("bytes {first}-{last}/{}", of.len()));
    assert_eq!(answer.must("Content-Length"), (last - first + 1).to_string());
    assert_eq!(answer.must("Content-Type"), "application/octet-stream");
    assert_eq!(answer.header("Content-Encoding"), None);
    assert!(answer.body == of[first..=last], "other bytes in {first}-{last}");
}

fn one(range: &str, first: usize, last: usize) {
    is_part(&ask(range).expect(206), &shelf().layer, first, last);
}

fn refused(range: &str) {
    let answer = ask(range).expect(416);
    assert_eq!(answer.must("Content-Range"), format!("bytes */{}", shelf().layer.len()));
    super::error::is_an_error(&answer);
}

fn ignored(range: &str) {
    let answer = ask(range).expect(200);
    assert_eq!(answer.header("Content-Range"), None);
    assert!(answer.body == shelf().layer, "other bytes");
}

fn a_head_does_not_know_ranges() {
    let shelf = shelf();
    let path = format!("blobs/{}", digest(&shelf.layer));
    let answer = shelf.reader.head(&path).header("Range", "bytes=0-9").send().expect(200);
    assert_eq!(answer.must("Content-Length"), shelf.layer.len().to_string());
}

fn a_range_may_cross_the_borders_of_slices() {
    let long = &shelf().long;
    // Wherever the borders are, they are multiples of a mebibyte.
    for border in [MIB, 4 * MIB, 5 * MIB, 8 * MIB, 16 * MIB, 24 * MIB, 32 * MIB, 40 * MIB] {
        for (first, last) in [
            (border - 1, border),
            (border, border),
            (border - 1, border - 1),
            (border - 70_000, border + 3_000),
        ] {
            is_part(&ask_long(&format!("bytes={first}-{last}")).expect(206), long, first, last);
        }
    }
    let (first, last) = (3 * MIB + 17, 39 * MIB + 5);
    is_part(&ask_long(&format!("bytes={first}-{last}")).expect(206), long, first, last);
    is_part(&ask_long(&format!("bytes={first}-")).expect(206), long, first, long.len() - 1);
    is_part(
        &ask_long("bytes=-33000000").expect(206),
        long,
        long.len() - 33_000_000,
        long.len() - 1,
    );
}

/// Whether an answer's parts are these ranges of `of`, in this order.
fn are_parts(answer: &Answer, of: &[u8], ranges: &[(usize, usize)]) {
    assert_eq!(answer.header("Content-Range"), None);
    assert_eq!(answer.must("Content-Length"), answer.body.len().to_string());
    let found = parts(answer.must("Content-Type"), &answer.body);
    let found = found.unwrap_or_else(|error| panic!("{error}: {answer}"));
    assert_eq!(found.len(), ranges.len());
    for (part, (first, last)) in found.iter().zip(ranges) {
        assert_eq!(part.range, format!("bytes {first}-{last}/{}", of.len()));
        assert_eq!(part.media_type, "application/octet-stream");
        assert!(part.bytes == of[*first..=*last], "other bytes in {}", part.range);
    }
}

fn several_ranges_come_as_parts_in_their_order() {
    let end = shelf().layer.len();
    for (range, ranges) in [
        ("bytes=0-0,2-3", vec![(0, 0), (2, 3)]),
        ("bytes=500-999, 0-9 ,-7", vec![(500, 999), (0, 9), (end - 7, end - 1)]),
        ("bytes=0-50000,50000-,10-10", vec![(0, 50_000), (50_000, end - 1), (10, 10)]),
    ] {
        are_parts(&ask(range).expect(206), &shelf().layer, &ranges);
    }
}

fn thirty_two_ranges_are_answered_and_thirty_three_refused() {
    let ranges: Vec<(usize, usize)> = (0..33).map(|n| (n * 3_000, n * 3_000 + n)).collect();
    let header = |ranges: &[(usize, usize)]| {
        let ranges: Vec<String> = ranges.iter().map(|(a, b)| format!("{a}-{b}")).collect();
        format!("bytes={}", ranges.join(","))
    };
    are_parts(&ask(&header(&ranges[..32])).expect(206), &shelf().layer, &ranges[..32]);
    super::error::is_an_error(&ask(&header(&ranges)).expect(400));
}

fn several_ranges_across_slices_come_as_parts() {
    let long = &shelf().long;
    let ranges = [
        (8 * MIB - 5, 8 * MIB + 5),
        (0, 9),
        (16 * MIB - 1, 24 * MIB),
        (long.len() - 2, long.len() - 1),
    ];
    let header: Vec<String> = ranges.iter().map(|(a, b)| format!("{a}-{b}")).collect();
    are_parts(&ask_long(&format!("bytes={}", header.join(","))).expect(206), long, &ranges);
}

fn conditional(condition: &str) -> Answer {
    let shelf = shelf();
    let request = shelf.reader.get(&format!("blobs/{}", digest(&shelf.layer)));
    request.header("Range", "bytes=5-9").header("If-Range", condition).send()
}

fn a_range_of_what_has_not_changed_is_a_range() {
    let etag = format!("\"{}\"", digest(&shelf().layer));
    is_part(&conditional(&etag).expect(206), &shelf().layer, 5, 9);
}

fn a_range_of_what_has_changed_is_all_of_it() {
    // A weak tag says only that something alike was there: too little to join bytes to.
    let weak = format!("W/\"{}\"", digest(&shelf().layer));
    for condition in ["\"other\"", &weak, "Sat, 21 Nov 2026 00:00:00 GMT", "nonsense"] {
        let answer = conditional(condition).expect(200);
        assert!(answer.body == shelf().layer, "{condition}");
    }
}
