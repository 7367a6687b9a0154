//! Uploads that are not finished: what they have counts, and many at once pass the quota by nothing.

use super::edge::{Namespace, QUOTA, alone, api, edge, is_spent, together};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::encode;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::{digest, noise};
use roadstead_tests::sweep::sweep;
use serde_json::json;
use std::io::{self, Read};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        an_unfinished_upload_counts_until_it_is_over,
        an_unfinished_upload_keeps_others_out,
        an_abandoned_upload_gives_its_room_back,
        a_request_that_breaks_off_gives_back_what_did_not_come,
        a_slow_upload_keeps_its_room,
        uploads_that_come_at_once_do_not_pass_the_quota_together,
    ]
}

fn an_unfinished_upload_counts_until_it_is_over() {
    let _together = together();
    let namespace = Namespace::fresh();
    let repository = namespace.repository("unfinished");
    let bytes = noise(930, 3_000_000);
    let location = repository.start_upload();
    assert_eq!(namespace.used(), 0);
    let _ = repository.upload("PATCH", &location).chunked(&bytes).send().expect(202);
    assert_eq!(namespace.reserved(), 3_000_000);
    let _ = repository.upload("PATCH", &location).body(&bytes[..1_000_000]).send().expect(202);
    assert_eq!(namespace.reserved(), 4_000_000);
    let _ = repository.upload("DELETE", &location).send().expect(204);
    assert_eq!(namespace.used(), 0);
    // One that ends well is counted as the blob that it is.
    repository.push_blob_in_chunks(&bytes);
    assert_eq!((namespace.used(), namespace.reserved()), (3_000_000, 0));
    // Wrong bytes are nothing.
    let answer = repository.finish(&repository.start_upload(), &digest(b"others"), &bytes);
    let _ = answer.expect(400);
    assert_eq!((namespace.used(), namespace.reserved()), (3_000_000, 0));
}

fn an_unfinished_upload_keeps_others_out() {
    let _together = together();
    let namespace = Namespace::fresh();
    let repository = namespace.repository("out");
    let location = repository.start_upload();
    let most = noise(931, QUOTA - 1_000_000);
    let _ = repository.upload("PATCH", &location).chunked(&most).send().expect(202);
    let late = noise(932, 2_000_000);
    let answer = repository.finish(&repository.start_upload(), &digest(&late), &late);
    is_spent(&answer, &namespace);
    let _ = repository.upload("DELETE", &location).send().expect(204);
    repository.push_blob(&late);
    assert_eq!(namespace.used(), 2_000_000);
}

fn an_abandoned_upload_gives_its_room_back() {
    let _alone = alone();
    let namespace = Namespace::fresh();
    let repository = namespace.repository("abandoned");
    let location = repository.start_upload();
    // Longer than a slice, so that room ahead was asked for.
    let _ =
        repository.upload("PATCH", &location).chunked(noise(933, 20_000_000)).send().expect(202);
    let reserved = namespace.reserved();
    assert!((20_000_000..=QUOTA as u64).contains(&reserved), "{reserved}");
    sweep(edge());
    let _ = repository.upload("GET", &location).send().expect(404);
    assert_eq!(namespace.used(), 0);
}

/// It had been promised room for all of its bytes.
fn a_request_that_breaks_off_gives_back_what_did_not_come() {
    let _together = together();
    let namespace = Namespace::fresh();
    let repository = namespace.repository("broken");
    let location = repository.start_upload();
    let whole = repository.upload("PATCH", &location).body(noise(934, 20_000_000));
    let _ = whole.send_cut(19_000_000, Duration::from_secs(1));
    // A slice of it came, and perhaps all that was sent.
    let most = || (namespace.used() <= 19_000_000).then_some(());
    let shrunk = Deadline::after(Duration::from_secs(90)).wait(|| {
        let ask = json!({ "namespace": namespace.0, "grace_s": 86_400 });
        let _ = api().post("admin/sweep", &ask).expect(200);
        most()
    });
    assert!(shrunk.is_some(), "{} bytes are kept for it", namespace.used());
}

/// Bytes in pieces, with a pause before each.
struct Slow {
    bytes: Vec<u8>,
    at: usize,
}

/// A little more than is read at once, so that each piece ends somebody's wait.
const PIECE: usize = 1_200_000;
/// Shorter than anybody's patience; three of them are longer than a lease.
const PAUSE: Duration = Duration::from_secs(25);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at > 0 && self.at < self.bytes.len() && self.at.is_multiple_of(PIECE) {
            thread::sleep(PAUSE);
        }
        let end = (self.at / PIECE + 1) * PIECE;
        let taken = buffer.len().min(end.min(self.bytes.len()) - self.at);
        buffer[..taken].copy_from_slice(&self.bytes[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

fn a_slow_upload_keeps_its_room() {
    let _together = together();
    let length = 4 * PIECE as u64;
    thread::scope(|scope| {
        for method in ["PUT", "PATCH"] {
            scope.spawn(move || {
                let namespace = Namespace::fresh();
                let repository = namespace.repository("slow");
                let bytes = noise(935, 4 * PIECE);
                let location = repository.start_upload();
                let target = match method {
                    "PUT" => format!("{location}?digest={}", encode(&digest(&bytes))),
                    _ => location.clone(),
                };
                let sending = scope.spawn(move || {
                    let request = repository.upload(method, &target);
                    request.send_from(Slow { bytes, at: 0 }, Some(length))
                });
                // Longer than a lease lasts, and not yet at its end.
                thread::sleep(Duration::from_secs(68));
                let ask = json!({ "namespace": namespace.0, "grace_s": 86_400 });
                let _ = api().post("admin/sweep", &ask).expect(200);
                assert_eq!(namespace.reserved(), length, "{method}");
                let sent = sending.join().unwrap_or_else(|_| panic!("the {method} panicked"));
                let answer = sent.unwrap_or_else(|error| panic!("{method}: {error}"));
                assert!(answer.status < 300, "{method}: {answer}");
                assert_eq!(namespace.used(), length, "{method}");
            });
        }
    });
}

/// Twenty uploads of five million bytes at once, each half of them of unknown length: eight fit.
fn uploads_that_come_at_once_do_not_pass_the_quota_together() {
    let _together = together();
    let namespace = Namespace::fresh();
    let uploads: Vec<_> = (0..20_u64)
        .map(|number| {
            let repository = namespace.repository(&format!("at-once-{number}"));
            let location = repository.start_upload();
            let _ = repository.token();
            (repository, location, noise(940 + number, 5_000_000))
        })
        .collect();
    let (start, done) = (Barrier::new(uploads.len() + 1), AtomicBool::new(false));
    let (taken, most) = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut most = 0;
            while !done.load(Ordering::Relaxed) {
                most = most.max(namespace.used());
            }
            most
        });
        let sent: Vec<_> = uploads
            .iter()
            .enumerate()
            .map(|(number, (repository, location, bytes))| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    let digest = digest(bytes);
                    if number % 2 == 0 {
                        return repository.finish(location, &digest, bytes);
                    }
                    let sent = repository.upload("PATCH", location).chunked(bytes).send();
                    if sent.status == 202 {
                        repository.finish(location, &digest, b"")
                    } else {
                        sent
                    }
                })
            })
            .collect();
        start.wait();
        let answers: Vec<_> = sent
            .into_iter()
            .map(|sent| sent.join().unwrap_or_else(|_| panic!("an upload panicked")))
            .collect();
        done.store(true, Ordering::Relaxed);
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            is_spent(answer, &namespace);
        }
        let taken = answers.iter().filter(|answer| answer.status == 201).count();
        (taken, watch.join().unwrap_or_else(|_| panic!("the watch panicked")))
    });
    println!("{taken} of 20 uploads fitted, at most {most} bytes were used");
    assert!(taken <= QUOTA / 5_000_000, "{taken} uploads");
    assert!(most <= QUOTA as u64, "{most} bytes");
    assert_eq!(namespace.used(), taken as u64 * 5_000_000);
    assert_eq!(namespace.reserved(), 0);
    // What was refused had no room then, and has it now where there is some.
    assert!(taken >= 4, "only {taken} uploads came through");
}
