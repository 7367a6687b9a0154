//! How often a password may be guessed, and that guessing keeps nobody else out.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack;
use std::time::Instant;

static LIMITED: OwnStack = OwnStack::new("limited");

pub(super) fn claims() -> Vec<Trial> {
    claims![a_password_is_guessed_ten_times_and_no_more, many_at_once_are_hashed_one_by_one]
}

pub(super) fn stop() {
    LIMITED.stop();
}

fn a_password_is_guessed_ten_times_and_no_more() {
    let edge = LIMITED.get();
    let (person, other) = (Person::new(edge, "guessed"), Person::new(edge, "not-guessed"));
    let (_, token) = person.personal_token(&["pull"]);
    let guess = |number: usize| person.sign_in(&format!("wrong number {number}"));
    // At once as well: each is counted before it is looked at.
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..14).map(|number| scope.spawn(move || guess(number).status)).collect();
        all.into_iter().map(|one| one.join().unwrap_or_default()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 10, "{statuses:?}");
    let refused = guess(100).expect(429);
    let wait: u64 = refused.must("Retry-After").parse().unwrap_or_default();
    assert!((1..=900).contains(&wait), "{refused}");
    assert_eq!(refused.json()["errors"][0]["code"], "TOOMANYREQUESTS");
    // Not even the right one is looked at from here, whichever way it comes.
    let _ = person.sign_in(PASSWORD).expect(429);
    let _ = person.ask_token(PASSWORD, &[]).expect(429);
    let basic = Request::get("/api/v1/account").at(edge.host()).basic("guessed", PASSWORD);
    let _ = basic.send().expect(429);
    let _ = person.ask_token(PASSWORD, &["repository:a/b:pull"]).expect(200);
    // What is signed in stays so, and so do tokens; nor is anybody else held up.
    let _ = person.get("account").expect(200);
    let _ = person.ask_token(&token, &[]).expect(200);
    let _ = other.sign_in(PASSWORD).expect(200);
    let operator = Person::stranger(edge, stack::OPERATOR);
    let _ = operator.sign_in(stack::PASSWORD).expect(200);
}

fn many_at_once_are_hashed_one_by_one() {
    let edge = LIMITED.get();
    let people: Vec<Person> = (0..3).map(|n| Person::new(edge, &format!("busy-{n}"))).collect();
    let began = Instant::now();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..24)
            .map(|number| {
                let person = &people[number % people.len()];
                scope.spawn(move || {
                    let answer = person.sign_in(PASSWORD);
                    if answer.status == 503 {
                        assert!(!answer.must("Retry-After").is_empty());
                    }
                    answer.status
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap_or_default()).collect()
    });
    println!("24 sign-ins at once took {:?}: {statuses:?}", began.elapsed());
    assert!(statuses.iter().all(|status| matches!(status, 200 | 429 | 503)), "{statuses:?}");
    assert!(statuses.contains(&200), "{statuses:?}");
    assert!(edge.collapses().is_empty(), "{:#?}", edge.collapses());
}
