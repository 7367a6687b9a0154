//! The runtime is killed while several pushes are at several steps, and started again on what it
//! had written.

use super::edge::{Case, LONG, alone, edge};
use super::ledger;
use super::resume::resume;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{encode, path};
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, digest};
use serde_json::json;
use std::io;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

/// When the runtime is killed, in ms after every push has taken its last step: around the moment
/// at which small ones are answered, and long before large ones are.
const MOMENTS_MS: [u64; 8] = [0, 5, 15, 30, 45, 70, 120, 250];

/// Enough for a slice to be stored.
const STORED: Duration = Duration::from_secs(8);

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_runtime_that_is_killed_keeps_what_it_promised,
        an_upload_whose_request_died_can_be_ended_at_once,
    ]
}

/// A push that has come as far as its last request.
struct Step {
    case: Case,
    location: String,
    last: Request,
    /// What the last request publishes, and the digest of that.
    publishes: Option<(String, String)>,
}

impl Step {
    /// A long chunk: the runtime dies while it is stored.
    fn chunk() -> Self {
        let case = Case::new("killed-chunk", LONG);
        let location = case.owner.start_upload();
        let last = case.owner.upload("PATCH", &location).chunked(&case.bytes);
        Self { case, location, last, publishes: None }
    }

    /// The end of an upload whose bytes are all there.
    fn end() -> Self {
        let case = Case::new("killed-end", 17 * 1024 * 1024);
        let location = case.owner.start_upload();
        let chunk = case.owner.upload("PATCH", &location).chunked(&case.bytes).send();
        let location = path(chunk.expect(202).must("Location"));
        Self::put(case, location, false)
    }

    /// A blob of this length in one request.
    fn whole(length: usize) -> Self {
        let case = Case::new("killed-whole", length);
        let location = case.owner.start_upload();
        Self::put(case, location, true)
    }

    fn put(case: Case, location: String, with_bytes: bool) -> Self {
        let glue = if location.contains('?') { '&' } else { '?' };
        let target = format!("{location}{glue}digest={}", encode(&case.digest));
        let bytes: &[u8] = if with_bytes { &case.bytes } else { b"" };
        let last = case.owner.upload("PUT", &target).body(bytes);
        let publishes = Some((case.blob(), case.digest.clone()));
        Self { case, location, last, publishes }
    }

    /// The manifest of an image whose blobs are there, by a tag.
    fn manifest() -> Self {
        let case = Case::new("killed-manifest", 1_000);
        case.owner.push_blob(&case.bytes);
        case.promised();
        case.owner.push_blob(b"{}");
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": descriptor(CONFIG, b"{}"), "layers": [descriptor(LAYER, &case.bytes)],
        });
        let manifest = manifest.to_string().into_bytes();
        let last = case.owner.request("PUT", "manifests/tag").header("Content-Type", MANIFEST);
        let publishes = Some(("manifests/tag".to_owned(), digest(&manifest)));
        Self { location: String::new(), last: last.body(manifest), case, publishes }
    }

    /// After the crash: a promise that was made is kept, and what was not promised can be done.
    fn settle(&self, answer: &io::Result<Answer>) {
        let promised = matches!(answer, Ok(answer) if answer.status == 201);
        let made = self.publishes.as_ref().filter(|_| promised);
        if let Some((path, digest)) = made {
            let answer = self.case.owner.head(path).send().expect(200);
            assert_eq!(answer.must("Docker-Content-Digest"), digest, "{path}");
        }
        match &self.publishes {
            Some((path, digest)) if path.starts_with("manifests/") => {
                let found = self.case.owner.get(path).send();
                assert!(found.status == 404 || found.status == 200, "{found}");
                let _ = self.last.send().expect(201);
                ledger::note(&self.case.owner, path, digest);
                // The tag is the manifest's copy: both are there.
                ledger::note(&self.case.owner, &format!("manifests/{digest}"), digest);
            }
            _ => {
                let _ = resume(&self.case, &self.location);
            }
        }
    }
}

/// Pushes that are all at their last request.
fn steps() -> Vec<Step> {
    vec![
        Step::chunk(),
        Step::end(),
        Step::whole(1024 * 1024),
        Step::whole(1_000),
        Step::manifest(),
        Step::manifest(),
    ]
}

/// Sends every last request at once, and lets `strike` happen; what came of each request.
fn all_at_once(steps: &[Step], strike: impl FnOnce()) -> Vec<io::Result<Answer>> {
    let start = Barrier::new(steps.len() + 1);
    thread::scope(|scope| {
        let take = |step: &Step| {
            start.wait();
            step.last.try_send()
        };
        let sent: Vec<_> = steps.iter().map(|step| scope.spawn(move || take(step))).collect();
        start.wait();
        strike();
        let ended = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|_| panic!("a push panicked"))
        };
        sent.into_iter().map(ended).collect()
    })
}

fn a_runtime_that_is_killed_keeps_what_it_promised() {
    let _alone = alone();
    let mut answered = 0;
    for moment in MOMENTS_MS {
        let steps = steps();
        let answers = all_at_once(&steps, || {
            thread::sleep(Duration::from_millis(moment));
            edge().crash();
        });
        edge().restart().unwrap_or_else(|error| panic!("after {moment} ms: {error}"));
        ledger::check_all();
        for (step, answer) in steps.iter().zip(&answers) {
            step.settle(answer);
        }
        answered += answers.iter().flatten().filter(|answer| answer.status == 201).count();
    }
    let asked = MOMENTS_MS.len() * steps().len();
    println!("killed {} times, {answered} of {asked} pushes had been answered", MOMENTS_MS.len());
}

/// All bytes are there, and the request that brought them died before it said so: a client that
/// asks learns that nothing is missing, and has only the end to send.
fn an_upload_whose_request_died_can_be_ended_at_once() {
    let _alone = alone();
    let case = Case::new("killed-last", 16 * 1024 * 1024);
    let location = case.owner.start_upload();
    let chunk = case.owner.upload("PATCH", &location).chunked(&case.bytes);
    // A whole slice is stored while the end of the body, which never comes, is waited for.
    let sender = thread::spawn(move || {
        let all_but_the_end = chunk.bytes() - 1;
        chunk.send_cut(all_but_the_end, STORED)
    });
    let all = format!("0-{}", case.bytes.len() - 1);
    let is_stored = || {
        let status = case.owner.upload("GET", &location).send().expect(204);
        (status.must("Range") == all).then_some(())
    };
    let stored = Deadline::after(STORED).wait(is_stored);
    edge().crash();
    assert!(stored.is_some(), "a whole slice is not stored");
    edge().restart().unwrap_or_else(|error| panic!("{error}"));
    let _ = sender.join();
    is_stored().unwrap_or_else(|| panic!("what was stored is not there any more"));
    let answer = case.owner.finish(&location, &case.digest, b"");
    if answer.status != 201 {
        let _ = case.owner.upload("DELETE", &location).send();
    }
    let _ = answer.expect(201);
    case.promised();
}
