//! From Rust to what `wrangler` takes: two Workers and the browser's bundle.
//!
//! There is no `worker-build` and no `wasm-bindgen` program here. Both would have to be compiled
//! on a machine that cannot download them, which takes longer than everything else together; the
//! library behind `wasm-bindgen` is a dependency of this crate instead, and [`shim`] is short.
//!
//! | what | from | to |
//! |---|---|---|
//! | edge | `worker` | `build/edge/{shim.mjs, worker/}` |
//! | browser | `web` with `hydrate` | `build/site/public/assets/` |
//! | site | `web` with `ssr` | `build/site/{shim.mjs, worker/}` |
//!
//! # What `web` may rely on
//! While the `ssr` build compiles, these variables hold the addresses of the browser's files, for
//! `option_env!`: `ROADSTEAD_JS` (`/assets/site-<hash>.js`, an ES module whose default export
//! starts it), `ROADSTEAD_WASM` (`/assets/site-<hash>_bg.wasm`, to hand to that function and to
//! preload) and `ROADSTEAD_CSS` (`/assets/site-<hash>.css`: every file of `web/style`, in the
//! order of their names). Names carry a hash of the content, so `/assets/*` is cached for ever.
//! Everything in `web/public` is served under its own name. When the variables are missing, the
//! crate is being checked and not built.

mod assets;
mod bindgen;
mod browser;
mod cargo;
mod optimise;
mod shim;
pub(crate) mod stamp;
mod worker;

use crate::project;
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use std::fs::File;
use std::time::Instant;

/// What to build, and how.
#[derive(Args)]
#[command(after_long_help = "\
While the site is compiled, ROADSTEAD_JS, ROADSTEAD_WASM and ROADSTEAD_CSS hold the addresses of
the browser's files (/assets/site-<hash>.js and so on), for `option_env!`. web/style/*.css becomes
one stylesheet, in the order of the files' names; web/public/* is served under its own names.")]
pub(crate) struct Options {
    /// Which of the two Workers.
    #[arg(value_enum, default_value = "all")]
    pub(crate) part: Part,
    /// `release` is what is deployed; `quick` compiles in a fraction of the time, unoptimised.
    #[arg(long, value_enum, default_value = "release")]
    pub(crate) profile: Profile,
}

/// What is built.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The registry.
    Edge,
    /// The pages: a Worker and the browser's bundle.
    Site,
    /// Both.
    All,
}

/// How it is built.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// As deployed.
    Release,
    /// For trying a change.
    Quick,
}

impl Profile {
    /// What cargo calls it.
    fn cargo(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Quick => "quick",
        }
    }
}

/// `xtask build`.
pub(crate) fn command(options: &Options) -> Result<()> {
    let began = Instant::now();
    let _alone = lock()?;
    if options.part != Part::Site {
        worker::edge(options.profile)?;
    }
    if options.part != Part::Edge {
        let addresses = browser::build(options.profile)?;
        worker::site(options.profile, &addresses)?;
    }
    eprintln!("built in {:.1} s", began.elapsed().as_secs_f32());
    Ok(())
}

/// Two builds into one folder would mix their files: the second one waits for the first.
fn lock() -> Result<File> {
    let folder = project::path("build");
    std::fs::create_dir_all(&folder)?;
    let file = File::create(folder.join(".lock")).context("build/.lock")?;
    if file.try_lock().is_err() {
        eprintln!("waiting for another build to end");
        file.lock()?;
    }
    Ok(file)
}
