//! A sweep that begins again and again, while images come and go.

use super::edge::{alone, edge, fresh};
use super::image::{Image, delete};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{MANIFEST, digest, noise};
use roadstead_tests::sweep::{purge, sweep};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// How many images come.
const IMAGES: usize = 20;
/// How many push at once.
const PUSHERS: usize = 2;
/// How often a push is tried again whose blobs were taken away before their manifest came.
const ATTEMPTS: usize = 40;
/// A sweep waits this much longer than the one before it, and then begins again with no wait, in
/// ms: some pushes are swept again and again, others get through.
const LONGER_MS: u64 = 40;
const WAITS: u64 = 12;

pub(super) fn claims() -> Vec<Trial> {
    claims![an_image_that_was_promised_is_whole_whatever_is_swept]
}

/// The image of a number: some layers that others have, too, and one of its own.
fn image(number: usize) -> Image {
    let shared = [(241, 700), (242, 30_000), (243, 400_000)];
    let wanted = |at: &usize| (number >> at) & 1 == 0 || *at == number % 3;
    let layers = (0..shared.len()).filter(wanted).map(|at| noise(shared[at].0, shared[at].1));
    let layers: Vec<_> = layers.chain([noise(300 + number as u64, 20_000)]).collect();
    Image::new(&format!("race {number}"), &layers)
}

/// Pushes an image once. A sweep without any grace ends uploads under way and takes what is not
/// named yet: the client is told, and nothing is promised.
fn try_push(repository: &Repository, image: &Image, tag: &str) -> bool {
    for blob in &image.blobs {
        let location = repository.start_upload();
        let answer = repository.finish(&location, &digest(blob), blob);
        if answer.status != 201 {
            let code = crate::registry::error::is_an_error(&answer);
            assert_eq!(code, "BLOB_UPLOAD_UNKNOWN", "{answer}");
            return false;
        }
    }
    let answer = repository.put_manifest(tag, MANIFEST, &image.manifest);
    if answer.status != 201 {
        let code = crate::registry::error::is_an_error(&answer);
        assert_eq!(code, "MANIFEST_BLOB_UNKNOWN", "{answer}");
        return false;
    }
    true
}

/// Every number's repository and tag.
struct Places([Repository; 3]);

impl Places {
    fn of(&self, number: usize) -> (&Repository, String) {
        (&self.0[number % 3], format!("v{number}"))
    }

    /// Pushes images until there are no more numbers; every third is deleted again and takes
    /// nothing with it that others have. The numbers that were promised.
    fn push_all(&self, next: &AtomicUsize) -> Vec<usize> {
        let mut promised = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= IMAGES {
                return promised;
            }
            let (image, (repository, tag)) = (image(number), self.of(number));
            if !(0..ATTEMPTS).any(|_| try_push(repository, &image, &tag)) {
                continue;
            }
            promised.push(number);
            image.is_whole(repository, &tag);
            if number % 3 == 1 {
                delete(repository, &format!("manifests/{}", image.digest()));
            }
        }
    }
}

/// Sweeps until it is told that all is done; how often.
fn sweep_until(done: &AtomicBool) -> u64 {
    let mut sweeps = 0;
    while !done.load(Ordering::Relaxed) {
        sweep(edge());
        sweeps += 1;
        thread::sleep(Duration::from_millis(sweeps % WAITS * LONGER_MS));
    }
    sweeps
}

fn an_image_that_was_promised_is_whole_whatever_is_swept() {
    let _alone = alone();
    let places = Places([fresh("race"), fresh("race"), fresh("race")]);
    let (done, next) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (promised, sweeps) = thread::scope(|scope| {
        let sweeper = scope.spawn(|| sweep_until(&done));
        let push = || scope.spawn(|| places.push_all(&next));
        let pushers: Vec<_> = (0..PUSHERS).map(|_| push()).collect();
        let pushed: Vec<_> = pushers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        let sweeps = sweeper.join().unwrap_or_else(|_| panic!("a sweep failed"));
        let pushed = pushed.into_iter().map(|p| p.unwrap_or_else(|_| panic!("a push failed")));
        (pushed.flatten().collect::<Vec<_>>(), sweeps)
    });
    assert!(promised.len() > IMAGES / 2, "only {} pushes got through", promised.len());
    purge(edge());
    for number in &promised {
        let (image, (repository, tag)) = (image(*number), places.of(*number));
        if number % 3 == 1 {
            let _ = repository.get(&format!("manifests/{tag}")).send().expect(404);
        } else {
            image.is_whole(repository, &tag);
        }
    }
    println!("{} of {IMAGES} images came through {sweeps} sweeps, all whole", promised.len());
}
