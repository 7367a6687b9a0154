//! A port to listen on.

use crate::project;
use anyhow::{Result, bail};
use std::net::{Ipv4Addr, TcpListener};

/// The wanted port, if nobody has it; a free one for 0.
pub(crate) fn choose(wanted: u16) -> Result<u16> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)) {
        Ok(listener) => Ok(listener.local_addr()?.port()),
        Err(error) => {
            let holder = holder(wanted).map(|name| format!(" by {name}")).unwrap_or_default();
            bail!("port {wanted} is taken{holder} ({error}): end that, or choose one with PORT=");
        }
    }
}

/// Who listens there, where the machine has a program that knows: `workerd (pid 12)`.
fn holder(port: u16) -> Option<String> {
    let mut sockets = project::program("ss").ok()?;
    let output = sockets.args(["-Hltnp", &format!("sport = :{port}")]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (_, rest) = text.split_once("users:((\"")?;
    let (name, rest) = rest.split_once("\",pid=")?;
    let (pid, _) = rest.split_once(',')?;
    Some(format!("{name} (pid {pid})"))
}
