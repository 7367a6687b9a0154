//! Bytes: those that a client got, and no others.

use super::edge::{Image, NETWORK, Somebody, edge, fresh, together};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{MANIFEST, about, digest, noise};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

const MIB: usize = 1024 * 1024;

/// The most that a client which hangs up gets without its being counted, in bytes.
const PIECE: u64 = 16 * 1024 * 1024;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        what_is_counted_is_what_clients_got,
        ranges_are_counted_by_what_they_deliver,
        what_is_no_pull_costs_nothing,
        who_hangs_up_is_not_charged_for_the_rest,
        an_address_of_ipv6_is_counted_with_its_network,
        nobody_is_counted_as_who_they_say_they_are,
        an_account_is_counted_wherever_it_is,
        a_network_without_a_limit_is_counted_too,
    ]
}

/// An image with blobs of every form: in its record, in one slice, in several, pushed whole.
fn image(word: &str) -> (Repository, Image) {
    let repository = fresh(word);
    let lengths = [0, 600, 80_000, 16 * MIB, 16 * MIB + 1, 33 * MIB + 7];
    let layers = lengths.map(|length| noise(length as u64 + 301, length));
    // Some arrive in slices of their own.
    for layer in &layers[3..] {
        repository.push_blob_in_chunks(layer);
    }
    let image = Image::publish(&repository, Some("tag"), &layers);
    (repository, image)
}

fn what_is_counted_is_what_clients_got() {
    let _together = together();
    let (repository, image) = image("whole");
    let somebody = Somebody::new();
    assert_eq!(somebody.used(), 0);
    let mut got = somebody.get(&repository, "manifests/tag").expect(200).body.len();
    assert_eq!(got, image.manifest.len());
    somebody.must_have_used(got as u64);
    for (digest, length) in &image.blobs {
        let answer = somebody.get(&repository, &format!("blobs/{digest}")).expect(200);
        assert_eq!(answer.body.len(), *length);
        got += length;
        somebody.must_have_used(got as u64);
    }
    // A blob that was put in one request is one large object.
    let whole = noise(302, 40 * MIB + 3);
    let target = format!("/v2/{}/blobs/uploads/?digest={}", repository.name, digest(&whole));
    let _ = repository.upload("POST", &target).body(&whole).send().expect(201);
    let answer = somebody.get(&repository, &format!("blobs/{}", digest(&whole))).expect(200);
    assert!(answer.body == whole);
    somebody.must_have_used((got + whole.len()) as u64);
}

fn ranges_are_counted_by_what_they_deliver() {
    let _together = together();
    let (repository, image) = image("ranges");
    let somebody = Somebody::new();
    let mut got = 0;
    for (digest, length) in image.blobs.iter().filter(|(_, length)| *length > 500) {
        for range in ["bytes=0-0", "bytes=17-400", "bytes=-5", "bytes=100-"] {
            let request = somebody.request("GET", &repository, &format!("blobs/{digest}"));
            let answer = request.header("Range", range).send().expect(206);
            assert!(answer.body.len() < *length);
            got += answer.body.len();
        }
        let request = somebody.request("GET", &repository, &format!("blobs/{digest}"));
        let answer = request.header("Range", "bytes=0-99,200-299,-7").send().expect(206);
        assert!(answer.must("Content-Type").starts_with("multipart/byteranges"));
        got += answer.body.len();
        let request = somebody.request("GET", &repository, &format!("blobs/{digest}"));
        let _ = request.header("Range", format!("bytes={length}-")).send().expect(416);
    }
    somebody.must_have_used(got as u64);
}

fn what_is_no_pull_costs_nothing() {
    let _together = together();
    let (repository, image) = image("free");
    let somebody = Somebody::new();
    let layer = &image.blobs[3].0;
    let request = |method, rest: &str| somebody.request(method, &repository, rest);
    let _ = request("HEAD", "manifests/tag").send().expect(200);
    let _ = request("HEAD", &format!("blobs/{layer}")).send().expect(200);
    for path in ["manifests/tag", &format!("manifests/{}", image.digest)] {
        let known = request("GET", path).header("If-None-Match", format!("\"{}\"", image.digest));
        let _ = known.send().expect(304);
    }
    let known = request("GET", &format!("blobs/{layer}"));
    let _ = known.header("If-None-Match", format!("\"{layer}\"")).send().expect(304);
    let _ = request("GET", "manifests/other").send().expect(404);
    let _ = request("GET", &format!("blobs/{}", digest(b"other"))).send().expect(404);
    let _ = request("GET", "tags/list").send().expect(200);
    let _ = request("GET", &format!("referrers/{}", image.digest)).send().expect(200);
    let from = |path: &str| {
        Request::get(path).at(edge().host()).header("CF-Connecting-IP", somebody.address())
    };
    let _ = from("/v2/").send().expect(401);
    let _ = from(&format!("/token?scope=repository:{}:pull", repository.name)).send().expect(200);
    let _ = from("/").send().expect(200);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!((somebody.used(), somebody.pulls()), (0, 0));
    // What is said about an image has bytes, and is no image.
    let signature = about(&image.manifest, "application/vnd.claims.signature");
    repository.push_blob(b"{}");
    let _ = repository.put_manifest(&digest(&signature), MANIFEST, &signature).expect(201);
    let _ = somebody.get(&repository, &format!("manifests/{}", digest(&signature))).expect(200);
    somebody.must_have_used(signature.len() as u64);
    assert_eq!(somebody.pulls(), 0);
}

fn who_hangs_up_is_not_charged_for_the_rest() {
    let _together = together();
    let repository = fresh("aborted");
    let blob = repository.push_blob(&noise(303, 256 * MIB));
    let somebody = Somebody::new();
    let token = Repository::as_anyone(&repository.name).on(edge()).token();
    let mut connection = TcpStream::connect(edge().host()).unwrap_or_else(|e| panic!("{e}"));
    let request = format!(
        "GET /v2/{}/blobs/{blob} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
         CF-Connecting-IP: {}\r\nRange: bytes=0-\r\n\r\n",
        repository.name,
        edge().host(),
        somebody.address(),
    );
    connection.write_all(request.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
    let mut bytes = vec![0; MIB];
    connection.read_exact(&mut bytes).unwrap_or_else(|e| panic!("{e}"));
    assert!(bytes.starts_with(b"HTTP/1.1 206"), "{}", String::from_utf8_lossy(&bytes[..64]));
    drop(connection);
    std::thread::sleep(Duration::from_secs(4));
    let used = somebody.used();
    assert!(used <= PIECE, "{used} bytes are counted");
    // The next one gets what it gets.
    let request = somebody.request("GET", &repository, &format!("blobs/{blob}"));
    let answer = request.header("Range", "bytes=0-20000000").send().expect(206);
    somebody.must_have_used(used + answer.body.len() as u64);
}

fn an_address_of_ipv6_is_counted_with_its_network() {
    let _together = together();
    let repository = fresh("ipv6");
    let blob = format!("blobs/{}", repository.push_blob(&noise(304, 70_000)));
    let neighbours = ["2001:db8:7::1", "2001:db8:7:0:ffff::2"].map(Somebody::from);
    for neighbour in &neighbours {
        let _ = neighbour.get(&repository, &blob).expect(200);
    }
    for neighbour in &neighbours {
        neighbour.must_have_used(140_000);
    }
    Somebody::from("2001:db8:7:1::1").must_have_used(0);
    // IPv4 in the clothes of IPv6 is the same address.
    let plain = Somebody::new();
    let mapped = Somebody::from(&format!("::ffff:{}", plain.address()));
    let _ = mapped.get(&repository, &blob).expect(200);
    plain.must_have_used(70_000);
}

fn nobody_is_counted_as_who_they_say_they_are() {
    let _together = together();
    let repository = fresh("forwarded");
    let blob = format!("blobs/{}", repository.push_blob(&noise(305, 70_000)));
    let (somebody, other) = (Somebody::new(), Somebody::new());
    for name in ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"] {
        let request = somebody.request("GET", &repository, &blob);
        let _ = request.header(name, other.address()).send().expect(200);
    }
    somebody.must_have_used(280_000);
    other.must_have_used(0);
}

fn an_account_is_counted_wherever_it_is() {
    let _together = together();
    let repository = fresh("account");
    let blob = format!("blobs/{}", repository.push_blob(&noise(306, 70_000)));
    let (here, there) = (Somebody::new(), Somebody::new());
    let before = here.signed_in().used();
    for place in [&here, &there] {
        let _ = place.signed_in().get(&repository, &blob).expect(200);
    }
    // Others use the same account meanwhile.
    std::thread::sleep(Duration::from_secs(2));
    assert!(there.signed_in().used() >= before + 140_000);
    for place in [here, there] {
        place.must_have_used(0);
    }
}

fn a_network_without_a_limit_is_counted_too() {
    let _together = together();
    let repository = fresh("network");
    let image = Image::publish(&repository, Some("tag"), &[noise(307, 5_000_000)]);
    let somebody = Somebody::from(NETWORK);
    for _ in 0..3 {
        let answer = somebody.get(&repository, "manifests/tag").expect(200);
        assert_eq!(answer.header("ratelimit"), None, "{answer}");
        let _ = somebody.get(&repository, &format!("blobs/{}", image.blobs[1].0)).expect(200);
    }
    somebody.must_have_used(3 * (5_000_000 + image.manifest.len() as u64));
    let usage = somebody.usage();
    assert_eq!((&usage["tier"], &usage["limit_bytes"]), (&"network".into(), &().into()));
    assert_eq!(somebody.pulls(), 3);
}
