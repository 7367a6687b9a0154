//! Claims as the runner sees them, and the list of those that could not be tried here.

use crate::child::find;
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What is missing on this machine, with the number of claims that need it.
static SKIPPED: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// A claim: it holds when `check` returns.
pub fn claim(name: &str, check: impl FnOnce() + Send + 'static) -> Trial {
    let name = name.split_once("::").map_or(name, |(_, rest)| rest).to_owned();
    Trial::test(name, move || {
        check();
        Ok(())
    })
}

/// The claims, where every one of `programs` is installed. Elsewhere they are skipped by name, and
/// fail under `CI=true`: a machine that checks for everybody has to have everything.
pub fn with_programs(programs: &[&str], claims: Vec<Trial>) -> Vec<Trial> {
    let missing: Vec<&str> = programs.iter().copied().filter(|p| find(p).is_none()).collect();
    without(&missing, claims)
}

/// The claims, where nothing of what they need is `missing`; elsewhere as [`with_programs`] has it.
pub fn without(missing: &[&str], claims: Vec<Trial>) -> Vec<Trial> {
    if missing.is_empty() {
        return claims;
    }
    let why = format!("not installed: {}", missing.join(", "));
    let mut skipped = SKIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    *skipped.entry(why.clone()).or_default() += claims.len();
    let absent = |claim: Trial| {
        let why = why.clone();
        let trial = Trial::test(claim.name(), move || Err(Failed::from(why)));
        trial.with_ignored_flag(!in_ci())
    };
    claims.into_iter().map(absent).collect()
}

/// Says at the end of a run what was not tried.
pub fn report_skipped() {
    let skipped = SKIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if skipped.is_empty() || in_ci() {
        return;
    }
    println!("skipped on this machine:");
    for (why, count) in skipped.iter() {
        println!("  {why} ({count} claims)");
    }
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// Makes claims of functions, named after module and function.
#[macro_export]
macro_rules! claims {
    ($($name:ident),* $(,)?) => {
        vec![$($crate::claim::claim(concat!(module_path!(), "::", stringify!($name)), $name)),*]
    };
}
