//! docker: a daemon of one's own with its own store and socket, and the command line program.

use super::program::{Outcome, run, run_with};
use crate::child::{Child, Daemon};
use crate::scratch;
use crate::stack::{self, stack};
use std::process::Command;
use std::time::Duration;

/// What has to be installed.
pub const PROGRAMS: &[&str] = &["dockerd", "docker"];

/// The daemon starts containerd and makes its stores first.
const START: Duration = Duration::from_secs(90);

static DAEMON: Daemon = Daemon::new();

/// Starts the daemon with the first call. No bridge, no packet filter: it only pulls and pushes.
fn start() -> Result<Child, String> {
    let folder = scratch::folder("docker");
    let mut command = Command::new("dockerd");
    command.arg("--data-root").arg(folder.join("data"));
    command.arg("--exec-root").arg(folder.join("exec"));
    command.arg("--pidfile").arg(folder.join("pid"));
    command.arg("--host").arg(socket());
    command.args(["--iptables=false", "--bridge=none", "--storage-driver", "vfs"]);
    Child::start(&command, folder.join("log"))
}

/// Ends the daemon, if any claim had asked for it.
pub fn stop() {
    DAEMON.stop();
}

/// A person at the command line, signed in or not.
#[derive(Clone, Debug)]
pub struct Docker {
    config: &'static str,
}

impl Docker {
    /// Somebody who has never signed in.
    pub fn anonymous() -> Self {
        Self { config: "docker-anonymous" }
    }

    /// Somebody who has signed in as the operator just now.
    pub fn operator() -> Self {
        let docker = Self { config: "docker-operator" };
        docker.login(stack::PASSWORD).must_succeed();
        docker
    }

    /// Signs in as the operator with this password.
    pub fn login(&self, password: &str) -> Outcome {
        self.login_at(stack().host(), password)
    }

    /// The same at another registry.
    pub fn login_at(&self, host: &str, password: &str) -> Outcome {
        let mut command = self.docker();
        command.args(["login", "--username", stack::OPERATOR, "--password-stdin", host]);
        run_with(&mut command, password.as_bytes())
    }

    /// Somebody who has never signed in, with a configuration of that name.
    pub fn newcomer(config: &'static str) -> Self {
        Self { config }
    }

    /// Pulls a reference that names its registry; it may fail.
    pub fn try_pull(&self, reference: &str) -> Outcome {
        run(self.docker().args(["pull", "--quiet", reference]))
    }

    /// Signs in to a registry of somebody's own.
    pub fn login_to(&self, host: &str, name: &str, password: &str) -> Outcome {
        let mut command = self.docker();
        command.args(["login", "--username", name, "--password-stdin", host]);
        run_with(&mut command, password.as_bytes())
    }

    /// Somebody who tries to sign in, apart from everybody else.
    pub fn stranger() -> Self {
        Self { config: "docker-stranger" }
    }

    /// Somebody with a configuration of their own.
    pub fn apart(config: &'static str) -> Self {
        Self { config }
    }

    /// Pulls; the digest that the daemon then has for the image.
    pub fn pull(&self, image: &str) -> String {
        let reference = reference(image);
        let _ = run(self.docker().args(["pull", "--quiet", &reference])).must_succeed();
        let format = "{{join .RepoDigests \"\\n\"}}";
        run(self.docker().args(["image", "inspect", "--format", format, &reference])).must_succeed()
    }

    /// The digest of an image's config, which is its name in docker's own store.
    pub fn id(&self, image: &str) -> String {
        let mut command = self.docker();
        command.args(["image", "inspect", "--format", "{{.Id}}", &reference(image)]);
        run(&mut command).must_succeed().trim().to_owned()
    }

    /// Gives what was pulled as `image` another name.
    pub fn tag(&self, image: &str, to: &str) {
        let (image, to) = (reference(image), reference(to));
        let _ = run(self.docker().args(["tag", &image, &to])).must_succeed();
    }

    /// Publishes what was pulled as `image` under another name.
    pub fn push(&self, image: &str, to: &str) -> Outcome {
        self.tag(image, to);
        run(self.docker().args(["push", "--quiet", &reference(to)]))
    }

    /// Forgets an image, so that the next pull has something to do.
    pub fn forget(&self, image: &str) {
        let _ =
            run(self.docker().args(["image", "rm", "--force", &reference(image)])).must_succeed();
    }

    /// The command line program, which is then told what to do, on any stack.
    pub fn docker(&self) -> Command {
        DAEMON.need(start, START, "API listen on");
        let mut command = Command::new("docker");
        command.arg("--config").arg(scratch::folder(self.config)).arg("--host").arg(socket());
        command
    }
}

fn reference(image: &str) -> String {
    format!("{}/{image}", stack().host())
}

/// Where the daemon listens, as `DOCKER_HOST` has it.
pub fn socket() -> String {
    format!("unix://{}", scratch::folder("docker").join("socket").display())
}
