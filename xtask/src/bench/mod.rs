//! The edge against a bare Worker of ten lines that only returns what R2 holds: both in one
//! runtime, behind the same door, in turns. Machines are shared and noisy, so what is printed is
//! ratios of neighbouring rounds; the figures beside them only say what they were made of.
//!
//! The edge checks a signed token on every request here, the bare Worker checks nothing.
//!
//! What metering costs is measured against the same build with `TIERS = "off"`, in the same way.

mod connection;
mod push;
mod ratio;
mod seed;
mod size;

use crate::process::Stop;
use crate::project;
use crate::run::settings::Settings;
use crate::run::{self, port, runtime::Runtime};
use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use connection::Connection;
use push::Way;
use ratio::{Ratio, alternate};
use seed::{Pair, Registry, Seeds};
use std::time::{Duration, Instant};

/// The Workers of the run; the first one is the door.
const CONFIGS: [&str; 5] = [
    "xtask/src/bench/front.toml",
    EDGE,
    "web/wrangler.toml",
    "xtask/src/bench/bare.toml",
    UNMETERED,
];

/// The edge's configuration with the settings of this run written into it: the runtime gives a
/// file of settings to the first Worker only.
const EDGE: &str = "build/bench/edge.toml";

/// The same for the same build that counts nothing: it reads the same bucket.
const UNMETERED: &str = "build/bench/unmetered.toml";

/// The entry that counts what the edge does.
const COUNTING: &str = "xtask/src/bench/counting.mjs";

/// How many clients ask for manifests at once.
const CLIENTS: usize = 16;
/// How many layers are pulled at once.
const LAYERS: usize = 3;

/// How much is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// How many pairs of rounds each figure is the median of.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// How long a round of manifests takes, in ms.
    #[arg(long, default_value_t = 1500)]
    round_ms: u64,
    /// The same of pushes, each of which writes some hundred MB.
    #[arg(long, default_value_t = 5)]
    pushes: usize,
    /// Only a part of it.
    #[arg(long)]
    only: Option<Part>,
}

/// A part of the measuring.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Pulls,
    Metering,
    Pushes,
}

/// `xtask bench`.
pub(crate) fn command(options: &Options) -> Result<()> {
    let stop = Stop::on_signals()?;
    ensure!(options.rounds > 0, "--rounds must be at least 1");
    let state = project::path("build/bench");
    if state.exists() {
        std::fs::remove_dir_all(&state).context("an earlier bench's state")?;
    }
    std::fs::create_dir_all(&state)?;
    let settings = run::all_settings(&Settings::default(), &state)?;
    let settings_file = state.join("settings.env");
    settings.write(&settings_file)?;
    write_edge(&settings)?;
    run::migrations::apply(&state, &stop)?;
    let port = port::choose(0)?;
    let mut runtime = Runtime::start(&state, port, &settings_file, &CONFIGS)?;
    let measured = runtime
        .wait_until_it_answers(&stop)
        .and_then(|()| measure(options, port, &settings, &stop));
    runtime.stop();
    measured?;
    size::print()
}

fn write_edge(settings: &Settings) -> Result<()> {
    let text = std::fs::read_to_string(project::path("wrangler.toml"))?;
    let line = |name| format!("{name} = {:?}\n", settings.get(name).unwrap_or_default());
    let vars = ["[vars]\n".to_owned(), line("OPERATOR_PASSWORD"), line("TOKEN_KEY")].concat();
    // The entry that counts lies beside the modules that it imports.
    let text = text.replace("[vars]\n", &vars);
    let text = text.replace("\"build/edge/shim.mjs\"", "\"counting.mjs\"");
    std::fs::copy(project::path(COUNTING), project::path("build/bench/counting.mjs"))?;
    let unmetered = text
        .replacen("\nname = \"roadstead\"\n", "\nname = \"roadstead-unmetered\"\n", 1)
        .replace("[vars]\n", "[vars]\nTIERS = \"off\"\n");
    std::fs::write(project::path(UNMETERED), unmetered)?;
    std::fs::write(project::path(EDGE), text).context("the edge's configuration")
}

fn measure(options: &Options, port: u16, settings: &Settings, stop: &Stop) -> Result<()> {
    let password = settings.get("OPERATOR_PASSWORD").unwrap_or_default();
    let name = settings.get("OPERATOR_NAME").unwrap_or("operator");
    println!("edge against a bare Worker; medians of the ratios of neighbouring rounds");
    let is_part = |part| options.only.is_none_or(|only| only == part);
    if is_part(Part::Pulls) {
        let seeds = Seeds::publish(&Registry::sign_in(port, name, password)?)?;
        pulls(options, port, &seeds, stop)?;
    }
    if is_part(Part::Metering) {
        let seeds = Seeds::publish(&Registry::sign_in(port, name, password)?)?;
        metering(options, port, &seeds, stop)?;
    }
    if !is_part(Part::Pushes) {
        return Ok(());
    }
    // A token lives for five minutes, and each of these may take one or two.
    pushes(options, port, || Registry::sign_in(port, name, password), stop)
}

fn pulls(options: &Options, port: u16, seeds: &Seeds, stop: &Stop) -> Result<()> {
    let round = Duration::from_millis(options.round_ms);
    let manifests = in_turns("manifests", options, &seeds.manifest, stop, |request| {
        manifests_a_second(port, request, round)
    })?;
    manifests.print("manifest GETs by digest", "a second", Some(0.9));
    for (name, blob, aim) in [
        ("bytes of a 64 MiB blob, pushed whole", &seeds.whole, 0.95),
        ("bytes of a 64 MiB blob, pushed in a stream", &seeds.streamed, 0.95),
    ] {
        let bytes = in_turns(name, options, blob, stop, |request| {
            megabytes_a_second(port, request, round)
        })?;
        bytes.print(name, "MB/s", Some(aim));
        let first =
            in_turns("first byte", options, blob, stop, |request| first_byte_ms(port, request))?;
        first.print("time to its first byte", "ms", Some(1.0));
    }
    Ok(())
}

/// The edge against the same edge that counts nothing.
fn metering(options: &Options, port: u16, seeds: &Seeds, stop: &Stop) -> Result<()> {
    println!("metering against the same build without it");
    let round = Duration::from_millis(options.round_ms);
    let manifest = seeds.manifest.unmetered();
    let manifests = in_turns("metered manifests", options, &manifest, stop, |request| {
        manifests_a_second(port, request, round)
    })?;
    manifests.print_as("manifest GETs by digest", "a second", Some(0.9), ["on", "off"]);
    for (name, blob) in [
        ("bytes of a 64 MiB blob, pushed whole", &seeds.whole),
        ("bytes of a 64 MiB blob, pushed in a stream", &seeds.streamed),
    ] {
        let blob = blob.unmetered();
        let bytes = in_turns("metered blobs", options, &blob, stop, |request| {
            megabytes_a_second(port, request, round)
        })?;
        bytes.print_as(name, "MB/s", Some(0.95), ["on", "off"]);
    }
    Ok(())
}

fn pushes(
    options: &Options,
    port: u16,
    sign_in: impl Fn() -> Result<Registry>,
    stop: &Stop,
) -> Result<()> {
    let mut layer = push::Layer::large();
    let mut number = 0;
    for (name, way, aim) in [
        ("256 MiB layer pushed, length and digest known", Way::Whole, 0.85),
        ("256 MiB layer pushed by PATCH without length", Way::Chunked, 0.75),
    ] {
        let registry = sign_in()?;
        let bytes = alternate(name, options.pushes, stop, |is_edge| {
            number += 1;
            layer.renew(number);
            layer.push(&registry, port, if is_edge { way } else { Way::Bare })
        })?;
        bytes.print(name, "MB/s", Some(aim));
    }
    let name = "200 small layers pushed, POST and PUT each";
    let registry = sign_in()?;
    let small = alternate(name, options.pushes, stop, |is_edge| {
        number += 1;
        push::small(&registry, port, number, if is_edge { Way::Whole } else { Way::Bare })
    })?;
    small.print(name, "layers/s", None);
    for (name, layers, way) in [
        ("one 256 MiB layer by PUT", 1, Way::Whole),
        ("one 256 MiB layer by PATCH", 1, Way::Chunked),
        ("200 small layers by POST and PUT", push::SMALL_LAYERS, Way::Whole),
    ] {
        registry.counts()?;
        number += 1;
        if layers == 1 {
            layer.renew(number);
            layer.push(&registry, port, way)?;
        } else {
            push::small(&registry, port, number, way)?;
        }
        println!("operations of {name}: {}", registry.counts()?);
    }
    Ok(())
}

/// Measures the edge and the bare Worker in turns.
fn in_turns(
    what: &str,
    options: &Options,
    pair: &Pair,
    stop: &Stop,
    measure: impl Fn(&str) -> Result<f64>,
) -> Result<Ratio> {
    let side = |is_edge: bool| measure(if is_edge { &pair.edge } else { &pair.bare });
    alternate(what, options.rounds, stop, side)
}

/// Many clients ask for one small thing, again and again.
fn manifests_a_second(port: u16, request: &str, round: Duration) -> Result<f64> {
    let (answers, _, seconds) = load(port, request, CLIENTS, round)?;
    Ok(answers / seconds)
}

/// As many layers at once as docker pulls.
fn megabytes_a_second(port: u16, request: &str, round: Duration) -> Result<f64> {
    let (answers, bytes, seconds) = load(port, request, LAYERS, round)?;
    #[expect(clippy::cast_precision_loss, reason = "a blob has far fewer than 2^53 bytes")]
    let expected = answers * seed::BLOB_BYTES as f64;
    ensure!((bytes - expected).abs() < 1.0, "{answers} blobs came back with {bytes} bytes");
    Ok(bytes / 1e6 / seconds)
}

/// `clients` ask for at least as long as `round`: how many answers and bytes came, in which time
/// (seconds).
fn load(port: u16, request: &str, clients: usize, round: Duration) -> Result<(f64, f64, f64)> {
    let began = Instant::now();
    let (answers, bytes) = std::thread::scope(|scope| {
        let ask = || -> Result<(u32, u64)> {
            let mut connection = Connection::open(port)?;
            let (mut answers, mut bytes) = (0, 0);
            while began.elapsed() < round {
                bytes += connection.get(request)?.bytes;
                answers += 1;
            }
            Ok((answers, bytes))
        };
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(ask)).collect();
        let mut sum = (0, 0);
        for client in clients {
            let (answers, bytes) = client.join().map_err(|_| anyhow!("a client panicked"))??;
            sum = (sum.0 + answers, sum.1 + bytes);
        }
        Ok::<_, anyhow::Error>(sum)
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a round moves far fewer than 2^53 bytes")]
    Ok((f64::from(answers), bytes as f64, began.elapsed().as_secs_f64()))
}

fn first_byte_ms(port: u16, request: &str) -> Result<f64> {
    let mut connection = Connection::open(port)?;
    Ok(connection.get(request)?.first_byte.as_secs_f64() * 1e3)
}
