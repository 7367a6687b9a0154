//! A budget, and sixteen times as much pulled through it: never more rests here, and what goes is
//! what was pulled the longest ago.

use super::edge::{BUDGET, cached, edge, registry, report, reported};
use super::pull::{Got, pull};
use libtest_mimic::Trial;
use roadstead_tests::bucket::Bucket;
use roadstead_tests::claims;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::noise;
use roadstead_tests::upstream::{Day, Goods};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How many images are pulled: 1 GiB.
const IMAGES: u64 = 64;
/// What the layer of each has.
const LAYER: usize = 16 * 1024 * 1024;
/// The image that is pulled again between the others, so that it is never the one to go.
const DEAR: u64 = 0;
/// After how many others it is pulled again.
const OFTEN: u64 = 2;
/// An image that is used again says so some time later.
const LATE: Duration = Duration::from_secs(2);
/// How long what is let go of may still be counted: for pulls that read it.
const GRACE: Duration = Duration::from_mins(2);

pub(super) fn claims() -> Vec<Trial> {
    claims![sixteen_times_the_budget_is_pulled_through_it]
}

/// How much of the rule rests in the bucket at this moment, in bytes.
fn resting() -> u64 {
    Bucket::of(edge()).bytes_below("cache/little/")
}

fn name(number: u64) -> String {
    format!("budget/image-{number}")
}

fn goods(number: u64) -> Goods {
    Goods::default().tagged("1", &noise(86_000 + number, LAYER))
}

/// Looks at the bucket again and again until `is_over`; the most that was there.
fn watch(is_over: &AtomicBool, most: &AtomicU64) {
    while !is_over.load(Ordering::Relaxed) {
        most.fetch_max(resting(), Ordering::Relaxed);
        thread::sleep(Duration::from_millis(200));
    }
}

/// Pulls all images, one after another, and the dear one between them; how much rested after each.
fn pull_through() -> Vec<u64> {
    let (shop, dear) = (registry("little"), goods(DEAR));
    let mut after = Vec::new();
    for number in 0..IMAGES {
        let (name, goods) = (name(number), goods(number));
        shop.sell(&name, &goods, Day::default());
        // Where there is no room yet, because nobody knows who still reads, it streams all the same.
        assert_eq!(pull(&cached("little", &name), &goods, "1"), Got::Right, "{name}");
        shop.take_down(&name);
        let rests = resting();
        assert!(rests <= BUDGET, "{rests} bytes after {name}: {}", report("little"));
        let counted = reported("little", "stored_bytes");
        assert!(counted <= BUDGET, "{counted} bytes are counted after {name}");
        after.push(rests);
        if number % OFTEN == 1 {
            let got = pull(&cached("little", &self::name(DEAR)), &dear, "1");
            assert_eq!(got, Got::Right, "the dear one, after {number}: {}", report("little"));
            thread::sleep(LATE);
        }
    }
    after
}

/// Whether all of an image rests here, while the registry has never heard of it.
fn is_here(number: u64) -> bool {
    pull(&cached("little", &name(number)), &goods(number), "1") == Got::Right
}

fn sixteen_times_the_budget_is_pulled_through_it() {
    let (is_over, most) = (AtomicBool::new(false), AtomicU64::new(0));
    let after = thread::scope(|scope| {
        let watching = scope.spawn(|| watch(&is_over, &most));
        let pulled = scope.spawn(pull_through).join();
        is_over.store(true, Ordering::Relaxed);
        assert!(watching.join().is_ok(), "the bucket cannot be read");
        pulled.unwrap_or_else(|_| panic!("not all of it came, or too much rests; see above"))
    });
    let most = most.load(Ordering::Relaxed);
    println!(
        "budget {BUDGET}: {IMAGES} images of {LAYER} bytes, at most {most} bytes at any moment"
    );
    println!("after each: {after:?}");
    assert!(most <= BUDGET, "{most} bytes at one moment");
    let highest = after.iter().max().copied().unwrap_or_default();
    assert!(highest > BUDGET / 2, "hardly anything is kept: {after:?}");
    // What is counted is what is there, once the grace for readers is over.
    let is_even = || (reported("little", "stored_bytes") == resting()).then_some(());
    let even = Deadline::after(GRACE).wait(is_even);
    assert!(even.is_some(), "counted: {}, there: {}", report("little"), resting());
    the_least_recently_pulled_went();
    let evicted = reported("little", "evicted");
    assert!(evicted >= IMAGES - 4, "{evicted} images went");
}

/// The registry knows none of them any more: what comes rested here.
fn the_least_recently_pulled_went() {
    let here: Vec<u64> = (0..IMAGES).filter(|number| is_here(*number)).collect();
    println!("still here: {here:?}");
    assert!(here.contains(&DEAR), "the one that was pulled all the time went: {here:?}");
    let others: Vec<u64> = here.iter().copied().filter(|number| *number != DEAR).collect();
    assert!(!others.is_empty(), "nothing else is here");
    let last: Vec<u64> = (IMAGES - others.len() as u64..IMAGES).collect();
    assert_eq!(others, last, "others went than those that were pulled the longest ago");
}
