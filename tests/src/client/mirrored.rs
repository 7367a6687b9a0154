//! A docker daemon that asks somebody else for what Docker Hub has, and nobody for the rest.

use super::program::run;
use crate::child::{Child, Daemon};
use crate::scratch;
use std::process::Command;
use std::time::Duration;

/// The daemon starts containerd and makes its stores first.
const START: Duration = Duration::from_secs(90);

static DAEMON: Daemon = Daemon::new();

/// Ends the daemon, if any claim had asked for it.
pub fn stop() {
    DAEMON.stop();
}

/// Pulls an image of Docker Hub's by way of `mirror`, host and port, which the first call decides;
/// the digest that the daemon then has for it. It is forgotten again.
pub fn pull(mirror: &str, image: &str) -> String {
    DAEMON.need(|| start(mirror), START, "API listen on");
    let _ = run(docker().args(["pull", "--quiet", image])).must_succeed();
    let format = "{{join .RepoDigests \"\\n\"}}";
    let digests = run(docker().args(["image", "inspect", "--format", format, image]));
    let digests = digests.must_succeed();
    let _ = run(docker().args(["image", "rm", "--force", image])).must_succeed();
    digests
}

/// No bridge, no packet filter: it only pulls.
fn start(mirror: &str) -> Result<Child, String> {
    let folder = scratch::folder("mirrored");
    let mut command = Command::new("dockerd");
    command.arg("--data-root").arg(folder.join("data"));
    command.arg("--exec-root").arg(folder.join("exec"));
    command.arg("--pidfile").arg(folder.join("pid"));
    command.arg("--host").arg(socket());
    command.args(["--iptables=false", "--bridge=none", "--storage-driver", "vfs"]);
    command.arg("--registry-mirror").arg(format!("http://{mirror}"));
    Child::start(&command, folder.join("log"))
}

fn docker() -> Command {
    let mut command = Command::new("docker");
    command.arg("--config").arg(scratch::folder("docker-mirrored")).arg("--host").arg(socket());
    command
}

fn socket() -> String {
    format!("unix://{}", scratch::folder("mirrored").join("socket").display())
}
