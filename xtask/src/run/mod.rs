//! Roadstead on this machine: both Workers in one local runtime, with their state in one folder.
//!
//! What a settings file says wins over the generated secrets, and these win over what
//! `wrangler.toml` has. The runtime gets all of it in one file that only its owner can read, never
//! on a command line.
//!
//! In the state folder: `v3/` is the runtime's own, `secrets.env` the generated secrets,
//! `wrangler.log` what the runtime and both Workers said since the last start. `*.done` files
//! remember what a later start need not do again.

pub(crate) mod migrations;
pub(crate) mod port;
pub(crate) mod runtime;
mod secrets;
pub(crate) mod settings;

use crate::demo::{self, Account};
use crate::process::Stop;
use crate::project;
use anyhow::{Context, Result, bail};
use clap::Args;
use runtime::Runtime;
use settings::Settings;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The Workers; the first one is reached from outside.
const CONFIGS: [&str; 2] = ["wrangler.toml", "web/wrangler.toml"];

/// How often a wait looks again.
const PAUSE: Duration = Duration::from_millis(100);

/// Where and with what.
#[derive(Args)]
#[command(after_long_help = "\
When everything answers, the last line on standard output is `ready http://127.0.0.1:PORT`.
It runs until Ctrl-C or SIGTERM, ends everything that it started, and then exits with 0.")]
pub(crate) struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// The folder of everything that is kept between two starts.
    #[arg(long, default_value = ".wrangler/state")]
    state: PathBuf,
    /// Settings: one NAME=value a line, JSON or TOML where one is structured; tables of TOML below.
    #[arg(long)]
    env_file: Option<PathBuf>,
    /// Do not publish the demo images on the first start.
    #[arg(long)]
    no_demo: bool,
}

/// `xtask run`.
pub(crate) fn command(options: &Options) -> Result<()> {
    let stop = Stop::on_signals()?;
    let began = Instant::now();
    for part in ["edge", "site"] {
        if !project::path("build").join(part).join("shim.mjs").exists() {
            bail!("the {part} is not built: `make build` does it");
        }
    }
    let state = state_folder(&options.state)?;
    let _alone = lock(&state)?;
    let port = port::choose(options.port)?;
    let given = match &options.env_file {
        Some(file) => Settings::read(file)?,
        None => Settings::default(),
    };
    let settings = all_settings(&given, &state)?;
    let settings_file = state.join("settings.env");
    settings.write(&settings_file)?;
    migrations::apply(&state, &stop)?;
    let mut runtime = Runtime::start(&state, port, &settings_file, &CONFIGS)?;
    let served = serve(options, &state, port, &settings, &mut runtime, &stop, began);
    runtime.stop();
    // Asked to end is not a failure, wherever it was at that moment.
    if stop.asked() { Ok(()) } else { served }
}

/// From the runtime's start to its end.
fn serve(
    options: &Options,
    state: &Path,
    port: u16,
    settings: &Settings,
    runtime: &mut Runtime,
    stop: &Stop,
    began: Instant,
) -> Result<()> {
    runtime.wait_until_it_answers(stop)?;
    let address = format!("127.0.0.1:{port}");
    if !options.no_demo {
        let account = Account {
            name: settings.get("OPERATOR_NAME").unwrap_or("operator"),
            password: settings.get("OPERATOR_PASSWORD").unwrap_or_default(),
        };
        if let Err(error) = demo::publish_once(state, &address, &account, stop) {
            eprintln!("the demo images are not published: {error:#}");
        }
        println!("pull     docker pull {address}/demo/busybox:latest");
    }
    println!("catalog  http://{address}/");
    eprintln!("up after {:.1} s; Ctrl-C ends it", began.elapsed().as_secs_f32());
    println!("ready http://{address}");
    while !stop.asked() {
        runtime.check()?;
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// The folder, made if need be, as an absolute path.
fn state_folder(wanted: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(wanted).with_context(|| format!("state in {}", wanted.display()))?;
    Ok(wanted.canonicalize()?)
}

/// Two runtimes on one state would write over each other.
fn lock(state: &Path) -> Result<File> {
    let file = File::create(state.join(".lock"))?;
    if file.try_lock().is_err() {
        bail!("{} is in use by another run: end it, or choose another STATE=", state.display());
    }
    Ok(file)
}

/// What was generated once, under what the settings file says.
pub(crate) fn all_settings(given: &Settings, state: &Path) -> Result<Settings> {
    let mut settings = secrets::load_or_generate(state, given)?;
    settings.overlay(given.clone());
    Ok(settings)
}
