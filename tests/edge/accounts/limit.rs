//! How often a password may be guessed, and that guessing keeps nobody else out.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::Api;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::client::registry::text;
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack;
use roadstead_tests::token::payload;

static LIMITED: OwnStack = OwnStack::new("limited");

/// What Wasm may take, in bytes, with the memory that one hash needs.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_password_is_guessed_ten_times_and_no_more,
        who_has_signed_in_before_is_not_kept_out_by_others_who_guess,
        an_address_guesses_a_hundred_times_whatever_the_name,
        wrong_passwords_of_pulls_keep_nobody_out,
        many_at_once_are_hashed_one_by_one,
    ]
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

fn who_has_signed_in_before_is_not_kept_out_by_others_who_guess() {
    let edge = LIMITED.get();
    let owner = Person::new(edge, "attacked").at("192.0.2.1");
    let _ = owner.sign_in(PASSWORD).expect(200);
    let mut refused = 0;
    for host in 1..=12 {
        // Of a customer's /64 every address is the same customer's.
        let address = format!("2001:db8:0:{host:x}::{host:x}");
        let guesser = Person::stranger(edge, "attacked").at(&address);
        let next = Person::stranger(edge, "attacked").at(&format!("2001:db8:0:{host:x}:f::1"));
        for number in 0..5 {
            for person in [&guesser, &next] {
                let answer = person.sign_in(&format!("wrong {host} {number} {person:p}"));
                assert!(matches!(answer.status, 401 | 429), "{answer}");
                refused += usize::from(answer.status == 429);
            }
        }
    }
    assert_eq!(refused, 20, "a hundred for the name");
    let fresh = Person::stranger(edge, "attacked").at("192.0.2.200");
    let _ = fresh.sign_in(PASSWORD).expect(429);
    // Mistyped first: what was remembered of the right one is forgotten by that.
    let _ = owner.sign_in("not quite the password").expect(401);
    let _ = owner.sign_in(PASSWORD).expect(200);
    let _ = owner.ask_token(PASSWORD, &[]).expect(200);
}

fn an_address_guesses_a_hundred_times_whatever_the_name() {
    let edge = LIMITED.get();
    let guess = |number: usize| {
        Person::stranger(edge, &format!("any-{number}")).at("198.51.100.7").sign_in("wrong").status
    };
    let statuses: Vec<u16> = (0..102).map(guess).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 100, "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429));
    let _ = Person::new(edge, "elsewhere").at("198.51.100.8").sign_in(PASSWORD).expect(200);
    // Nor does it use up what somebody's name has.
    let spared = Person::new(edge, "spared").at("198.51.100.10");
    for number in 0..105 {
        let guesser = Person::stranger(edge, "spared").at("198.51.100.7");
        let _ = guesser.sign_in(&format!("wrong {number}")).expect(429);
    }
    let _ = spared.sign_in(PASSWORD).expect(200);
}

/// dockerd shows its mirrors the name and the password that it has for Docker Hub.
fn wrong_passwords_of_pulls_keep_nobody_out() {
    let edge = LIMITED.get();
    let here = |name: &str| Person::stranger(edge, name).at("198.51.100.9");
    for number in 0..105 {
        let pull = here(&format!("hub-{number}")).ask_token("wrong", &["repository:a/b:pull"]);
        assert_eq!(payload(&text(&pull.expect(200).json(), "token"))["sub"], "");
    }
    let person = Person::new(edge, "pulls-here").at("198.51.100.9");
    let _ = person.sign_in(PASSWORD).expect(200);
}

fn many_at_once_are_hashed_one_by_one() {
    let edge = LIMITED.get();
    // Names that nobody has take as long as others.
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guess = |number: usize| {
            let answer = Person::stranger(edge, &format!("nobody-{number}")).sign_in(PASSWORD);
            assert!(answer.status != 503 || !answer.must("Retry-After").is_empty(), "{answer}");
            answer.status
        };
        let all: Vec<_> = (0..40).map(|number| scope.spawn(move || guess(number))).collect();
        all.into_iter().map(|one| one.join().unwrap_or_default()).collect()
    });
    assert!(statuses.iter().all(|status| matches!(status, 401 | 503)), "{statuses:?}");
    assert!(statuses.contains(&401), "{statuses:?}");
    println!("of 40 at once {} were sent away", statuses.iter().filter(|s| **s == 503).count());
    assert!(edge.collapses().is_empty(), "{:#?}", edge.collapses());
    let status = Api::of(edge).get("admin/status").expect(200).json();
    let taken = status["wasm_memory_bytes"].as_u64().unwrap_or(u64::MAX);
    assert!(taken < MOST_BYTES, "{status}");
}
