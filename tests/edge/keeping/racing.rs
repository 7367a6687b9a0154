//! A sweep that never rests, while images come and go.

use super::edge::{alone, edge, fresh};
use super::image::{Image, delete};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::noise;
use roadstead_tests::sweep::{purge, sweep};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// How many images come.
const IMAGES: usize = 20;
/// How many push at once.
const PUSHERS: usize = 2;
/// How often a push is tried again whose blobs were taken away before their manifest came.
const ATTEMPTS: usize = 30;

pub(super) fn claims() -> Vec<Trial> {
    claims![an_image_that_was_promised_is_whole_whatever_is_swept]
}

/// Layers that every image takes some of, by what its number says.
fn layers(number: usize) -> Vec<Vec<u8>> {
    let shared = [(241, 700), (242, 30_000), (243, 400_000), (244, 17 * 1024 * 1024)];
    let wanted = |at: &usize| (number >> at) & 1 == 0 || *at == number % 3;
    let taken = (0..shared.len()).filter(wanted).map(|at| noise(shared[at].0, shared[at].1));
    taken.chain([noise(300 + number as u64, 20_000)]).collect()
}

/// Pushes until the manifest is taken: a sweep without any grace takes what is not named yet.
fn push(repository: &Repository, image: &Image, tag: &str) {
    for _ in 0..ATTEMPTS {
        let answer = image.try_push(repository, tag);
        if answer.status == 201 {
            return;
        }
        let code = crate::registry::error::is_an_error(&answer);
        assert_eq!(code, "MANIFEST_BLOB_UNKNOWN", "{answer}");
    }
    panic!("{tag} of {} never gets past the sweep", repository.name);
}

fn an_image_that_was_promised_is_whole_whatever_is_swept() {
    let _alone = alone();
    let repositories = [fresh("race"), fresh("race"), fresh("race")];
    let (done, next) = (AtomicBool::new(false), AtomicUsize::new(0));
    let image = |number: usize| Image::new(&format!("race {number}"), &layers(number));
    let place = |number: usize| (&repositories[number % 3], format!("v{number}"));
    let sweeps = thread::scope(|scope| {
        let sweeper = scope.spawn(|| {
            let mut sweeps = 0;
            while !done.load(Ordering::Relaxed) {
                sweep(edge());
                sweeps += 1;
            }
            sweeps
        });
        let pushers: Vec<_> = (0..PUSHERS)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= IMAGES {
                            return;
                        }
                        let (image, (repository, tag)) = (image(number), place(number));
                        push(repository, &image, &tag);
                        image.is_whole(repository, &tag);
                        // Every third goes again, and takes nothing with it that others have.
                        if number % 3 == 1 {
                            delete(repository, &format!("manifests/{}", image.digest()));
                        }
                    }
                })
            })
            .collect();
        let failed = pushers.into_iter().filter_map(|pusher| pusher.join().err()).count();
        done.store(true, Ordering::Relaxed);
        let sweeps = sweeper.join().unwrap_or_else(|_| panic!("a sweep failed"));
        assert_eq!(failed, 0, "pushes that did not hold");
        sweeps
    });
    purge(edge());
    for number in 0..IMAGES {
        let (image, (repository, tag)) = (image(number), place(number));
        if number % 3 == 1 {
            let _ = repository.get(&format!("manifests/{tag}")).send().expect(404);
        } else {
            image.is_whole(repository, &tag);
        }
    }
    println!("{IMAGES} images came, a third went, and {sweeps} sweeps took nothing else");
}
