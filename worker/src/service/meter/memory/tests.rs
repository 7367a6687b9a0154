use super::*;
use roadstead_shared::oci::{Algorithm, Digest};
use roadstead_shared::tier::Mark;

/// 2026-11-30T23:59:50Z
const NOW: u64 = 1_796_083_190_000;
const MIDNIGHT: u64 = NOW + 10_000;

fn subject(number: u32) -> Subject {
    Subject::V4(number.into())
}

fn standing(used_bytes: u64) -> Standing {
    Standing { used_bytes, pulls: 0, again_ms: 0 }
}

fn used(memory: &Memory, now_ms: u64) -> Option<u64> {
    memory.standing(&subject(1), now_ms).map(|standing| standing.used_bytes)
}

#[test]
fn what_is_known_grows_by_what_was_sent_and_ages() {
    let mut memory = Memory::default();
    assert_eq!(used(&memory, NOW), None);
    memory.heard(&subject(1), &[], standing(100), NOW);
    memory.add_bytes(&subject(1), 5, NOW);
    assert_eq!(used(&memory, NOW), Some(105));
    let reports = memory.reports(&subject(1));
    memory.add_bytes(&subject(1), 1, NOW);
    assert_eq!(used(&memory, NOW), Some(106));
    memory.heard(&subject(1), &reports, standing(105), NOW);
    assert_eq!(used(&memory, NOW), Some(106));
    // An answer that was overtaken.
    memory.heard(&subject(1), &[], standing(100), NOW);
    assert_eq!(used(&memory, NOW + 9_999), Some(106));
    assert_eq!(used(&memory, NOW + 10_000), None);
}

#[test]
fn what_is_known_of_one_month_says_nothing_of_the_next() {
    let mut memory = Memory::default();
    memory.heard(&subject(1), &[], standing(100), MIDNIGHT - 1);
    memory.add_bytes(&subject(1), 5, MIDNIGHT - 1);
    assert_eq!(used(&memory, MIDNIGHT), None);
    memory.heard(&subject(1), &[], standing(0), MIDNIGHT);
    memory.add_bytes(&subject(1), 7, MIDNIGHT);
    assert_eq!(used(&memory, MIDNIGHT), Some(7));
    let reports = memory.reports(&subject(1));
    assert_eq!(reports[0].bytes.len(), 2, "each byte on its own day");
}

#[test]
fn what_was_not_heard_is_said_again_and_once() {
    let mut memory = Memory::default();
    memory.add_bytes(&subject(1), 5, NOW);
    let first = memory.reports(&subject(1));
    memory.not_heard(&subject(1), PATIENCE, NOW);
    assert!(memory.is_silent(&subject(1), NOW + 4_999));
    assert!(memory.next_news(9, NOW, NOW).is_empty());
    assert!(memory.has_news(), "a silent meter is still to be told");
    assert_eq!(memory.next_news(9, NOW + 5_000, NOW + 5_000), [subject(1)]);
    memory.add_bytes(&subject(1), 7, NOW);
    let again = memory.reports(&subject(1));
    assert_eq!(again[0], first[0]);
    assert_eq!(again.iter().map(|report| report.bytes[0].1).collect::<Vec<_>>(), [5, 7]);
    assert!(again[1].number > again[0].number);
    memory.heard(&subject(1), &again, standing(12), NOW);
    assert!(memory.reports(&subject(1)).is_empty() && !memory.has_news());
    assert!(!memory.is_silent(&subject(1), NOW));
}

#[test]
fn a_glance_makes_no_meter_silent() {
    let mut memory = Memory::default();
    memory.not_heard(&subject(1), Duration::from_millis(300), NOW);
    assert!(!memory.is_silent(&subject(1), NOW));
    memory.not_heard(&subject(1), PATIENCE, NOW);
    assert!(memory.is_silent(&subject(1), NOW));
}

#[test]
fn a_silent_meter_lets_nobody_begin_who_has_just_spent_all() {
    let limits = Limits { bytes_per_month: Some(100), pulls_per_hour: Some(3) };
    let mut memory = Memory::default();
    let spent = |memory: &Memory, now_ms| memory.spent(&subject(1), &limits, now_ms);
    assert_eq!(spent(&memory, NOW), None);
    memory.heard(&subject(1), &[], standing(99), NOW);
    memory.not_heard(&subject(1), PATIENCE, NOW);
    assert_eq!(spent(&memory, NOW), None);
    memory.add_bytes(&subject(1), 1, NOW);
    assert_eq!(spent(&memory, NOW + 9_999), Some(Spent::Bytes));
    assert_eq!(spent(&memory, NOW + 10_000), None, "that was long ago");
    let mut memory = Memory::default();
    let again_ms = NOW + 4_000;
    memory.heard(&subject(1), &[], Standing { used_bytes: 0, pulls: 3, again_ms }, NOW);
    assert_eq!(spent(&memory, again_ms - 1), Some(Spent::Pulls { again_ms }));
    assert_eq!(spent(&memory, again_ms), None);
}

#[test]
fn while_a_meter_is_silent_its_reports_stay_few_and_lose_nothing() {
    let mut memory = Memory::default();
    for _ in 0..100 {
        memory.add_bytes(&subject(1), 1, NOW);
        assert!(memory.reports(&subject(1)).len() <= MAX_SEALED);
    }
    memory.heard(&subject(1), &[], standing(0), NOW);
    assert_eq!(used(&memory, NOW), Some(100));
}

#[test]
fn one_image_asked_for_often_is_one_line_of_a_report() {
    let mut memory = Memory::default();
    for word in (0..3_000).map(|n| (n % 1_500).to_string()) {
        let mark = Mark::of(&Digest::of(Algorithm::Sha256, word.as_bytes()));
        let pull = Pull { mark, children: Vec::new(), at_ms: NOW, times: 1, ticket: None };
        memory.add_pull(&subject(1), pull);
    }
    let reports = memory.reports(&subject(1));
    assert_eq!(reports[0].pulls.len(), MAX_PULLS);
    assert_eq!(reports[0].pulls.iter().map(|pull| pull.times).sum::<u32>(), 3_000);
}

#[test]
fn what_was_asked_about_keeps_its_ticket_in_the_report() {
    let mut memory = Memory::default();
    memory.name("isolate");
    let mark = Mark::of(&Digest::of(Algorithm::Sha256, b"image"));
    let tickets = [None, None, Some(memory.ticket()), Some(memory.ticket())];
    assert_ne!(tickets[2], tickets[3]);
    for ticket in tickets {
        let pull = Pull { mark, children: Vec::new(), at_ms: NOW, times: 1, ticket };
        memory.add_pull(&subject(1), pull);
    }
    let pulls = &memory.reports(&subject(1))[0].pulls;
    let told: Vec<_> = pulls.iter().map(|pull| (pull.times, pull.ticket)).collect();
    assert_eq!(told, [(2, None), (1, tickets[2]), (1, tickets[3])]);
}

#[test]
fn one_report_names_a_bounded_number_of_children() {
    let mut memory = Memory::default();
    for word in 0..100 {
        let mark = |word: String| Mark::of(&Digest::of(Algorithm::Sha256, word.as_bytes()));
        let children = (0..400).map(|child| mark(format!("{word} {child}"))).collect();
        let pull =
            Pull { mark: mark(word.to_string()), children, at_ms: NOW, times: 1, ticket: None };
        memory.add_pull(&subject(1), pull);
    }
    let pulls = &memory.reports(&subject(1))[0].pulls;
    assert_eq!(pulls.len(), 100);
    assert_eq!(pulls.iter().map(|pull| pull.children.len()).sum::<usize>(), MAX_CHILDREN);
}

#[test]
fn an_isolate_knows_a_bounded_number_of_subjects() {
    let most = u32::try_from(MAX_SUBJECTS).unwrap();
    let mut memory = Memory::default();
    memory.add_bytes(&subject(0), 5, NOW);
    for number in 1..=most {
        memory.heard(&subject(number), &[], standing(0), NOW);
    }
    assert!(memory.subjects.len() <= MAX_SUBJECTS);
    assert_eq!(memory.next_news(9, NOW, NOW), [subject(0)], "who has news is kept");
    // Many with little to tell do not make those be forgotten who have much.
    let mut memory = Memory::default();
    memory.add_bytes(&subject(0), 1_000_000, NOW);
    for number in 1..=2 * most {
        memory.add_bytes(&subject(number), 1, NOW);
        assert!(memory.subjects.len() <= MAX_SUBJECTS);
    }
    assert!(memory.subjects.len() > MAX_SUBJECTS - 2 * FORGOTTEN, "never all");
    assert!(memory.subjects.contains_key(&subject(0)), "who has much to tell is kept");
}

#[test]
fn in_a_round_every_meter_is_told_once_and_who_waits_longest_first() {
    let mut memory = Memory::default();
    for number in 0..1_000 {
        memory.add_bytes(&subject(number), 5, NOW);
    }
    let mut told = Vec::new();
    let mut round = |memory: &mut Memory, at_ms: u64, most: usize| {
        told.clear();
        while told.len() < most {
            let some = memory.next_news(6.min(most - told.len()), at_ms, at_ms + 1);
            if some.is_empty() {
                break;
            }
            told.extend(some);
        }
        told.sort_unstable();
        told.dedup();
        told.clone()
    };
    // Nobody answers; what one round did not reach is first in the next one.
    let first = round(&mut memory, NOW, 900);
    assert_eq!(first.len(), 900);
    let second = round(&mut memory, NOW + 10, 100);
    assert!(second.len() == 100 && second.iter().all(|subject| !first.contains(subject)));
    assert_eq!(round(&mut memory, NOW + 20, usize::MAX).len(), 1_000);
    assert!(memory.has_news());
}

#[test]
fn one_request_promises_for_all() {
    let mut memory = Memory::default();
    assert!(memory.promise(NOW));
    assert!(!memory.promise(NOW + 4_999) && memory.is_promised(NOW + 4_999));
    assert!(memory.promise(NOW + 5_000), "a promise may be lost");
    memory.keep_promise();
    assert!(!memory.is_promised(NOW + 5_000));
    assert!(memory.promise(NOW + 5_000));
}
