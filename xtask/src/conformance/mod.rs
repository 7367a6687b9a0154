//! The specification's own test program against an edge that is started for it and for nothing
//! else, with every optional part of the API and every kind of data switched on.
//!
//! The program is not part of this project: it is built from the sources of the specification,
//! and called as anybody would call it.

mod suite;
mod summary;

use crate::build::{self, Part, Profile};
use crate::process::{self, Stop};
use crate::project;
use crate::run::settings::Settings;
use crate::run::{self, migrations, port, runtime::Runtime};
use crate::secret::{OPERATOR_PASSWORD, generate};
use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;
use std::fs::File;
use std::path::Path;
use std::time::Duration;
use suite::Target;
use summary::Summary;
use ureq::Agent;

/// The program takes some 20 s; one that hangs must not hold up a machine for long.
const LIMIT: Duration = Duration::from_mins(10);
/// For one call of the edge's own API.
const CALL_LIMIT: Duration = Duration::from_secs(30);
/// Where the report goes.
const REPORT: &str = "build/conformance";
/// The Workers; the first one is reached from outside.
const CONFIGS: [&str; 2] = ["wrangler.toml", "web/wrangler.toml"];

/// Which program, and where the edge listens meanwhile.
#[derive(Args)]
pub(crate) struct Options {
    /// The program, built from the folder `conformance` of opencontainers/distribution-spec.
    #[arg(long, default_value = "", hide_default_value = true)]
    suite: String,
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How the Workers are built.
    #[arg(long, value_enum, default_value = "release")]
    profile: Profile,
}

/// `xtask conformance`. An error where anything failed, was skipped, or nothing was tried.
pub(crate) fn command(options: &Options) -> Result<()> {
    // Asked first: nobody should wait for a build to learn of a wrong path.
    let program = suite::find(Path::new(&options.suite))?;
    let stop = Stop::on_signals()?;
    build::command(&build::Options { part: Part::All, profile: options.profile })?;
    let report = project::path(REPORT);
    if report.exists() {
        std::fs::remove_dir_all(&report).context("the report of an earlier run")?;
    }
    let state = report.join("state");
    std::fs::create_dir_all(&state)?;
    let tried = on_a_fresh_edge(options.port, &state, &report, &program, &stop);
    // Nobody needs what was pushed, and its settings hold a password.
    let removed = std::fs::remove_dir_all(&state);
    let summary = tried?;
    removed.context("the state of this run")?;
    print!("{}", summary.text);
    println!("report in {}", report.join("report.html").display());
    summary.judge()
}

/// Starts an edge, runs the program, ends the edge.
fn on_a_fresh_edge(
    port: u16,
    state: &Path,
    report: &Path,
    program: &Path,
    stop: &Stop,
) -> Result<Summary> {
    let port = port::choose(port)?;
    let mut given = Settings::default();
    given.set(OPERATOR_PASSWORD, generate(OPERATOR_PASSWORD)?);
    let settings = run::all_settings(&given, state)?;
    let settings_file = state.join("settings.env");
    settings.write(&settings_file)?;
    migrations::apply(state, stop)?;
    let mut runtime = Runtime::start(state, port, &settings_file, &CONFIGS)?;
    let target = Target {
        host: format!("127.0.0.1:{port}"),
        user: settings.get("OPERATOR_NAME").unwrap_or("operator").to_owned(),
        password: settings.get(OPERATOR_PASSWORD).unwrap_or_default().to_owned(),
    };
    let tried = runtime
        .wait_until_it_answers(stop)
        .and_then(|()| allow_sparse_images(&target))
        .and_then(|()| run_suite(program, &target, report, stop));
    runtime.stop();
    tried
}

/// An image whose layers were not all pushed is refused with `MANIFEST_BLOB_UNKNOWN` unless its
/// repository says otherwise, and the suite's optional data has such an image.
fn allow_sparse_images(target: &Target) -> Result<()> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(CALL_LIMIT))
        .http_status_as_error(false)
        .build()
        .into();
    let address = format!("http://{}/api/v1/repositories/{}", target.host, suite::REPOSITORIES[0]);
    let answer = agent
        .put(&address)
        .header("Authorization", &target.basic())
        .header("Content-Type", "application/json")
        .send(json!({ "sparse": true }).to_string())
        .with_context(|| address.clone())?;
    match answer.status().as_u16() {
        200..=299 => Ok(()),
        status @ (404 | 405) => {
            eprintln!("warning: this edge has no setting `sparse` ({status}): images without");
            eprintln!("warning: all of their layers will be refused");
            Ok(())
        }
        status => anyhow::bail!("{address} answered {status}"),
    }
}

/// Runs the program to its end; what it says goes to a file of the report.
fn run_suite(program: &Path, target: &Target, report: &Path, stop: &Stop) -> Result<Summary> {
    let file = report.join("output.txt");
    let output = File::create(&file).with_context(|| format!("{}", file.display()))?;
    let mut command = suite::command(program, target, report)?;
    command.stdout(output.try_clone()?).stderr(output);
    eprintln!("conformance: running, output in {}", file.display());
    // It ends with a failure when a test does: its own words say which and how many.
    let ran = process::run(&mut command, stop, LIMIT);
    let text = std::fs::read(&file).with_context(|| format!("{}", file.display()))?;
    match Summary::read(&String::from_utf8_lossy(&text)) {
        Some(summary) => Ok(summary),
        None => {
            ran?;
            anyhow::bail!("the program printed no result, see {}", file.display())
        }
    }
}
