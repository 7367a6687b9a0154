//! What was answered with 201, so that it can be asked for again and again.

use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::digest;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Clone)]
struct Promise {
    repository: Repository,
    path: String,
    digest: String,
}

static PROMISES: Mutex<Vec<Promise>> = Mutex::new(Vec::new());

fn promises() -> MutexGuard<'static, Vec<Promise>> {
    PROMISES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on `path` below the repository has to lead to the bytes of this digest.
pub(super) fn note(repository: &Repository, path: &str, digest: &str) {
    let (repository, path, digest) = (repository.clone(), path.to_owned(), digest.to_owned());
    promises().push(Promise { repository, path, digest });
    check_one();
}

/// Asks for one of the promises, another one each time: all of them would take too long.
pub(super) fn check_one() {
    let promise = {
        let mut promises = promises();
        if promises.is_empty() {
            return;
        }
        promises.rotate_left(1);
        promises[0].clone()
    };
    head(&promise);
}

/// Asks for all of them, without their bytes.
pub(super) fn check_all() {
    let all = promises().clone();
    all.iter().for_each(head);
}

/// Reads all of them to the last byte; how many there are.
pub(super) fn read_all() -> usize {
    let all = promises().clone();
    for promise in &all {
        let answer = promise.repository.get(&promise.path).send();
        assert_eq!(answer.status, 200, "lost: {} of {}", promise.path, promise.repository.name);
        assert_eq!(digest(&answer.body), promise.digest, "{}", promise.path);
    }
    all.len()
}

fn head(promise: &Promise) {
    let answer = promise.repository.head(&promise.path).send();
    assert_eq!(answer.status, 200, "lost: {} of {}", promise.path, promise.repository.name);
    assert_eq!(answer.must("Docker-Content-Digest"), promise.digest);
}
