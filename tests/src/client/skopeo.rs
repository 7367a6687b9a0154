//! skopeo: copies everything that a tag leads to, without an engine and without unpacking.

use super::program::{Outcome, run};
use crate::layout::Layout;
use crate::scratch;
use crate::stack::{self, stack};
use std::process::Command;

/// What has to be installed.
pub const PROGRAMS: &[&str] = &["skopeo"];

/// Copies `image` with everything under its index into a layout called `name`.
pub fn pull(image: &str, name: &str) -> Layout {
    pull_from(&reference(image), name)
}

/// The same with a reference that names its registry, `docker://` in front.
pub fn pull_from(reference: &str, name: &str) -> Layout {
    let folder = scratch::folder("skopeo").join(name);
    let mut command = skopeo();
    // A layout usually gets its layers compressed: these come as they are, or not at all.
    command.args(["copy", "--all", "--preserve-digests"]);
    command.args(["--src-tls-verify=false", "--src-no-creds"]);
    command.arg(reference).arg(format!("oci:{}:copy", folder.display()));
    let _ = run(&mut command).must_succeed();
    Layout::new(folder)
}

/// Copies a reference that names its registry, as the operator or as nobody; it may fail.
pub fn try_pull(reference: &str, as_operator: bool) -> Outcome {
    let name = format!("tried-{}", reference.replace(['/', ':'], "-"));
    let folder = scratch::folder("skopeo").join(name);
    let mut command = skopeo();
    command.args(["copy", "--preserve-digests", "--src-tls-verify=false"]);
    if as_operator {
        command.arg("--src-creds").arg(format!("{}:{}", stack::OPERATOR, stack::PASSWORD));
    } else {
        command.arg("--src-no-creds");
    }
    run(command.arg(format!("docker://{reference}")).arg(format!("oci:{}:copy", folder.display())))
}

/// Publishes the only image of a layout; the operator does, or nobody.
pub fn push(layout: &Layout, image: &str, as_operator: bool) -> Outcome {
    let mut command = skopeo();
    command.args(["copy", "--all", "--preserve-digests", "--dest-tls-verify=false"]);
    if as_operator {
        command.arg("--dest-creds").arg(format!("{}:{}", stack::OPERATOR, stack::PASSWORD));
    } else {
        command.arg("--dest-no-creds");
    }
    command.arg(format!("oci:{}", layout.folder().display())).arg(reference(image));
    run(&mut command)
}

fn reference(image: &str) -> String {
    format!("docker://{}/{image}", stack().host())
}

fn skopeo() -> Command {
    let mut command = Command::new("skopeo");
    command.arg("--insecure-policy");
    command
}
