//! "Pushing manifests with tags" in one request by digest, `end-7b`.

use super::refused;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{MANIFEST, digest, digest_sha512, publish};

/// What the edge takes at most.
const MOST: usize = 100;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        every_tag_of_a_push_is_there,
        ten_tags_and_a_hundred_are_taken,
        too_many_tags_are_refused_and_none_is_there,
        a_tag_that_is_none_is_refused_with_all_the_others,
        tags_of_a_push_move,
        tags_may_be_given_with_a_sha512_digest,
        without_a_tag_none_is_named,
        a_refused_manifest_moves_no_tag,
    ]
}

/// Pushes by a digest with these tags.
fn push(repository: &Repository, digest: &str, tags: &[String], bytes: &[u8]) -> Answer {
    let query: Vec<String> = tags.iter().map(|tag| format!("tag={tag}")).collect();
    let target = format!("manifests/{digest}?{}", query.join("&"));
    repository.request("PUT", &target).header("Content-Type", MANIFEST).body(bytes).send()
}

fn tags(words: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    words.into_iter().map(|word| word.to_string()).collect()
}

/// The tags that the answer names, in one line or in several.
fn named(answer: &Answer) -> Vec<String> {
    let lines = answer.all("OCI-Tag").flat_map(|line| line.split(','));
    lines.map(|tag| tag.trim().to_owned()).collect()
}

/// Whether all these tags were taken and lead to the manifest.
fn are_there(repository: &Repository, answer: &Answer, tags: &[String], bytes: &[u8]) {
    assert_eq!(answer.status, 201, "{answer}");
    let mut found = named(answer);
    found.sort();
    let mut wanted = tags.to_vec();
    wanted.sort();
    assert_eq!(found, wanted, "{answer}");
    for tag in tags {
        let answer = repository.get(&format!("manifests/{tag}")).send().expect(200);
        assert!(answer.body == bytes, "{tag}: {answer}");
    }
    let list = repository.get("tags/list").send().expect(200).json();
    let listed = list["tags"].as_array().cloned().unwrap_or_default();
    assert!(tags.iter().all(|tag| listed.iter().any(|listed| listed == tag)), "{list}");
}

fn every_tag_of_a_push_is_there() {
    let repository = Repository::fresh("tags");
    let bytes = publish(&repository, "amd64", b"a layer");
    let tags = tags(["a", "b"]);
    let answer = push(&repository, &digest(&bytes), &tags, &bytes);
    are_there(&repository, &answer, &tags, &bytes);
    let _ = repository.get(&format!("manifests/{}", digest(&bytes))).send().expect(200);
}

fn ten_tags_and_a_hundred_are_taken() {
    for count in [10, MOST] {
        let repository = Repository::fresh("tags");
        let bytes = publish(&repository, "amd64", b"a layer");
        let tags = tags((0..count).map(|n| format!("1.{n}")));
        let answer = push(&repository, &digest(&bytes), &tags, &bytes);
        are_there(&repository, &answer, &tags, &bytes);
    }
}

/// No tag leads anywhere.
fn are_nowhere(repository: &Repository, tags: &[String]) {
    for tag in tags {
        let _ = repository.head(&format!("manifests/{tag}")).send().expect(404);
    }
}

fn too_many_tags_are_refused_and_none_is_there() {
    let repository = Repository::fresh("tags");
    let bytes = publish(&repository, "amd64", b"a layer");
    let tags = tags((0..=MOST).map(|n| format!("1.{n}")));
    let answer = push(&repository, &digest(&bytes), &tags, &bytes);
    assert!(matches!(answer.status, 400 | 413 | 414), "{answer}");
    crate::registry::error::is_an_error(&answer);
    are_nowhere(&repository, &tags);
}

fn a_tag_that_is_none_is_refused_with_all_the_others() {
    let repository = Repository::fresh("tags");
    let bytes = publish(&repository, "amd64", b"a layer");
    for none in ["", ".hidden", "-dash", "a%2Fb", &"t".repeat(129)] {
        let answer = push(&repository, &digest(&bytes), &tags(["good", none]), &bytes);
        refused(&answer, 400);
        are_nowhere(&repository, &tags(["good"]));
    }
}

fn tags_of_a_push_move() {
    let repository = Repository::fresh("tags");
    let [first, second] =
        [b"first".as_slice(), b"second"].map(|layer| publish(&repository, "amd64", layer));
    let both = tags(["a", "b"]);
    let answer = push(&repository, &digest(&first), &both, &first);
    are_there(&repository, &answer, &both, &first);
    let answer = push(&repository, &digest(&second), &tags(["b", "c"]), &second);
    are_there(&repository, &answer, &tags(["b", "c"]), &second);
    assert!(repository.get("manifests/a").send().expect(200).body == first, "moved unasked");
}

fn tags_may_be_given_with_a_sha512_digest() {
    let repository = Repository::fresh("tags");
    let bytes = publish(&repository, "amd64", b"a layer");
    let tags = tags(["a", "b"]);
    let answer = push(&repository, &digest_sha512(&bytes), &tags, &bytes);
    are_there(&repository, &answer, &tags, &bytes);
    let answer = repository.head("manifests/a").send().expect(200);
    assert_eq!(answer.must("Docker-Content-Digest"), digest_sha512(&bytes));
}

fn without_a_tag_none_is_named() {
    let repository = Repository::fresh("tags");
    let bytes = publish(&repository, "amd64", b"a layer");
    let answer = repository.put_manifest(&digest(&bytes), MANIFEST, &bytes).expect(201);
    assert_eq!(named(&answer), Vec::<String>::new());
}

fn a_refused_manifest_moves_no_tag() {
    let repository = Repository::fresh("tags");
    let bytes = publish(&repository, "amd64", b"a layer");
    let answer = push(&repository, &digest(b"another"), &tags(["a", "b"]), &bytes);
    assert_eq!(refused(&answer, 400), "DIGEST_INVALID");
    are_nowhere(&repository, &tags(["a", "b"]));
}
