//! `xtask` builds Roadstead, runs it on this machine, fills it with demo images, and deploys it.
//!
//! It is a native program on purpose: what a newcomer waits for on the first start is mostly
//! compilation, and this crate takes the place of two much larger tools (see [`build`]). The
//! Makefile is the door for people; it calls this after `scripts/setup.sh`.

#![expect(clippy::disallowed_methods, reason = "a native program has a clock of its own")]

mod bench;
mod build;
mod conformance;
mod demo;
mod deploy;
mod process;
mod project;
mod run;
mod secret;

use clap::{Parser, Subcommand};

/// Builds, runs and deploys Roadstead.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile the edge and the site to WebAssembly, under build/.
    Build(build::Options),
    /// Serve it on this machine, from build/.
    Run(run::Options),
    /// Make the demo images, under build/demo/.
    Demo,
    /// Measure the edge against a bare Worker, as ratios.
    Bench(bench::Options),
    /// Run the specification's own test program against an edge started for it.
    Conformance(conformance::Options),
    /// Deploy it to the Cloudflare account that wrangler is logged in to, from build/.
    Deploy(deploy::Options),
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Build(options) => build::command(&options),
        Command::Run(options) => run::command(&options),
        Command::Demo => demo::command(),
        Command::Bench(options) => bench::command(&options),
        Command::Conformance(options) => conformance::command(&options),
        Command::Deploy(options) => deploy::command(&options),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
