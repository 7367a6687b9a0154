//! containerd with a store of its own, driven by `ctr`.

use super::program::{Outcome, run};
use crate::child::{Child, Daemon};
use crate::image::digest;
use crate::scratch;
use crate::stack::{self, stack};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What has to be installed.
pub const PROGRAMS: &[&str] = &["containerd", "ctr"];

/// The daemon loads its plugins first.
const START: Duration = Duration::from_mins(1);

/// Where containerd keeps what it has verified.
const CONTENT: &str = "root/io.containerd.content.v1.content/blobs/sha256";

static DAEMON: Daemon = Daemon::new();

fn start() -> Result<Child, String> {
    let folder = scratch::folder("containerd");
    // Neither for containers nor for Kubernetes: without the parts that would look for either.
    let config = folder.join("config.toml");
    let text = "version = 2\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n";
    fs::write(&config, text).map_err(|error| error.to_string())?;
    let mut command = Command::new("containerd");
    command.arg("--config").arg(config);
    command.arg("--root").arg(folder.join("root")).arg("--state").arg(folder.join("state"));
    command.arg("--address").arg(socket());
    Child::start(&command, folder.join("log"))
}

/// Ends the daemon, if any claim had asked for it.
pub fn stop() {
    DAEMON.stop();
}

/// Pulls anonymously; the digest that containerd then has for the image.
pub fn pull(image: &str, all_platforms: bool) -> String {
    let mut command = ctr();
    command.args(["images", "pull", "--plain-http", "--snapshotter", "native"]);
    if all_platforms {
        command.arg("--all-platforms");
    }
    let _ = run(command.arg(reference(image))).must_succeed();
    let listed = run(ctr().args(["images", "list", &format!("name=={}", reference(image))]));
    let listed = listed.must_succeed();
    let words = listed.split_whitespace();
    let mut digests = words.filter(|word| word.starts_with("sha256:"));
    digests.next().unwrap_or_else(|| panic!("no digest in {listed:?}")).to_owned()
}

/// Pulls a reference that names its registry, as the operator or as nobody; it may fail.
pub fn try_pull(reference: &str, as_operator: bool) -> Outcome {
    let mut command = ctr();
    command.args(["images", "pull", "--plain-http", "--snapshotter", "native"]);
    if as_operator {
        command.arg("--user").arg(format!("{}:{}", stack::OPERATOR, stack::PASSWORD));
    }
    run(command.arg(reference))
}

/// Pulls a reference by way of the hosts that the files in `hosts` name, and forgets it again: what
/// containerd had of it in its store meanwhile, hashed anew.
pub fn pull_by(hosts: &Path, reference: &str) -> BTreeMap<String, usize> {
    let before = content();
    let mut command = ctr();
    command.args(["images", "pull", "--snapshotter", "native", "--hosts-dir"]).arg(hosts);
    let _ = run(command.arg(reference)).must_succeed();
    let mut stored = content();
    stored.retain(|digest, _| !before.contains_key(digest));
    let _ = run(ctr().args(["images", "rm", "--sync", reference])).must_succeed();
    let left = content();
    assert!(stored.keys().all(|digest| !left.contains_key(digest)), "{reference} is not forgotten");
    stored
}

/// Fetches an artifact without unpacking it, since there is nothing in it to run.
pub fn fetch(image: &str) -> Outcome {
    run(ctr().args(["content", "fetch", "--plain-http", "--all-platforms", &reference(image)]))
}

/// Publishes what was pulled as `image` under another name.
pub fn push(image: &str, to: &str, as_operator: bool) -> Outcome {
    let (image, to) = (reference(image), reference(to));
    let _ = run(ctr().args(["images", "tag", "--force", &image, &to])).must_succeed();
    let mut command = ctr();
    command.args(["images", "push", "--plain-http"]);
    if as_operator {
        command.arg("--user").arg(format!("{}:{}", stack::OPERATOR, stack::PASSWORD));
    }
    run(command.arg(to))
}

/// Everything in containerd's store, hashed anew: digest and size.
pub fn content() -> BTreeMap<String, usize> {
    let folder = scratch::folder("containerd").join(CONTENT);
    if !folder.exists() {
        return BTreeMap::new();
    }
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        (digest(&bytes), bytes.len())
    };
    entries.flatten().map(|entry| read(entry.path())).collect()
}

fn ctr() -> Command {
    DAEMON.need(start, START, "successfully booted");
    let mut command = Command::new("ctr");
    command.arg("--address").arg(socket());
    command
}

fn reference(image: &str) -> String {
    format!("{}/{image}", stack().host())
}

fn socket() -> PathBuf {
    scratch::folder("containerd").join("socket")
}
