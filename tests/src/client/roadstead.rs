//! `roadstead`, the project's own client, as somebody with a home of their own uses it.

use super::program::{Outcome, run, run_with};
use crate::scratch;
use crate::stack::{self, stack};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// The program, built by the first claim that needs it.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command.args(["build", "--quiet", "--package", "roadstead-cli"]);
        command.args(["--message-format", "json-render-diagnostics"]);
        let said = run(command.current_dir(scratch::checkout())).must_succeed();
        let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut built = messages.filter_map(|it| it["executable"].as_str().map(PathBuf::from));
        built.next().unwrap_or_else(|| panic!("cargo names no program: {said}"))
    })
}

/// Somebody at the command line, with credentials and unfinished uploads of their own.
#[derive(Clone, Debug)]
pub struct Roadstead {
    home: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

impl Roadstead {
    /// Somebody who has never signed in.
    pub fn anonymous(name: &str) -> Self {
        let home = scratch::folder("roadstead").join(name);
        fs::create_dir_all(&home).unwrap_or_else(|error| panic!("{}: {error}", home.display()));
        let environment = vec![
            ("HOME", home.clone().into()),
            ("DOCKER_CONFIG", home.join("docker").into()),
            ("XDG_STATE_HOME", home.join("state").into()),
            ("REGISTRY_AUTH_FILE", home.join("auth.json").into()),
        ];
        Self { home, environment }
    }

    /// Somebody who has signed in to `host` as the operator just now.
    pub fn operator_on(name: &str, host: &str) -> Self {
        let person = Self::anonymous(name);
        let _ = person.login(host, stack::PASSWORD).must_succeed();
        person
    }

    /// Somebody who has signed in to the edge as the operator just now.
    pub fn operator(name: &str) -> Self {
        Self::operator_on(name, stack().host())
    }

    /// The same person with another variable in their environment.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Where docker's configuration of this person is.
    pub fn config_file(&self) -> PathBuf {
        self.home.join("docker/config.json")
    }

    /// Where this person's unfinished uploads are.
    pub fn uploads_file(&self) -> PathBuf {
        self.home.join("state/roadstead/uploads.json")
    }

    /// Signs in as the operator with this password.
    pub fn login(&self, host: &str, password: &str) -> Outcome {
        let mut command = self.command();
        command.args(["login", host, "--username", stack::OPERATOR, "--password-stdin"]);
        run_with(&mut command, password.as_bytes())
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        run(self.command().args(arguments))
    }

    /// Runs it to its end with `input` on its standard input.
    pub fn feed(&self, arguments: &[&str], input: &[u8]) -> Outcome {
        run_with(self.command().args(arguments), input)
    }

    /// Pushes the image at `from` to `image` on the edge.
    pub fn push(&self, from: &Path, image: &str) -> Outcome {
        let target = format!("{}/{image}", stack().host());
        run(self.command().args(["push", "--from"]).arg(from).arg(target))
    }

    /// Starts it, for somebody who will not let it end.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
    }

    /// Runs it for its exit code.
    pub fn code(&self, arguments: &[&str]) -> Option<i32> {
        let status = self.start(arguments).wait();
        status.unwrap_or_else(|error| panic!("{error}")).code()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program());
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command
    }
}
