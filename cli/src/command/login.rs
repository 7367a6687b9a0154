//! `roadstead login`.

use super::error::Error;
use crate::credential::{self, Credentials};
use crate::host::Host;
use crate::registry::call::Call;
use crate::registry::challenge::Challenge;
use crate::registry::{self, Client, Patience, token};
use clap::Args;
use roadstead_shared::oci::path;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

/// The longest password or name, in bytes.
const MAX_BYTES: u64 = 4_096;

/// To whom, and as whom.
#[derive(Args)]
#[command(after_help = "\
The name and the password are tried first, and then kept where docker keeps its own: with the
credential helper that is configured, else in $DOCKER_CONFIG/config.json or ~/.docker/config.json.
docker and this program can both use them then.

Examples:
  roadstead login registry.example
  roadstead login registry.example --username acme --password-stdin < password.txt")]
pub(super) struct Options {
    /// The registry, as in registry.example or 127.0.0.1:8787.
    #[arg(value_name = "HOST")]
    host: String,
    /// The name; asked for on the terminal if it is not given.
    #[arg(long, short, value_name = "NAME")]
    username: Option<String>,
    /// Read the password from standard input instead of asking for it on the terminal.
    #[arg(long)]
    password_stdin: bool,
    /// Speak plain HTTP to HOST: the password can be read on the way.
    #[arg(long)]
    insecure: bool,
}

/// Does it.
pub(super) fn command(options: &Options) -> Result<(), Error> {
    let host = Host::parse(&options.host, options.insecure)?;
    // Known to be writable, or at least readable, before anybody types a password.
    let mut config = credential::docker()?;
    let credentials = ask(options)?;
    verify(&Client::new(host.clone(), Patience::default()), &credentials)?;
    config.store(host.authority(), &credentials)?;
    eprintln!("signed in to {host} as {}", credentials.username);
    if config.helper(host.authority()).is_none() {
        eprintln!("the password is kept unencrypted in {}", config.path().display());
    }
    Ok(())
}

/// Name and password, from the command line, standard input or the terminal.
fn ask(options: &Options) -> Result<Credentials, Error> {
    let is_terminal = io::stdin().is_terminal();
    let username = match &options.username {
        Some(name) => name.clone(),
        None if options.password_stdin || !is_terminal => {
            return Err(Error::Usage("say with --username who you are".to_owned()));
        }
        None => {
            eprint!("Username: ");
            let mut line = String::new();
            let read = io::stdin().lock().take(MAX_BYTES).read_line(&mut line);
            read.map_err(|error| Error::Input("the name", error))?;
            line.trim().to_owned()
        }
    };
    // The colon is what separates the two on the wire.
    if username.is_empty() || username.contains(':') || username.contains(char::is_control) {
        return Err(Error::Usage("a name is neither empty nor has a colon in it".to_owned()));
    }
    let password = if options.password_stdin {
        let mut text = String::new();
        let read = io::stdin().lock().take(MAX_BYTES).read_to_string(&mut text);
        read.map_err(|error| Error::Input("the password", error))?;
        text.trim_end_matches(['\r', '\n']).to_owned()
    } else if is_terminal {
        let asked = rpassword::prompt_password("Password: ");
        asked.map_err(|error| Error::Input("the password", error))?
    } else {
        let why = "no terminal to ask for the password: hand it in with --password-stdin";
        return Err(Error::Usage(why.to_owned()));
    };
    if password.is_empty() {
        return Err(Error::Usage("the password is empty".to_owned()));
    }
    Ok(Credentials::new(username, password))
}

/// Finds out whether the registry takes these credentials: they are good for a token, and the
/// token is good for the root of the API.
fn verify(client: &Client, credentials: &Credentials) -> Result<(), registry::Error> {
    let root = Call::new("GET", path::ROOT);
    let answer = client.send(&root, None)?;
    let challenge = answer.header("www-authenticate").and_then(Challenge::parse);
    let challenge = match (answer.status, challenge) {
        (401, Some(challenge)) => challenge,
        (401, None) => return Err(client.protocol("it asks for no token that this program knows")),
        (200, _) => return Err(client.protocol("it asks nobody who they are")),
        _ => return Err(answer.refused(&client.host, "greet")),
    };
    let token = token::fetch(client, &challenge, None, Some(credentials))?;
    let answer = client.send(&root, Some(&token.authorization()))?;
    if answer.status == 200 {
        Ok(())
    } else {
        Err(answer.refused(&client.host, "take its own token"))
    }
}
