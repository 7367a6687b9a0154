//! Every way in which a registry fails, in each state of the cache: what the client gets, and that
//! it is right again as soon as the registry is.

use super::edge::{SHORT, SHORT_TAG, cached, registry};
use super::pull::{Got, pull, recovers};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::upstream::{At, Day, Fault, Goods, Wrong, image};
use std::thread;
use std::time::Duration;

const MIB: usize = 1024 * 1024;
/// What the layer of each image has.
const LAYER: usize = 3 * MIB + 77;

pub(super) fn claims() -> Vec<Trial> {
    claims![whatever_a_registry_does_no_client_gets_a_wrong_byte]
}

/// A way to fail, by the prefix of the rule whose registry does so, and what may come of it.
struct Case {
    prefix: &'static str,
    says: &'static str,
    /// `None`: it is gone.
    day: Option<Day>,
    cold: &'static [Got],
    stale: &'static [Got],
}

const RIGHT: &[Got] = &[Got::Right];
const OLD: &[Got] = &[Got::RightAndStale];

fn cases() -> Vec<Case> {
    let always = |at, fault| Some(Day::with([Wrong::always(at, fault)]));
    let case = |prefix, says, day, cold, stale| Case { prefix, says, day, cold, stale };
    let half =
        Day { rangeless: true, ..Day::with([Wrong::always(At::Blobs, Fault::Cut(LAYER / 2))]) };
    vec![
        case("well", "well", Some(Day::default()), RIGHT, RIGHT),
        case("slow", "slow", Some(Day::slow(MIB)), RIGHT, RIGHT),
        case(
            "many",
            "429",
            always(At::Everything, Fault::Later(429, 2)),
            &[Got::Refused(429)],
            OLD,
        ),
        case(
            "failing",
            "500",
            always(At::Everything, Fault::Status(500)),
            &[Got::Refused(503)],
            OLD,
        ),
        case(
            "garbage",
            "garbage",
            always(At::Everything, Fault::Garbage),
            &[Got::Refused(502), Got::Refused(503)],
            OLD,
        ),
        case("half", "half a blob", Some(half), &[Got::Cut], RIGHT),
        case("forged", "the wrong blob", always(At::Blobs, Fault::Other), &[Got::Cut], RIGHT),
        case(
            "lying",
            "another manifest",
            always(At::Manifests, Fault::Other),
            &[Got::Refused(502)],
            RIGHT,
        ),
        case("gone", "gone", None, &[Got::Refused(503)], OLD),
    ]
}

impl Case {
    fn turns_bad(&self, name: &str) {
        match &self.day {
            Some(day) => registry(self.prefix).day(name, day.clone()),
            None => registry(self.prefix).close(),
        }
    }

    fn turns_well(&self, name: &str) {
        registry(self.prefix).open();
        registry(self.prefix).day(name, Day::default());
    }

    /// What a client gets with this in the cache, and when the registry is well again.
    fn try_in(&self, state: &str, seed: u64) -> [Got; 2] {
        let name = format!("cases/{state}");
        let tag = if state == "stale" { SHORT_TAG } else { "1" };
        let goods = goods(seed, tag);
        let repository = cached(self.prefix, &name);
        registry(self.prefix).sell(&name, &goods, Day::default());
        if state != "cold" {
            let got = pull(&repository, &goods, tag);
            assert_eq!(got, Got::Right, "{}: not even before", self.says);
            // Not longer than it takes: what is warm stays so for an hour.
            thread::sleep(if state == "stale" {
                SHORT + Duration::from_secs(1)
            } else {
                Duration::ZERO
            });
        }
        self.turns_bad(&name);
        let got = pull(&repository, &goods, tag);
        self.turns_well(&name);
        [got, recovers(&repository, &goods, tag)]
    }

    /// Its lines of the table, and whether each is as it must be.
    fn lines(&self, number: u64) -> Vec<(String, bool)> {
        let states = [("cold", self.cold), ("warm", RIGHT), ("stale", self.stale)];
        let line = |(at, (state, expected)): (u64, (&str, &[Got]))| {
            let [got, after] = self.try_in(state, 9_000 + number * 10 + at);
            let holds = expected.contains(&got) && after == Got::Right;
            let mark = if holds { ' ' } else { '!' };
            let (got, after) = (got.to_string(), after.to_string());
            let line = format!("{mark} {:<17} {state:<6} {got:<19} {after}", self.says);
            (line, holds)
        };
        (0..).zip(states).map(line).collect()
    }
}

fn goods(seed: u64, tag: &str) -> Goods {
    let mut goods = image(seed, LAYER);
    if let Some(manifest) = goods.manifests.remove("1") {
        goods.manifests.insert(tag.to_owned(), manifest);
    }
    goods
}

/// Upstream × cache: nine registries, each with a rule, so that they fail beside each other.
fn whatever_a_registry_does_no_client_gets_a_wrong_byte() {
    let cases = cases();
    let lines: Vec<(String, bool)> = thread::scope(|scope| {
        let tried: Vec<_> =
            (0..).zip(&cases).map(|(at, case)| scope.spawn(move || case.lines(at))).collect();
        let one = |tried: thread::ScopedJoinHandle<'_, Vec<(String, bool)>>| {
            tried.join().unwrap_or_else(|_| vec![("! it broke off".to_owned(), false)])
        };
        tried.into_iter().flat_map(one).collect()
    });
    let table: Vec<&str> = lines.iter().map(|(line, _)| line.as_str()).collect();
    let head = "  the registry is   cache  the client gets     and when it is well again";
    println!("{head}\n{}", table.join("\n"));
    assert!(lines.iter().all(|(_, holds)| *holds), "not as it must be:\n{}", table.join("\n"));
}
