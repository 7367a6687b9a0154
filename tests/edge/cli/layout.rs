//! Layouts: every demo as it was made, and what is there already.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::roadstead::Roadstead;
use roadstead_tests::client::skopeo::{PROGRAMS, pull};
use roadstead_tests::demo::{demo, demos};
use roadstead_tests::image::noise;
use roadstead_tests::stack::stack;

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        every_demo_is_pushed_from_its_layout_and_comes_back_to_the_bit,
        what_is_there_is_not_sent_again,
        one_image_is_pushed_under_several_names,
    ];
    let mut claims = with_programs(PROGRAMS, claims);
    claims.extend(claims![
        an_empty_blob_and_one_of_a_byte_are_pushed,
        nothing_is_pushed_by_nobody,
        a_damaged_layout_is_not_pushed,
        the_exit_code_tells_wrong_usage_from_failure,
    ]);
    claims
}

fn every_demo_is_pushed_from_its_layout_and_comes_back_to_the_bit() {
    let operator = Roadstead::operator("layout");
    for demo in demos() {
        let image = format!("cli/{}", demo.image());
        let said = operator.push(demo.layout.folder(), &image).must_succeed();
        let line = format!("{}/{image}@{} (", stack().host(), demo.digest);
        assert!(said.starts_with(&line), "{said}");
        let pulled = pull(&image, &image.replace(['/', ':'], "-"));
        assert_eq!(pulled.root(), demo.digest);
        assert_eq!(pulled.reach(&demo.digest), demo.layout.reach(&demo.digest), "{image}");
    }
}

fn what_is_there_is_not_sent_again() {
    let operator = Roadstead::operator("again");
    let layout = super::line::layout("again", &[&noise(111, 300_000), &noise(112, 400_000)]);
    let first = operator.push(layout.folder(), "cli/again:1").must_succeed();
    assert!(first.contains("(3 blobs, 0 already there, 0.7 MiB sent)"), "{first}");
    // Neither to the same repository nor to another one.
    for (image, pulled) in [("cli/again:2", "cli-again"), ("cli/again-elsewhere:1", "cli-else")] {
        let next = operator.push(layout.folder(), image).must_succeed();
        assert!(next.contains("(3 blobs, 3 already there, 0.0 MiB sent)"), "{next}");
        assert_eq!(pull(image, pulled).root(), layout.root());
    }
}

fn one_image_is_pushed_under_several_names() {
    let operator = Roadstead::operator("names");
    let demo = demo("busybox");
    let names = ["cli/names:1", "cli/names:latest", "cli/other:1"];
    let targets = names.map(|name| format!("{}/{name}", stack().host()));
    let from = demo.layout.folder().display().to_string();
    let [one, two, three] = &targets;
    let said = operator.run(&["push", "--quiet", "--from", &from, one, two, three]);
    assert_eq!(said.stderr, "", "quiet");
    assert_eq!(said.must_succeed().lines().count(), 3);
    for name in names {
        assert_eq!(pull(name, &name.replace(['/', ':'], "-")).root(), demo.digest, "{name}");
    }
}

fn an_empty_blob_and_one_of_a_byte_are_pushed() {
    let layout = super::line::layout("tiny", &[b"", b"x"]);
    let said = Roadstead::operator("tiny").push(layout.folder(), "cli/tiny:1").must_succeed();
    assert!(said.contains("(3 blobs, "), "{said}");
    let answer = Repository::as_anyone("cli/tiny").get("manifests/1").send().expect(200);
    assert_eq!(answer.must("Docker-Content-Digest"), layout.root());
}

fn nothing_is_pushed_by_nobody() {
    let demo = demo("chart");
    let refused = Roadstead::anonymous("nobody").push(demo.layout.folder(), "cli/stolen:1");
    let said = refused.must_fail();
    assert!(said.contains("does not let anybody"), "{said}");
    assert!(said.contains(&format!("roadstead login {}", stack().host())), "{said}");
    let _ = Repository::as_anyone("cli/stolen").get("manifests/1").send().expect(404);
}

fn a_damaged_layout_is_not_pushed() {
    let layout = super::line::layout("damaged", &[b"as it was"]);
    let digest = roadstead_tests::image::digest(b"as it was");
    let path = layout.folder().join("blobs").join(digest.replace(':', "/"));
    std::fs::write(path, b"as it is.").unwrap_or_else(|error| panic!("{error}"));
    let said = Roadstead::operator("damaged").push(layout.folder(), "cli/damaged:1").must_fail();
    assert!(said.contains("the source is damaged"), "{said}");
    let _ = Repository::as_anyone("cli/damaged").get("manifests/1").send().expect(404);
}

fn the_exit_code_tells_wrong_usage_from_failure() {
    let person = Roadstead::anonymous("codes");
    let target = format!("{}/cli/codes:1", stack().host());
    assert_eq!(person.code(&["--help"]), Some(0));
    assert_eq!(person.code(&["push", "--help"]), Some(0));
    assert_eq!(person.code(&["push", "--from", "/nowhere", &target]), Some(1));
    assert_eq!(person.code(&["push", "alpine"]), Some(2));
    assert_eq!(person.code(&["push", "--chunk", "nothing", &target]), Some(2));
    assert_eq!(person.code(&["sail"]), Some(2));
}
