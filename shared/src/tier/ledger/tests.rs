use super::*;
use crate::oci::{Algorithm, Digest};

const MINUTE: u64 = 60_000;
/// 2026-11-21T15:00:00Z
const NOW: u64 = 1_795_273_200_000;
const LIMITS: Limits = Limits { bytes_per_month: Some(1_000), pulls_per_hour: None };

fn mark(word: &str) -> Mark {
    Mark::of(&Digest::of(Algorithm::Sha256, word.as_bytes()))
}

fn pull(word: &str, children: &[&str], at_ms: u64) -> Pull {
    let children = children.iter().map(|child| mark(child)).collect();
    Pull { mark: mark(word), children, at_ms, times: 1, ticket: None }
}

fn bytes(number: u64, bytes: u64, now_ms: u64) -> Report {
    let day = crate::tier::period::day_of(now_ms);
    Report { number, bytes: vec![(day, bytes)], pulls: Vec::new() }
}

#[test]
fn a_report_that_comes_twice_counts_once() {
    let mut ledger = Ledger::default();
    for reports in [vec![1], vec![1, 2], vec![2], vec![1]] {
        let reports: Vec<Report> = reports.iter().map(|n| bytes(*n, 100, NOW)).collect();
        ledger.report("a", &reports, NOW);
    }
    ledger.report("b", &[bytes(1, 100, NOW)], NOW);
    assert_eq!(ledger.standing(NOW).used_bytes, 300);
}

#[test]
fn an_image_whose_question_was_answered_too_late_counts_once() {
    let ticketed =
        |word: &str, ticket: &str| Pull { ticket: Some(mark(ticket)), ..pull(word, &[], NOW) };
    let report = |number, pull| Report { number, bytes: Vec::new(), pulls: vec![pull] };
    let limits = Limits { bytes_per_month: None, pulls_per_hour: Some(2) };
    let mut ledger = Ledger::default();
    // The answer comes too late: the question was counted, the report is not.
    ledger.begin(&ticketed("x", "a 1"), &limits, NOW).unwrap();
    ledger.report("a", &[report(2, ticketed("x", "a 1"))], NOW);
    assert_eq!(ledger.standing(NOW).pulls, 1);
    // The question comes after the report.
    ledger.report("a", &[report(4, ticketed("x", "a 3"))], NOW);
    assert_eq!(ledger.begin(&ticketed("x", "a 3"), &limits, NOW), Ok(()));
    assert_eq!(ledger.standing(NOW).pulls, 2);
    // What was refused, and sent all the same since nobody heard it, is counted.
    assert!(ledger.begin(&ticketed("x", "a 5"), &limits, NOW).is_err());
    ledger.report("a", &[report(6, ticketed("x", "a 5"))], NOW);
    assert_eq!(ledger.standing(NOW).pulls, 3);
}

#[test]
fn a_new_month_begins_with_nothing_used() {
    let midnight = Month::of(NOW).ends_ms;
    let mut ledger = Ledger::default();
    ledger.report("a", &[bytes(1, 1_000, midnight - 1)], midnight - 1);
    assert_eq!(
        ledger.begin(&pull("x", &[], midnight - 1), &LIMITS, midnight - 1),
        Err(Spent::Bytes)
    );
    assert_eq!(ledger.begin(&pull("x", &[], midnight), &LIMITS, midnight), Ok(()));
    assert_eq!(ledger.standing(midnight).used_bytes, 0);
    // What was sent before midnight and is reported after it belongs to the day on which it was.
    ledger.report("a", &[bytes(2, 5, midnight - 1)], midnight + 1);
    assert_eq!(ledger.standing(midnight + 1).used_bytes, 0);
    let days = ledger.last_days(midnight + 1);
    assert_eq!(days.len(), 30);
    let last =
        |ago: usize| (days[29 - ago].date.as_str(), days[29 - ago].bytes, days[29 - ago].pulls);
    assert_eq!(last(0), ("2026-12-01", 0, 1));
    assert_eq!(last(1), ("2026-11-30", 1_005, 0));
    // The last thirty days reach over the month's end, and old ones are forgotten.
    let later = midnight + 60 * 24 * 60 * MINUTE;
    ledger.report("a", &[], later);
    assert!(ledger.last_days(later).iter().all(|day| day.bytes == 0 && day.pulls == 0));
    assert_eq!(ledger.days, Days::default());
}

#[test]
fn an_image_that_was_begun_can_be_finished() {
    let mut ledger = Ledger::default();
    ledger.begin(&pull("index", &["child", "inner"], NOW), &LIMITS, NOW).unwrap();
    ledger.report("a", &[bytes(1, 2_000, NOW)], NOW);
    let later = NOW + 59 * MINUTE;
    assert_eq!(ledger.begin(&pull("child", &[], later), &LIMITS, later), Ok(()));
    // An index inside it leads on, as long as the first one does and no longer.
    assert_eq!(ledger.begin(&pull("inner", &["leaf"], later), &LIMITS, later), Ok(()));
    assert_eq!(ledger.begin(&pull("leaf", &[], later), &LIMITS, later), Ok(()));
    let over = NOW + 60 * MINUTE;
    for word in ["child", "inner", "leaf", "index"] {
        assert_eq!(
            ledger.begin(&pull(word, &[], over), &LIMITS, over),
            Err(Spent::Bytes),
            "{word}"
        );
    }
    assert_eq!(ledger.begin(&pull("index", &["child"], later), &LIMITS, later), Err(Spent::Bytes));
    assert_eq!(ledger.begin(&pull("other", &[], later), &LIMITS, later), Err(Spent::Bytes));
}

#[test]
fn an_index_and_what_it_leads_to_are_one_image() {
    let mut ledger = Ledger::default();
    let limits = Limits { bytes_per_month: None, pulls_per_hour: Some(2) };
    for (word, children) in [("index", &["child"] as &[&str]), ("child", &[]), ("plain", &[])] {
        ledger.begin(&pull(word, children, NOW), &limits, NOW).unwrap();
    }
    assert_eq!(ledger.standing(NOW).pulls, 2);
    assert_eq!(ledger.last_days(NOW)[29].pulls, 2);
    // The same where it is only reported, in the order in which it was sent.
    let mut ledger = Ledger::default();
    let pulls = vec![pull("index", &["child"], NOW), pull("child", &[], NOW)];
    ledger.report("a", &[Report { number: 1, bytes: Vec::new(), pulls }], NOW);
    assert_eq!(ledger.last_days(NOW)[29].pulls, 1);
}

#[test]
fn an_hour_slides() {
    let mut ledger = Ledger::default();
    let limits = Limits { bytes_per_month: None, pulls_per_hour: Some(3) };
    for (minute, word) in [(0, "a"), (10, "b"), (20, "c")] {
        let at = NOW + minute * MINUTE;
        assert_eq!(ledger.begin(&pull(word, &[], at), &limits, at), Ok(()));
    }
    let at = NOW + 30 * MINUTE;
    let again_ms = NOW + 60 * MINUTE;
    assert_eq!(ledger.begin(&pull("d", &[], at), &limits, at), Err(Spent::Pulls { again_ms }));
    assert!(ledger.begin(&pull("d", &[], again_ms - 1), &limits, again_ms - 1).is_err());
    assert_eq!(ledger.begin(&pull("d", &[], again_ms), &limits, again_ms), Ok(()));
    assert_eq!(ledger.standing(again_ms).pulls, 3);
    // A smaller limit than what was pulled already.
    let fewer = Limits { pulls_per_hour: Some(1), ..limits };
    let spent = ledger.begin(&pull("e", &[], again_ms), &fewer, again_ms).unwrap_err();
    assert_eq!(spent, Spent::Pulls { again_ms: NOW + 120 * MINUTE });
    let never = Limits { pulls_per_hour: Some(0), ..limits };
    assert!(ledger.begin(&pull("e", &[], again_ms), &never, again_ms).is_err());
}

#[test]
fn what_grows_has_an_end() {
    let mut ledger = Ledger::default();
    for number in 0..5_000_u64 {
        let word = number.to_string();
        let children: Vec<String> = (0..10).map(|child| format!("{number}-{child}")).collect();
        let children: Vec<&str> = children.iter().map(String::as_str).collect();
        let pull = Pull { ticket: Some(mark(&word)), ..pull(&word, &children, NOW) };
        let report = Report { number: 1, bytes: vec![(number, 1)], pulls: vec![pull] };
        ledger.report(&format!("isolate {number}"), &[report], NOW + number);
    }
    let size = |part: &dyn erased::Part| part.bytes();
    assert!(size(&ledger.days) < 2_000);
    assert!(size(&ledger.hour) < 2_000);
    assert!(size(&ledger.passes) < 64 * 1024, "{}", size(&ledger.passes));
    assert!(size(&ledger.reporters) < 16 * 1024);
    assert!(size(&ledger.begun) < 5 * 1024);
    assert!(ledger.passes.until(mark("4999-9"), NOW + 5_000).is_some());
}

/// Parts by the length that they have at rest.
mod erased {
    pub(super) trait Part {
        fn bytes(&self) -> usize;
    }

    impl<T: serde::Serialize> Part for T {
        fn bytes(&self) -> usize {
            serde_json::to_string(self).unwrap().len()
        }
    }
}

#[test]
fn what_rests_is_read_again() {
    let mut ledger = Ledger::default();
    ledger.report("a", &[bytes(3, 7, NOW)], NOW);
    ledger.begin(&pull("index", &["child"], NOW), &LIMITS, NOW).unwrap();
    let days: Days = serde_json::from_str(&serde_json::to_string(&ledger.days).unwrap()).unwrap();
    let hour: Hour = serde_json::from_str(&serde_json::to_string(&ledger.hour).unwrap()).unwrap();
    let passes = serde_json::from_str(&serde_json::to_string(&ledger.passes).unwrap()).unwrap();
    let reporters =
        serde_json::from_str(&serde_json::to_string(&ledger.reporters).unwrap()).unwrap();
    let begun = serde_json::from_str(&serde_json::to_string(&ledger.begun).unwrap()).unwrap();
    assert_eq!(Ledger { days, hour, passes, reporters, begun }, ledger);
}
