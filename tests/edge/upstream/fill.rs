//! Blobs that come in every way in which registries send them: without a length, in chunks, in
//! halves, and that are asked for in ranges before any byte is here.

use super::edge::{cached, registry};
use super::pull::{Got, must_pull, pull, recovers};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::Hash;
use roadstead_tests::upstream::{At, Blobs, Day, Fault, Goods, Wrong, image};

const MIB: usize = 1024 * 1024;
/// A layer of many slices.
const LONG: usize = 300 * MIB + 4_321;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_blob_without_a_length_is_right,
        a_blob_that_is_cut_and_goes_on_is_right,
        a_blob_that_stalls_once_is_right_or_cut_and_right_the_next_time,
        a_blob_of_another_length_than_announced_is_never_given_out_whole,
        a_registry_that_redirects_nobody_is_as_good,
        redirects_without_an_end_are_not_followed,
        ranges_of_what_is_not_here_yet_are_right,
    ]
}

/// Has the registry of `prefix` sell an image on such a day, and pulls it; what came.
fn try_on(prefix: &str, name: &str, seed: u64, day: Day) -> (Repository, Goods, Got) {
    let goods = image(seed, 5 * MIB + 11);
    registry(prefix).sell(name, &goods, day);
    let reader = cached(prefix, name);
    let got = pull(&reader, &goods, "1");
    (reader, goods, got)
}

fn once(fault: Fault) -> Day {
    Day::with([Wrong::once(At::Blobs, fault)])
}

/// Measured of three others: such a blob fails.
fn a_blob_without_a_length_is_right() {
    let unmeasured = Day { unmeasured: true, ..Day::default() };
    let chunked = Day::with([Wrong::always(At::Blobs, Fault::Chunked)]);
    for (name, seed, day) in [("fill/unmeasured", 821, unmeasured), ("fill/chunked", 822, chunked)]
    {
        let (reader, goods, got) = try_on("stub", name, seed, day);
        assert_eq!(got, Got::Right, "{name}");
        let sent = registry("stub").sent(name);
        // What a HEAD says of it is what a manifest said.
        for (digest, bytes) in &goods.blobs {
            let head = reader.head(&format!("blobs/{digest}")).send().expect(200);
            assert_eq!(head.must("Content-Length"), bytes.len().to_string());
        }
        must_pull(&reader, &goods, "1");
        assert_eq!(registry("stub").sent(name), sent, "{name} was fetched again");
    }
}

fn a_blob_that_is_cut_and_goes_on_is_right() {
    let twice = Day::with([Wrong::times(2, At::Blobs, Fault::Cut(MIB))]);
    let (reader, goods, got) = try_on("cutting", "fill/cut", 823, twice);
    assert!(matches!(got, Got::Right | Got::Cut), "{got}");
    assert_eq!(recovers(&reader, &goods, "1"), Got::Right);
    println!("a blob that is cut twice at 1 MiB: {got}");
}

fn a_blob_that_stalls_once_is_right_or_cut_and_right_the_next_time() {
    let goods = image(824, 5 * MIB);
    registry("stalling").sell("fill/stall", &goods, once(Fault::Stall(2 * MIB)));
    let reader = cached("stalling", "fill/stall");
    let got = pull(&reader, &goods, "1");
    assert!(matches!(got, Got::Right | Got::Cut), "{got}");
    assert_eq!(recovers(&reader, &goods, "1"), Got::Right);
    println!("a blob that stalls at 2 MiB: {got}");
}

fn a_blob_of_another_length_than_announced_is_never_given_out_whole() {
    let faults =
        [Fault::More(1000), Fault::Less(1000), Fault::Overstated(1000), Fault::Understated(1000)];
    for (seed, fault) in (830..).zip(faults) {
        let name = format!("fill/length-{seed}");
        let day = Day::with([Wrong::always(At::Blobs, fault.clone())]);
        let (reader, goods, got) = try_on("lengths", &name, seed, Day { rangeless: true, ..day });
        assert!(matches!(got, Got::Cut | Got::Refused(502 | 503)), "{fault:?}: {got}");
        registry("lengths").day(&name, Day::default());
        assert_eq!(recovers(&reader, &goods, "1"), Got::Right, "{fault:?}");
    }
}

fn a_registry_that_redirects_nobody_is_as_good() {
    let day = Day { blobs: Blobs::Here, ..Day::default() };
    assert_eq!(try_on("stub", "fill/here", 825, day).2, Got::Right);
}

fn redirects_without_an_end_are_not_followed() {
    let name = "fill/ring";
    let (reader, goods, got) =
        try_on("ring", name, 826, Day { blobs: Blobs::Ring, ..Day::default() });
    assert!(matches!(got, Got::Refused(502 | 503) | Got::Cut), "{got}");
    let seen = registry("ring").seen(name);
    assert!(seen.len() < 100, "{} requests", seen.len());
    registry("ring").day(name, Day::default());
    assert_eq!(recovers(&reader, &goods, "1"), Got::Right);
}

/// A part of the long layer, asked for while nothing of it is here.
struct Part {
    range: String,
    first: usize,
    end: usize,
}

/// Some of them ask for what comes at the end of the fill.
fn ranges_of_what_is_not_here_yet_are_right() {
    let (name, goods) = ("fill/long", image(827, LONG));
    registry("stub").sell(name, &goods, Day::default());
    let reader = cached("stub", name);
    let manifest = reader.get("manifests/1").send().expect(200).json();
    let digest = manifest["layers"][0]["digest"].as_str().unwrap_or_default().to_owned();
    let path = format!("blobs/{digest}");
    let part = |range: &str, first, end| Part { range: range.to_owned(), first, end };
    let parts = [
        part(&format!("bytes={}-", 200 * MIB + 5), 200 * MIB + 5, LONG),
        part("bytes=-1000", LONG - 1000, LONG),
        part("bytes=0-0", 0, 1),
        part(&format!("bytes={}-{}", 16 * MIB - 3, 16 * MIB + 2), 16 * MIB - 3, 16 * MIB + 3),
    ];
    let bytes = &goods.blobs[&digest];
    std::thread::scope(|scope| {
        for part in &parts {
            scope.spawn(|| is_part(&reader, &path, part, bytes));
        }
    });
    let beyond = reader.get(&path).header("Range", format!("bytes={LONG}-")).send().expect(416);
    assert_eq!(beyond.must("Content-Range"), format!("bytes */{LONG}"));
    let (answer, hash) =
        reader.get(&path).send_and_hash().unwrap_or_else(|error| panic!("it broke off: {error}"));
    assert_eq!((answer.status, hash.digest()), (200, digest));
    let sent = registry("stub").sent(name);
    println!("ranges and all of a blob of {LONG} bytes on a miss: the registry sent {sent}");
    let most = LONG as u64 * 11 / 10;
    assert!(sent <= most, "{sent} bytes for a layer of {LONG}");
}

fn is_part(reader: &Repository, path: &str, part: &Part, bytes: &[u8]) {
    let request = reader.get(path).header("Range", &part.range);
    let (answer, hash) =
        request.send_and_hash().unwrap_or_else(|error| panic!("{} broke off: {error}", part.range));
    // All of it is a right answer, too, to who asks for a part. RFC 9110, section 14.2.
    let expected = if answer.status == 200 { bytes } else { &bytes[part.first..part.end] };
    if answer.status != 200 {
        let range = format!("bytes {}-{}/{}", part.first, part.end - 1, bytes.len());
        assert_eq!(answer.expect(206).must("Content-Range"), range);
    }
    let mut right = Hash::default();
    right.update(expected);
    assert_eq!(hash.digest(), right.digest(), "{}", part.range);
}
