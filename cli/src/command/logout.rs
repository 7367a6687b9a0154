//! `roadstead logout`.

use super::error::Error;
use crate::credential;
use crate::host::Host;
use clap::Args;

/// From whom.
#[derive(Args)]
pub(super) struct Options {
    /// The registry, as in registry.example or 127.0.0.1:8787.
    #[arg(value_name = "HOST")]
    host: String,
}

/// Does it. That nobody was signed in is no failure: nobody is now.
pub(super) fn command(options: &Options) -> Result<(), Error> {
    let host = Host::parse(&options.host, false)?;
    let mut config = credential::docker()?;
    if config.erase(host.authority())? {
        eprintln!("signed out of {host}");
    } else {
        eprintln!("nobody was signed in to {host}");
    }
    Ok(())
}
