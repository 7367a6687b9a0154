//! `roadstead scan`: which images a source tree or a cluster names, and what each becomes.

mod files;
mod report;
#[cfg(test)]
mod tests;
mod write;

use super::error::Error;
use clap::{Args, ValueEnum};
use files::{Input, Walk};
use report::Summary;
use roadstead_shared::moving::destination::Upstream;
use roadstead_shared::moving::{Destination, Format, Limits, Report, scan};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// The host that stands in where none is named: reserved, so nobody pulls from it by accident.
const NO_HOST: &str = "roadstead.example";

/// What to look at, and what for.
#[derive(Args)]
#[command(after_help = "\
Dockerfiles, compose files, Kubernetes YAML, Helm values, kubeadm configurations, ECS task
definitions, and what kubectl prints are read. In folders, files by their names: Dockerfile,
Containerfile, *.Dockerfile, *.yaml, *.yml, *.json; .git, node_modules and target are passed over,
and so are links. Nothing is sent anywhere.

The report has a line for each reference: where it is, what is written, and with --host what it
becomes there. Behind `!` stands why one needs somebody to look at it:
  floating   its tag moves (latest, main, a bare major version), so that the same file means
             another image tomorrow, and each machine pulls again when it has moved
  unmapped   no rule leads to its registry, or a variable hides which one it is

--write changes the references in place, and not one other byte. What floats stays so: pin it by
digest first if that is what you want.

Examples:
  roadstead scan .
  roadstead scan --host registry.example deploy/ Dockerfile
  roadstead scan --host registry.example --write deploy/
  kubectl get pods -A -o json | roadstead scan -
  roadstead scan --fail-on floating --fail-on unmapped --json . > images.json
  roadstead scan --host registry.example --rule corp=registry.corp.example .

Exit codes: 0 done, 1 something of --fail-on was found or a file could not be read or written,
2 wrong usage.")]
pub(super) struct Options {
    /// Files and folders; `-` is standard input.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The registry to move to, as in registry.example: shows what each reference becomes.
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// A rule of that registry, as in hub=docker.io; may be repeated. Without one the prefixes of
    /// the documentation: hub, k8s, quay, ghcr, gitlab, mcr, ecr-public, gcr, elastic.
    #[arg(long = "rule", value_name = "PREFIX=REGISTRY", value_parser = rule, requires = "host")]
    rules: Vec<Upstream>,
    /// Rewrite the files in place.
    #[arg(long, requires = "host")]
    write: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Exit with 1 if there is such a reference; may be repeated.
    #[arg(long = "fail-on", value_name = "WHAT")]
    fail_on: Vec<FailOn>,
}

/// What makes a run of CI fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A tag that moves.
    Floating,
    /// A registry without a rule, or a variable that hides which one it is.
    Unmapped,
}

/// A file with what was found in it.
struct Scanned {
    input: Input,
    report: Report,
}

/// Does it; the exit code, for what was found may be what somebody wants to fail for.
pub(super) fn command(options: &Options) -> Result<ExitCode, Error> {
    let host = options.host.as_deref().unwrap_or(NO_HOST);
    let wrong =
        || Error::Usage(format!("'{host}' is no host: write registry.example, or with a port"));
    let to = Destination::new(host, options.rules.clone()).ok_or_else(wrong)?;
    if options.write && options.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Error::Usage("--write is for files, and - is standard input".to_owned()));
    }
    let mut walk = Walk::of(&options.paths)?;
    let mut summary = Summary::default();
    let mut scanned = Vec::new();
    while let Some(input) = walk.next_input() {
        let input = match input {
            Ok(input) => input,
            Err(why) => {
                summary.trouble(&why.to_string());
                continue;
            }
        };
        let format = input.format.unwrap_or_else(|| Format::of_text(&input.text));
        let report = match scan(&input.text, format, &to, Limits::PROGRAM) {
            Ok(report) => report,
            Err(why) => {
                summary.trouble(&format!("{}: {why}", input.name));
                continue;
            }
        };
        summary.count(&report);
        if options.write {
            summary.wrote(&input, write::rewrite(&input, &report));
        }
        if !report.references.is_empty() {
            scanned.push(Scanned { input, report });
        }
    }
    let shown = if options.json {
        report::json(&scanned, &summary, options.host.as_deref())
    } else {
        report::text(&scanned, &summary, options.host.as_deref())
    };
    // A reader that has seen enough, as `head`, is no failure.
    let _ = io::stdout().lock().write_all(shown.as_bytes());
    Ok(if summary.fails(&options.fail_on) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Reads `PREFIX=REGISTRY`.
fn rule(text: &str) -> Result<Upstream, String> {
    let parts = text.split_once('=').filter(|(prefix, registry)| {
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        !prefix.is_empty()
            && prefix.chars().all(word)
            && Destination::new(registry, Vec::new()).is_some()
    });
    let (prefix, registry) = parts.ok_or("write PREFIX=REGISTRY, as in hub=docker.io")?;
    let registry = registry.to_ascii_lowercase();
    Ok(Upstream { registry, prefix: prefix.to_owned(), is_default: false })
}
