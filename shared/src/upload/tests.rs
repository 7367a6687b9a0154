use super::*;

fn upload() -> Upload {
    Upload::new("a/b".parse().unwrap(), Algorithm::Sha256, 1_000)
}

fn stored(epoch: u32, number: u32, bytes: u64) -> Stored {
    Stored { epoch, number, bytes, seen: Seen::Hashed(format!("state {epoch}-{number}")) }
}

#[test]
fn bytes_are_counted_as_they_are_stored() {
    let mut upload = upload();
    let lease = upload.lease(None, None, 1_000).unwrap();
    upload.store(stored(lease.epoch, 0, 8), 1_001).unwrap();
    upload.store(stored(lease.epoch, 1, 3), 1_002).unwrap();
    assert_eq!(upload.release(lease.epoch, false, 1_003), Ok(11));
    let next = upload.lease(Some(11), None, 1_004).unwrap();
    assert_eq!((next.epoch, next.offset), (2, 11));
    assert_eq!(next.seen, Seen::Hashed("state 1-1".into()));
}

#[test]
fn a_second_request_waits_unless_it_knows_where_to_go_on() {
    let mut upload = upload();
    let first = upload.lease(None, None, 1_000).unwrap();
    upload.store(stored(first.epoch, 0, 8), 1_000).unwrap();
    assert_eq!(upload.lease(None, None, 1_001), Err(Refused::OutOfOrder { offset: 8 }));
    assert_eq!(upload.lease(Some(3), None, 1_001), Err(Refused::OutOfOrder { offset: 8 }));
    assert!(upload.lease(Some(8), None, 1_001).is_ok());
}

#[test]
fn who_knows_the_digest_of_everything_need_not_wait_to_end_it() {
    let mut upload = upload();
    let lease = upload.lease(None, None, 1_000).unwrap();
    let mut hasher = Hasher::new(Algorithm::Sha256);
    hasher.update(b"all of it");
    let seen = Seen::Hashed(hasher.save());
    upload.store(Stored { epoch: lease.epoch, number: 0, bytes: 9, seen }, 1_000).unwrap();
    let (all, other) = (b"all of it".as_slice(), b"more".as_slice());
    let [all, other] = [all, other].map(|bytes| Digest::of(Algorithm::Sha256, bytes));
    assert_eq!(upload.lease(None, Some(&other), 1_001), Err(Refused::OutOfOrder { offset: 9 }));
    assert!(upload.lease(None, Some(&all), 1_001).is_ok());
}

#[test]
fn an_abandoned_lease_ends_by_itself() {
    let mut upload = upload();
    upload.lease(None, None, 1_000).unwrap();
    assert!(upload.lease(None, None, 1_000 + LEASE_MS - 1).is_err());
    assert!(upload.lease(None, None, 1_000 + LEASE_MS).is_ok());
}

#[test]
fn a_slow_request_stays_alive_without_a_longer_lease() {
    let mut upload = upload();
    let lease = upload.lease(None, None, 1_000).unwrap();
    assert!(upload.is_alive(1_000 + LEASE_MS - 1) && !upload.is_alive(1_000 + LEASE_MS));
    upload.stay(lease.epoch, 50_000).unwrap();
    assert!(upload.is_alive(50_000 + LEASE_MS - 1) && !upload.is_alive(50_000 + LEASE_MS));
    // Who says nothing takes it over as before, and is the only one that is heard from then on.
    let next = upload.lease(None, None, 1_000 + LEASE_MS).unwrap();
    assert_eq!(upload.stay(lease.epoch, 70_000), Err(Refused::Superseded));
    upload.release(next.epoch, false, 70_001).unwrap();
    assert!(!upload.is_alive(70_002), "nothing comes after a release");
}

#[test]
fn what_a_superseded_request_stores_is_not_counted() {
    let mut upload = upload();
    let late = upload.lease(None, None, 1_000).unwrap();
    let taken = upload.lease(Some(0), None, 1_001).unwrap();
    assert_eq!(upload.store(stored(late.epoch, 0, 8), 1_002), Err(Refused::Superseded));
    assert_eq!(upload.release(late.epoch, false, 1_002), Err(Refused::Superseded));
    upload.store(stored(taken.epoch, 0, 5), 1_003).unwrap();
    assert_eq!(upload.offset(), 5);
}

#[test]
fn a_commit_ends_the_appending_and_can_be_asked_for_again() {
    let mut upload = upload();
    let digest = Digest::of(Algorithm::Sha256, b"x");
    let lease = upload.lease(None, None, 1_000).unwrap();
    upload.store(stored(lease.epoch, 0, 8), 1_000).unwrap();
    assert_eq!(upload.committed("id", &digest), Err(Refused::Superseded));
    let body = upload.commit("id", lease.epoch, &digest, 1_001).unwrap();
    assert_eq!((body.size, body.upload.as_str()), (8, "id"));
    assert_eq!(upload.committed("id", &digest), Ok(body));
    let other = Digest::of(Algorithm::Sha256, b"y");
    assert_eq!(upload.committed("id", &other), Err(Refused::Complete));
    assert_eq!(upload.commit("id", lease.epoch, &other, 1_002), Err(Refused::Superseded));
    assert_eq!(upload.cancel(), Err(Refused::Complete), "a body may hold the pieces");
    assert_eq!(upload.lease(Some(8), None, 1_002), Err(Refused::Complete));
    assert!(upload.store(stored(lease.epoch, 1, 1), 1_002).is_err());
}

#[test]
fn what_was_verified_where_it_rests_is_complete() {
    let mut upload = upload();
    let digest = Digest::of(Algorithm::Sha256, b"x");
    let lease = upload.lease(None, None, 1_000).unwrap();
    let seen = Seen::Verified(digest.clone());
    upload.store(Stored { epoch: lease.epoch, number: 0, bytes: 8, seen }, 1_000).unwrap();
    assert_eq!(upload.committed("id", &digest).unwrap().size, 8);
    assert_eq!(upload.lease(Some(8), None, 1_001), Err(Refused::Complete));
}

#[test]
fn only_a_lease_that_was_not_given_back_leaves_pieces_behind() {
    let mut upload = upload();
    let lease = upload.lease(None, None, 1_000).unwrap();
    upload.store(stored(lease.epoch, 0, 8), 1_000).unwrap();
    upload.release(lease.epoch, false, 1_000).unwrap();
    upload.lease(None, None, 1_001).unwrap();
    assert!(!upload.torn);
    upload.lease(Some(8), None, 1_002).unwrap();
    assert!(upload.torn);
    let mut other = self::upload();
    let failed = other.lease(None, None, 1_000).unwrap();
    other.release(failed.epoch, true, 1_000).unwrap();
    assert!(other.torn && other.cancel().is_ok());
    assert!(upload.counts(1, 0) && !upload.counts(1, 1) && !upload.counts(2, 0));
}

#[test]
fn a_state_survives_being_put_aside() {
    let mut upload = upload();
    let lease = upload.lease(None, None, 1_000).unwrap();
    upload.store(stored(lease.epoch, 0, 8), 1_000).unwrap();
    let text = serde_json::to_string(&upload).unwrap();
    assert_eq!(serde_json::from_str::<Upload>(&text).unwrap(), upload);
}

#[test]
fn room_is_kept_for_what_came_and_no_more() {
    let mut upload = upload();
    upload.reserve(100);
    upload.reserve(40);
    assert_eq!(upload.lease(None, None, 1_000).unwrap().reserved, 100);
    upload.store(stored(1, 0, 30), 1_001).unwrap();
    assert!(upload.shrink());
    assert_eq!(upload.reserved(), 30);
    assert!(!upload.shrink());
    upload.settle();
    assert_eq!(upload.reserved(), 0);
    assert_eq!(upload.is_appending(1), Ok(()));
    assert_eq!(upload.is_appending(2), Err(Refused::Superseded));
}
