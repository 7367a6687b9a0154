//! `roadstead rules`: rules about other registries.

use super::error::Error;
use crate::rules;
use clap::{Args, Subcommand};
use std::fs::File;
use std::io::{ErrorKind, Read as _, stdin};
use std::path::{Path, PathBuf};

/// The longest file that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// What to do with them.
#[derive(Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Turn the YAML of the Terraform module for pull-through caches in ECR into tables for
    /// wrangler.toml, which are printed. Passwords are not among them.
    Import {
        /// The module's file, a map of registries; `-` reads standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Does it.
pub(super) fn command(options: &Options) -> Result<(), Error> {
    let Command::Import { file } = &options.command;
    let text = read(file).map_err(|error| Error::Input("the rules", error))?;
    let imported = rules::import(&text)?;
    print!("{}", imported.tables);
    for remark in &imported.remarks {
        eprintln!("{remark}");
    }
    if !imported.secrets.is_empty() {
        eprintln!("\nset the passwords, which are not in the tables; it asks for each:");
        for secret in &imported.secrets {
            eprintln!("  npx wrangler secret put {secret}");
        }
    }
    Ok(())
}

fn read(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        stdin().take(MAX_BYTES + 1).read_to_string(&mut text)?;
    } else {
        File::open(file)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    }
    let is_whole = text.len() as u64 <= MAX_BYTES;
    if is_whole { Ok(text) } else { Err(ErrorKind::FileTooLarge.into()) }
}
