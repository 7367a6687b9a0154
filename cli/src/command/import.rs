//! `roadstead import`.

use super::error::Error;
use crate::credential;
use crate::progress::Progress;
use crate::registry::import::{Import, Phase, Request, State};
use crate::registry::{self, Client, Patience};
use crate::size::mebibytes;
use crate::target::Target;
use clap::Args;
use std::io::{self, Read as _};
use std::thread;
use std::time::{Duration, Instant};

/// How often the edge is asked how far it is.
const EVERY: Duration = Duration::from_secs(1);
/// How long nothing may change before nobody waits any longer.
const SILENCE: Duration = Duration::from_mins(30);
/// The longest password for the other registry, in bytes.
const MAX_BYTES: u64 = 4_096;

/// What to copy, and from where.
#[derive(Args)]
#[command(after_help = "\
No byte of the image crosses this machine's line: the registry fetches it. Whoever asks has to be
signed in to HOST (`roadstead login HOST`) and allowed to push there.

Examples:
  roadstead import docker.io/library/alpine:3.20 registry.example/acme/alpine:3.20
  roadstead import --platform linux/amd64 --platform linux/arm64 \\
    ghcr.io/acme/app:1.0 registry.example/acme/app:1.0
  roadstead import --source-username acme --source-password-stdin \\
    private.example/app:1.0 registry.example/acme/app:1.0 < password.txt")]
pub(super) struct Options {
    /// The image on the other registry; `alpine` means docker.io/library/alpine:latest.
    #[arg(value_name = "SOURCE")]
    source: String,
    /// What it will be called.
    #[arg(value_name = "HOST/NAME[:TAG]")]
    target: String,
    /// Copy only this platform of an index, as in linux/amd64; may be repeated.
    #[arg(long = "platform", value_name = "OS/ARCH")]
    platforms: Vec<String>,
    /// The name for the other registry.
    #[arg(long, value_name = "NAME", requires = "source_password_stdin")]
    source_username: Option<String>,
    /// Read the password for the other registry from standard input.
    #[arg(long, requires = "source_username")]
    source_password_stdin: bool,
    /// Speak plain HTTP to HOST: everything, passwords too, can be read on the way.
    #[arg(long)]
    insecure: bool,
    /// Say nothing but what was imported.
    #[arg(long, short)]
    quiet: bool,
}

/// Does it.
pub(super) fn command(options: &Options) -> Result<(), Error> {
    let target = Target::parse(&options.target, options.insecure)?;
    let request = request(options, &target)?;
    let credentials = credential::find(target.host.authority(), target.name.as_str())?;
    let credentials = credentials.ok_or_else(|| Error::Anonymous(target.host.clone()))?;
    let client = Client::new(target.host.clone(), Patience::default());
    let import = Import::begin(&client, &credentials, &request)?;
    let progress = Progress::new(&request.source, options.quiet);
    let state = wait(&import, &client, &target, &progress, EVERY)?;
    drop(progress);
    let failed = |why: String| Error::Import { from: request.source.clone(), why };
    match (state.phase, state.digest) {
        (Phase::Done, Some(digest)) => {
            println!(
                "{target}@{digest} ({} blobs, {} manifests, {} copied)",
                state.blobs.total,
                state.manifests.total,
                mebibytes(state.bytes.done)
            );
            Ok(())
        }
        (Phase::Done, None) => Err(failed("it has no digest".to_owned())),
        (Phase::Failed | Phase::Running, _) => {
            let why = state.error.unwrap_or_else(|| "no reason given".to_owned());
            Err(failed(why.chars().filter(|c| !c.is_control()).collect()))
        }
    }
}

fn request(options: &Options, target: &Target) -> Result<Request, Error> {
    let password = if options.source_password_stdin {
        let mut text = String::new();
        let read = io::stdin().lock().take(MAX_BYTES).read_to_string(&mut text);
        read.map_err(|error| Error::Input("the password", error))?;
        Some(text.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        None
    };
    let is_one = |platform: &String| {
        let parts: Vec<&str> = platform.split('/').collect();
        matches!(parts.len(), 2 | 3) && parts.iter().all(|part| !part.is_empty())
    };
    if let Some(wrong) = options.platforms.iter().find(|platform| !is_one(platform)) {
        return Err(Error::Usage(format!("'{wrong}' is no platform: write OS/ARCH")));
    }
    Ok(Request {
        source: full(&options.source)?,
        target: target.image(),
        username: options.source_username.clone(),
        password,
        platforms: options.platforms.clone(),
    })
}

/// The reference with what docker would add to it: host, `library/` and tag.
fn full(source: &str) -> Result<String, Error> {
    let plain = |c: char| c.is_ascii_graphic();
    if source.is_empty() || !source.chars().all(plain) || source.contains("://") {
        return Err(Error::Usage(format!("'{source}' is no image: write HOST/NAME:TAG")));
    }
    let is_host = |part: &str| part.contains(['.', ':']) || part == "localhost";
    let named = match source.split_once('/') {
        Some((host, _)) if is_host(host) => source.to_owned(),
        Some(_) => format!("docker.io/{source}"),
        None => format!("docker.io/library/{source}"),
    };
    let last = named.rsplit('/').next().unwrap_or_default();
    Ok(if last.contains([':', '@']) { named } else { format!("{named}:latest") })
}

/// Asks `every` so often until it is over; silence ends it, too.
fn wait(
    import: &Import<'_>,
    client: &Client,
    target: &Target,
    progress: &Progress,
    every: Duration,
) -> Result<State, Error> {
    let (mut last, mut changed, mut failures) = (None, Instant::now(), 0);
    loop {
        thread::sleep(every);
        match import.ask() {
            Ok(state) if state.phase != Phase::Running => return Ok(state),
            Ok(state) => {
                failures = 0;
                progress.expect(state.bytes.total);
                let (blobs, manifests) = (state.blobs, state.manifests);
                let message = format!(
                    "{}/{} blobs, {}/{} manifests",
                    blobs.done, blobs.total, manifests.done, manifests.total
                );
                progress.set(state.bytes.done, &message);
                if last.as_ref() != Some(&state) {
                    (last, changed) = (Some(state), Instant::now());
                }
            }
            Err(Ok(unanswered)) => {
                failures += 1;
                let asked = unanswered.wait;
                let asked = registry::answer::Answer::bearable(&target.host, asked)?;
                let pause = client.patience.pause(failures, asked).ok_or(unanswered.error)?;
                thread::sleep(pause);
            }
            Err(Err(error)) => return Err(error.into()),
        }
        if changed.elapsed() > SILENCE {
            return Err(Error::Silent(SILENCE.as_secs() / 60, target.host.url(import.path())));
        }
    }
}

#[cfg(test)]
mod tests;
