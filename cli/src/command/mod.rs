//! What can be asked for on the command line, one word a module.

mod error;
mod import;
mod login;
mod logout;
mod push;
mod rules;
mod scan;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Publishes images to a Roadstead registry, layers of any size.
#[derive(Parser)]
#[command(
    name = "roadstead",
    bin_name = "roadstead",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  roadstead login registry.example --username acme
  roadstead push registry.example/acme/app:1.0
  roadstead push --from ./layout registry.example/acme/app:1.0 registry.example/acme/app:latest
  roadstead import docker.io/library/alpine:3.20 registry.example/acme/alpine:3.20
  roadstead rules import registries.yaml >> wrangler.toml
  roadstead scan --host registry.example .

Exit codes: 0 done, 1 failed, 2 wrong usage."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Push an image: from docker or podman on this machine, from a layout, from an archive.
    Push(push::Options),
    /// Have the registry itself copy an image from another registry.
    Import(import::Options),
    /// List the images that files and clusters name, and rewrite them to come from the registry.
    Scan(scan::Options),
    /// Check a name and a password, and keep them where docker keeps them.
    Login(login::Options),
    /// Forget the name and the password for a registry.
    Logout(logout::Options),
    /// Rules about other registries, for who runs a registry.
    Rules(rules::Options),
}

/// Does what the command line says; how it went.
pub(crate) fn run() -> ExitCode {
    // Ends by itself with 2 where the command line is wrong.
    let done = match Arguments::parse().command {
        Command::Push(options) => push::command(&options),
        Command::Scan(options) => {
            return scan::command(&options).unwrap_or_else(|error| failed(&error));
        }
        Command::Import(options) => import::command(&options),
        Command::Login(options) => login::command(&options),
        Command::Logout(options) => logout::command(&options),
        Command::Rules(options) => rules::command(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Says why a command failed, and by which exit code.
fn failed(error: &error::Error) -> ExitCode {
    eprintln!("error: {error}");
    error.exit_code()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_needs_something_else_says_so() {
        for words in [
            "roadstead",
            "roadstead push",
            "roadstead push --ref x a.example/b",
            "roadstead push --jobs 0 a.example/b",
            "roadstead push --chunk 1 a.example/b",
            "roadstead import a.example/b",
            "roadstead login",
            "roadstead rules",
            "roadstead rules import",
            "roadstead scan",
            "roadstead scan --write .",
            "roadstead scan --rule hub=docker.io .",
            "roadstead scan --host a.example --rule hub .",
            "roadstead scan --fail-on nothing .",
        ] {
            let parsed = Arguments::try_parse_from(words.split(' '));
            assert_eq!(parsed.err().map(|error| error.exit_code()), Some(2), "{words}");
        }
    }
}
