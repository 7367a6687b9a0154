use super::world::{World, digest, place};
use super::{Image, YOUNG_MS};

/// An hour: what was kept then is not young any more.
const HOUR: u64 = 60 * YOUNG_MS;

/// Keeps an image of one manifest and fills its blobs, at `world.now_ms`; whether all of it fits.
fn image(world: &mut World, name: &str, number: u64, blobs: &[(u64, u64)]) -> bool {
    let named: Vec<u64> = blobs.iter().map(|(blob, _)| *blob).collect();
    world.keep(&place(name, number), 1, &named, None)
        && blobs.iter().all(|(blob, bytes)| fill(world, *blob, *bytes))
}

fn fill(world: &mut World, number: u64, bytes: u64) -> bool {
    let fits = world.reserve(number, bytes);
    world.filled(number);
    fits
}

fn went(image: &Image) -> Vec<u64> {
    let number = |text: &str| u64::from_str_radix(text.rsplit(':').next().unwrap(), 16).unwrap();
    image.manifests.iter().map(|place| number(place.digest.as_str())).collect()
}

#[test]
fn the_least_recently_pulled_goes_and_no_more_than_is_needed() {
    let mut world = World { budget: 33, ..World::default() };
    for number in 1..=3 {
        world.now_ms += HOUR;
        assert!(image(&mut world, "a", number, &[(10 + number, 10)]));
    }
    world.now_ms += HOUR;
    world.pull(&place("a", 1));
    world.now_ms += HOUR;
    assert!(image(&mut world, "b", 4, &[(14, 10)]));
    assert_eq!(world.evicted.iter().map(went).collect::<Vec<_>>(), [[2]]);
    assert!(!world.bodies.contains_key(&digest(12)));
    assert!(world.bodies.contains_key(&digest(11)));
}

#[test]
fn who_fetches_much_at_once_has_nothing_go_that_others_pull() {
    let mut world = World { budget: 33, ..World::default() };
    assert!(image(&mut world, "a", 1, &[(11, 10)]));
    world.now_ms += 2 * YOUNG_MS;
    for number in 2..=9 {
        world.now_ms += 1_000;
        assert!(image(&mut world, "b", number, &[(10 + number, 10)]));
        world.pull(&place("a", 1));
    }
    assert_eq!(world.evicted.iter().map(went).collect::<Vec<_>>(), [[2], [3], [4], [5], [6], [7]]);
}

#[test]
fn a_shared_blob_stays_while_one_image_needs_it() {
    let mut world = World { budget: 30, ..World::default() };
    assert!(image(&mut world, "a", 1, &[(100, 10), (101, 5)]));
    world.now_ms += HOUR;
    assert!(image(&mut world, "b", 2, &[(100, 10)]));
    world.now_ms += HOUR;
    assert!(image(&mut world, "c", 3, &[(102, 15)]));
    assert_eq!(went(&world.evicted[0]), [1]);
    assert_eq!(world.evicted.len(), 1);
    // The link of the one that went goes; the bytes stay for the other.
    assert!(world.evicted[0].links.contains(&place("a", 100)));
    assert!(!world.evicted[0].bodies.contains(&digest(100)));
    assert!(world.bodies.contains_key(&digest(100)) && !world.bodies.contains_key(&digest(101)));
    world.now_ms += HOUR;
    assert!(image(&mut world, "d", 4, &[(103, 12)]));
    assert!(!world.bodies.contains_key(&digest(100)));
}

#[test]
fn an_index_goes_with_its_children_and_a_signature_with_its_subject() {
    let mut world = World { budget: 100, ..World::default() };
    assert!(world.keep(&place("a", 1), 1, &[2, 3], None));
    assert!(image(&mut world, "a", 2, &[(20, 10)]));
    assert!(image(&mut world, "a", 3, &[(30, 10)]));
    assert!(world.keep(&place("a", 9), 1, &[90], Some(1)));
    // The same manifest in another repository is another image.
    assert!(image(&mut world, "b", 2, &[(20, 10)]));
    world.now_ms += HOUR;
    world.pull(&place("b", 2));
    assert!(image(&mut world, "c", 4, &[(40, 80)]));
    assert_eq!(world.evicted.iter().map(went).collect::<Vec<_>>(), [vec![1, 2, 3, 9]]);
    assert!(world.bodies.contains_key(&digest(20)) && !world.bodies.contains_key(&digest(30)));
}

#[test]
fn a_pull_of_a_child_is_one_of_its_image() {
    let mut world = World { budget: 50, ..World::default() };
    assert!(world.keep(&place("a", 1), 1, &[2], None) && image(&mut world, "a", 2, &[(20, 20)]));
    world.now_ms += HOUR;
    assert!(image(&mut world, "b", 3, &[(30, 20)]));
    world.now_ms += HOUR;
    world.pull(&place("a", 2));
    assert!(image(&mut world, "c", 4, &[(40, 20)]));
    assert_eq!(world.evicted.iter().map(went).collect::<Vec<_>>(), [[3]]);
}

#[test]
fn a_child_of_two_stays_until_both_are_gone() {
    let mut world = World { budget: 40, ..World::default() };
    assert!(world.keep(&place("a", 1), 1, &[5], None));
    world.now_ms += 1;
    assert!(world.keep(&place("a", 2), 1, &[5, 6], None));
    assert!(image(&mut world, "a", 5, &[(50, 30)]));
    world.now_ms += HOUR;
    // Both were pulled when the child was; the first of them alone frees next to nothing.
    assert!(image(&mut world, "b", 7, &[(70, 20)]));
    assert!(!world.bodies.contains_key(&digest(50)));
    assert_eq!(world.evicted.len(), 2);
}

#[test]
fn what_a_fill_works_for_goes_last_and_what_asks_never() {
    let mut world = World { budget: 40, ..World::default() };
    assert!(image(&mut world, "a", 1, &[(10, 10)]));
    world.now_ms += HOUR;
    assert!(image(&mut world, "b", 2, &[(20, 10)]));
    // The first one is older, and is being filled; the other one goes.
    world.manifests.get_mut(&place("a", 1)).unwrap().named.insert(digest(11));
    assert!(world.reserve(11, 5));
    world.now_ms += HOUR;
    assert!(image(&mut world, "c", 3, &[(30, 20)]));
    assert_eq!(world.evicted.iter().map(went).collect::<Vec<_>>(), [[2]]);
    // Now all are busy: the oldest goes, with what it has, and its fill goes on.
    assert!(fill(&mut world, 31, 5));
    assert_eq!(went(&world.evicted[1]), [1]);
    assert!(world.bodies.contains_key(&digest(11)));
}

#[test]
fn room_for_a_blob_is_not_made_by_its_own_image() {
    let mut world = World { budget: 40, ..World::default() };
    assert!(world.keep(&place("a", 1), 1, &[10, 11], None) && fill(&mut world, 10, 10));
    world.now_ms += HOUR;
    assert!(image(&mut world, "b", 2, &[(20, 20)]));
    world.now_ms += HOUR;
    assert!(fill(&mut world, 11, 10));
    assert_eq!(world.evicted.iter().map(went).collect::<Vec<_>>(), [[2]]);
    assert!(world.bodies.contains_key(&digest(10)));
}

#[test]
fn what_cannot_fit_takes_nothing_with_it() {
    let mut world = World { budget: 40, ..World::default() };
    assert!(image(&mut world, "a", 1, &[(10, 10)]));
    world.now_ms += HOUR;
    assert!(!world.reserve(20, 41));
    assert!(world.reserve(21, 25));
    assert!(!world.reserve(22, 16));
    assert!(world.evicted.is_empty());
    // An image that is larger than the budget: the blobs that came stay, the last one does not fit.
    let mut world = World { budget: 40, ..World::default() };
    assert!(!image(&mut world, "a", 1, &[(10, 10), (11, 20), (12, 20)]));
    assert!(world.evicted.is_empty());
    assert_eq!(world.bytes(), 31);
}

#[test]
fn a_ring_of_manifests_can_go() {
    let mut world = World { budget: 40, ..World::default() };
    assert!(world.keep(&place("a", 1), 10, &[2], Some(2)));
    assert!(world.keep(&place("a", 2), 10, &[1], None));
    world.now_ms += HOUR;
    assert!(image(&mut world, "b", 3, &[(30, 35)]));
    assert_eq!(world.evicted.iter().map(went).collect::<Vec<_>>(), [[1, 2]]);
}

/// Random pulls of random images: the budget is passed at no step, and a blob is never taken from an
/// image that stays, which the world looks at whenever something goes.
#[test]
fn random_pulls_never_pass_the_budget() {
    let mut random = 11_u64;
    let mut dice = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040);
        (random >> 33) % below
    };
    let (mut kept, mut evicted) = (0_u32, 0);
    for budget in [50, 200, 1_000] {
        let mut world = World { budget, ..World::default() };
        for _ in 0..2_000 {
            world.now_ms += dice(2 * YOUNG_MS);
            let name = ["a", "b/c", "d"][usize::try_from(dice(3)).unwrap()];
            let before = world.evicted.len();
            match dice(6) {
                0 => {
                    let index = 1_000 + dice(10);
                    let children = [100 + index % 20, 101 + index % 20];
                    kept +=
                        u32::from(world.keep(&place(name, index), 1 + dice(3), &children, None));
                }
                1 => {
                    let subject = 100 + dice(20);
                    world.keep(&place(name, 2_000 + subject), 1, &[3_000 + subject], Some(subject));
                }
                2 => drop(world.reserve(dice(40), 1 + dice(60))),
                3 => (0..40).for_each(|blob| world.filled(blob)),
                4 => world.pull(&place(name, 100 + dice(20))),
                _ => {
                    let number = 100 + dice(20);
                    let blobs = [number % 40, (number * 7) % 40, (number * 3) % 40];
                    kept += u32::from(world.keep(&place(name, number), 1, &blobs, None));
                    for blob in blobs {
                        fill(&mut world, blob, 1 + blob % 30);
                    }
                }
            }
            assert!(world.bytes() <= budget, "{} of {budget}", world.bytes());
            evicted += world.evicted.len() - before;
        }
    }
    assert!(kept > 1_000 && evicted > 500, "{kept} {evicted}");
}
