//! The two Workers: compile, bind, optimise, and put the shim in front.

use super::bindgen::{self, Host};
use super::browser::Addresses;
use super::cargo::{self, Crate};
use super::{Profile, optimise, shim, stamp};
use crate::project;
use anyhow::{Context, Result};
use std::path::Path;

/// The registry's Worker, into `build/edge`.
pub(super) fn edge(profile: Profile) -> Result<()> {
    eprintln!("edge: compiling");
    let wanted = Crate { package: "roadstead-worker", feature: None, environment: &[] };
    let module = cargo::compile(&wanted, profile)?;
    assemble("edge", &module, profile, "-O3")
}

/// The site's Worker, into `build/site`, whose `public` folder must be ready.
pub(super) fn site(profile: Profile, addresses: &Addresses) -> Result<()> {
    eprintln!("site: compiling its Worker");
    let environment = [
        ("ROADSTEAD_JS", addresses.script.clone()),
        ("ROADSTEAD_WASM", addresses.module.clone()),
        ("ROADSTEAD_CSS", addresses.style.clone()),
    ];
    let wanted =
        Crate { package: "roadstead-web", feature: Some("ssr"), environment: &environment };
    let module = cargo::compile(&wanted, profile)?;
    assemble("site", &module, profile, "-Os")
}

/// Makes `build/<name>/worker` from a module, unless it is there already, and the shim beside it.
fn assemble(name: &str, module: &Path, profile: Profile, level: &str) -> Result<()> {
    let parent = project::path("build").join(name);
    let (folder, front) = (parent.join("worker"), parent.join("shim.mjs"));
    let mut made_from = stamp::Stamp::new()?;
    made_from.text(if profile == Profile::Release { level } else { "" });
    made_from.file(module)?;
    let made_from = made_from.finish();
    if stamp::is_current(&folder, &made_from) && front.exists() {
        return Ok(());
    }
    let staging = stamp::begin(&folder)?;
    bindgen::generate(module, Host::Worker, "index", &staging)?;
    if profile == Profile::Release {
        eprintln!("{name}: optimising");
        optimise::module(&staging.join("index_bg.wasm"), level)?;
    }
    let bindings = std::fs::read_to_string(staging.join("index.js"))?;
    let shim = shim::for_bindings(&bindings).with_context(|| format!("shim of the {name}"))?;
    // The stamp comes last: until it is there, the next build begins again.
    std::fs::write(front, shim)?;
    stamp::finish(&staging, &folder, &made_from)
}
