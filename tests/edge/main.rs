//! Every claim that needs a running edge, in one program, which starts one edge for them all.
//!
//! The claims lie in folders as the edge's own rooms do: `registry` is the API by noun, `spec` the
//! specification by section, `auth` is tokens and who may, `clients` are the programs that people
//! use, `cli` is our own, `site` is a browser, `fault` is everything that breaks, `keeping` what
//! people take back and what nobody names any more, `import` copying from other registries, `accounts`
//! what people have and decide, `metering` what is counted and who is refused, `storage` what namespaces
//! may keep and what is not shown any more, `issuer` who signs in elsewhere and jobs that publish,
//! `upstream` what is cached of other registries.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a claim that does not hold panics: that is how the runner learns of it"
)]

mod accounts;
mod auth;
mod cli;
mod clients;
mod fault;
mod import;
mod issuer;
mod keeping;
mod metering;
mod registry;
mod site;
mod spec;
mod storage;
mod upstream;

use libtest_mimic::{Arguments, Trial};
use roadstead_tests::claim::report_skipped;
use roadstead_tests::claims;
use roadstead_tests::client::{containerd, docker};
use roadstead_tests::stack::{is_running, stack};
use roadstead_tests::{browser, scratch, stack};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let claims = [
        registry::claims(),
        spec::claims(),
        auth::claims(),
        clients::claims(),
        cli::claims(),
        site::claims(),
        fault::claims(),
        keeping::claims(),
        import::claims(),
        accounts::claims(),
        metering::claims(),
        storage::claims(),
        issuer::claims(),
        upstream::claims(),
    ];
    let conclusion = libtest_mimic::run(&arguments, claims.into_iter().flatten().collect());
    let mut failed = conclusion.has_failed();
    if is_running() {
        // What no single answer may show: a Worker that came down and was set up again.
        failed |= after(claims![no_worker_came_down, no_request_was_answered_with_a_failure]);
    }
    if fault::is_running() {
        failed |= after(fault::after());
    }
    if keeping::is_running() {
        failed |= after(keeping::after());
    }
    if metering::is_running() {
        failed |= after(metering::after());
    }
    if storage::is_running() {
        failed |= after(storage::after());
    }
    if issuer::is_running() {
        failed |= after(issuer::after());
    }
    // Clients first: what they start holds connections to the edge.
    browser::stop();
    docker::stop();
    containerd::stop();
    stack::stop();
    fault::stop();
    keeping::stop();
    accounts::stop();
    metering::stop();
    storage::stop();
    issuer::stop();
    upstream::stop();
    site::stop();
    scratch::remove();
    if !arguments.list {
        report_skipped();
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs claims about what the others left behind; whether any failed.
fn after(claims: Vec<Trial>) -> bool {
    libtest_mimic::run(&Arguments::default(), claims).has_failed()
}

/// Much that was asked could not be had; none of it is the edge's own fault.
fn no_request_was_answered_with_a_failure() {
    let failures = stack().failures();
    assert!(failures.is_empty(), "{failures:#?}");
}

fn no_worker_came_down() {
    let collapses = stack().collapses();
    assert!(collapses.is_empty(), "{collapses:#?}");
}
