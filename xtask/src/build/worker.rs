//! The two Workers: compile, bind, optimise, and put the shim in front.

use super::bindgen::{self, Host};
use super::browser::Addresses;
use super::cargo::{self, Crate};
use super::stamp::{self, Stamp};
use super::{Profile, optimise, shim};
use crate::project;
use anyhow::{Context, Result};

/// One of the two.
struct Worker<'a> {
    /// Its folder under `build`.
    name: &'a str,
    wanted: Crate<'a>,
    /// The folders of its sources.
    sources: &'a [&'a str],
    /// How far `wasm-opt` goes, and in which direction.
    level: &'a str,
}

/// The registry's Worker, into `build/edge`.
pub(super) fn edge(profile: Profile) -> Result<()> {
    let wanted = Crate { package: "roadstead-worker", feature: None, environment: &[] };
    let sources = ["shared", "worker"];
    build(&Worker { name: "edge", wanted, sources: &sources, level: "-O3" }, profile)
}

/// The site's Worker, into `build/site`, whose `public` folder must be ready.
pub(super) fn site(profile: Profile, addresses: &Addresses) -> Result<()> {
    let environment = [
        ("ROADSTEAD_JS", addresses.script.clone()),
        ("ROADSTEAD_WASM", addresses.module.clone()),
        ("ROADSTEAD_CSS", addresses.style.clone()),
    ];
    let wanted =
        Crate { package: "roadstead-web", feature: Some("ssr"), environment: &environment };
    let sources = ["shared", "web"];
    build(&Worker { name: "site", wanted, sources: &sources, level: "-Os" }, profile)
}

/// Makes `build/<name>/worker` and the shim beside it, unless they are of these sources already.
///
/// Cargo is not asked: it would compile `web` each time, since the modules of its two faces have
/// one name in cargo's own folder.
fn build(worker: &Worker<'_>, profile: Profile) -> Result<()> {
    let name = worker.name;
    let parent = project::path("build").join(name);
    let (folder, front) = (parent.join("worker"), parent.join("shim.mjs"));
    let mut made_from = Stamp::of_build(worker.sources, profile)?;
    for (_, value) in worker.wanted.environment {
        made_from.text(value);
    }
    let made_from = made_from.finish();
    if stamp::is_current(&folder, &made_from) && front.exists() {
        return Ok(());
    }
    eprintln!("{name}: compiling its Worker");
    let module = cargo::compile(&worker.wanted, profile)?;
    let staging = stamp::begin(&folder)?;
    bindgen::generate(&module, Host::Worker, "index", &staging)?;
    if profile == Profile::Release {
        eprintln!("{name}: optimising its Worker");
        optimise::module(&staging.join("index_bg.wasm"), worker.level)?;
    }
    let bindings = std::fs::read_to_string(staging.join("index.js"))?;
    let shim = shim::for_bindings(&bindings).with_context(|| format!("shim of the {name}"))?;
    std::fs::write(front, shim)?;
    stamp::finish(&staging, &folder, &made_from)
}
