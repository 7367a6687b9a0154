//! Lists of tags. distribution-spec 1.1, `end-8a` and `end-8b`.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::{Repository, path};
use roadstead_tests::fixture::{NAME, TAGS, shelf};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        all_tags_are_listed_in_order,
        a_page_has_as_many_as_were_asked_for,
        pages_lead_to_one_another_until_the_end,
        a_list_goes_on_behind_any_word,
        nothing_is_behind_the_last_tag,
        a_page_of_none_is_empty,
        a_page_may_be_asked_to_be_huge,
        a_repository_without_a_tag_has_an_empty_list,
        an_untagged_manifest_is_not_listed,
    ]
}

fn tags(answer: &Answer) -> Vec<String> {
    let list = answer.json();
    assert_eq!(list["name"], NAME);
    let tags = list["tags"].as_array().unwrap_or_else(|| panic!("no list: {answer}"));
    tags.iter().map(|tag| tag.as_str().unwrap_or_default().to_owned()).collect()
}

fn list(query: &str) -> Answer {
    let answer = shelf().reader.get(&format!("tags/list{query}")).send().expect(200);
    assert!(answer.must("Content-Type").starts_with("application/json"), "{answer}");
    answer
}

/// Where `Link` says that the next page is.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("Link")?;
    let target = link.strip_prefix('<').and_then(|rest| rest.strip_suffix(">; rel=\"next\""));
    Some(path(target.unwrap_or_else(|| panic!("Link: {link}"))))
}

fn all_tags_are_listed_in_order() {
    let answer = list("");
    assert_eq!(tags(&answer), TAGS);
    assert_eq!(next(&answer), None);
}

fn a_page_has_as_many_as_were_asked_for() {
    let answer = list("?n=3");
    assert_eq!(tags(&answer), TAGS[..3]);
    assert!(next(&answer).is_some());
}

fn pages_lead_to_one_another_until_the_end() {
    for n in 1..=TAGS.len() + 1 {
        let mut found = Vec::new();
        let mut target = Some(format!("/v2/{NAME}/tags/list?n={n}"));
        // One page more than there are tags: a list that never ends fails here.
        for _ in 0..=TAGS.len() + 1 {
            let Some(this) = target else { break };
            let answer = shelf().reader.upload("GET", &this).send().expect(200);
            assert!(tags(&answer).len() <= n);
            found.extend(tags(&answer));
            target = next(&answer);
        }
        assert_eq!(found, TAGS, "in pages of {n}");
        assert_eq!(target, None, "in pages of {n}");
    }
}

fn a_list_goes_on_behind_any_word() {
    assert_eq!(tags(&list("?last=1.9")), TAGS[3..]);
    assert_eq!(tags(&list("?last=1.")), TAGS[1..], "the word need not be a tag");
    assert_eq!(tags(&list("?n=2&last=0")), TAGS[1..3]);
    assert_eq!(tags(&list("?last=")), TAGS);
}

fn nothing_is_behind_the_last_tag() {
    let answer = list("?n=5&last=v1");
    assert_eq!(tags(&answer), Vec::<String>::new());
    assert_eq!(next(&answer), None);
}

fn a_page_of_none_is_empty() {
    let answer = list("?n=0");
    assert_eq!(tags(&answer), Vec::<String>::new());
    assert_eq!(next(&answer), None, "a client would follow it for ever");
}

fn a_page_may_be_asked_to_be_huge() {
    for n in ["1000", "4294967296", "99999999999999999999999999"] {
        let answer = list(&format!("?n={n}"));
        assert_eq!(tags(&answer), TAGS);
        assert_eq!(next(&answer), None);
    }
}

fn a_repository_without_a_tag_has_an_empty_list() {
    let repository = Repository::fresh("untagged");
    roadstead_tests::image::publish(&repository, "amd64", b"a layer");
    let answer = repository.get("tags/list").send().expect(200);
    assert_eq!(answer.json()["tags"], serde_json::json!([]));
}

fn an_untagged_manifest_is_not_listed() {
    assert!(tags(&list("")).iter().all(|tag| !tag.contains("sha256")));
}
