//! `demo/busybox`: one small image for two architectures, under one index.

use super::image::{self, Platform, Step};
use super::layer::{Content, Entry, Form};
use super::layout::Layout;
use super::{Image, debian};
use crate::process::Stop;
use crate::project;
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;

/// Where it is published.
pub(super) const REPOSITORY: &str = "demo/busybox";

/// The names under which the program is called most.
const APPLETS: [&str; 40] = [
    "ash",
    "awk",
    "base64",
    "cat",
    "chmod",
    "cp",
    "cut",
    "date",
    "df",
    "du",
    "echo",
    "env",
    "find",
    "grep",
    "gunzip",
    "gzip",
    "head",
    "httpd",
    "id",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "nc",
    "ping",
    "ps",
    "pwd",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "sleep",
    "sort",
    "tail",
    "tar",
    "touch",
    "uname",
    "vi",
    "wc",
    "wget",
];

/// The files of an image for one architecture, and the version that they are of.
pub(super) struct Files {
    /// The whole root file system.
    pub(super) entries: Vec<Entry>,
    /// The version, as it says itself.
    pub(super) version: String,
    /// Whether there is a shell in it.
    pub(super) runs: bool,
}

/// Makes the layout.
pub(super) fn make(staging: &Path, stop: &Stop) -> Result<Image> {
    let layout = Layout::begin(staging, REPOSITORY)?;
    let mut version = String::new();
    let mut manifests = Vec::new();
    for architecture in ["amd64", "arm64"] {
        let files = files(architecture, staging, stop)?;
        version = files.version;
        let config = if files.runs {
            json!({"Cmd": ["sh"], "Env": ["PATH=/bin"]})
        } else {
            json!({"WorkingDir": "/"})
        };
        let steps = vec![Step {
            said: "COPY busybox /bin/busybox",
            entries: files.entries,
            form: Form::Gzip,
        }];
        let annotations = annotations(&version);
        let platform = Platform { architecture, config, annotations: &annotations, steps };
        manifests.push(image::store(&layout, platform)?);
    }
    let index = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": manifests,
        "annotations": annotations(&version),
    });
    let top = layout.document("application/vnd.oci.image.index.v1+json", &index)?;
    let digest = layout.finish(&top)?;
    Ok(Image { repository: REPOSITORY, tags: vec![version, String::from("latest")], digest })
}

/// The root file system for an architecture.
///
/// Without a busybox of that architecture it carries this machine's, and without any what the
/// build itself made: the registry then still has two platforms under an index.
pub(super) fn files(architecture: &str, staging: &Path, stop: &Stop) -> Result<Files> {
    let parts = staging.join(".parts");
    let found = debian::busybox(architecture, &parts, stop)
        .or_else(|| debian::busybox(image::this_architecture(), &parts, stop));
    if parts.exists() {
        std::fs::remove_dir_all(&parts)?;
    }
    let Some(program) = found else {
        return without_a_shell();
    };
    let version = version(&program).unwrap_or_else(|| String::from("1"));
    let mut entries = vec![
        Entry(String::from("bin/"), 0o755, Content::Folder),
        Entry(String::from("bin/busybox"), 0o755, Content::Bytes(program)),
    ];
    for applet in APPLETS {
        entries.push(Entry(format!("bin/{applet}"), 0o777, Content::Link(String::from("busybox"))));
    }
    for (folder, mode) in [("etc/", 0o755), ("root/", 0o700), ("tmp/", 0o1777), ("var/", 0o755)] {
        entries.push(Entry(String::from(folder), mode, Content::Folder));
    }
    let passwd = b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";
    entries.push(Entry(String::from("etc/passwd"), 0o644, Content::Bytes(passwd.to_vec())));
    Ok(Files { entries, version, runs: true })
}

fn without_a_shell() -> Result<Files> {
    let module = std::fs::read(project::path("build/edge/worker/index_bg.wasm"))?;
    let entries = vec![Entry(String::from("edge.wasm"), 0o644, Content::Bytes(module))];
    Ok(Files { entries, version: String::from(env!("CARGO_PKG_VERSION")), runs: false })
}

/// `1.35.0` from `BusyBox v1.35.0 (Debian …)`, which the program carries as text.
fn version(program: &[u8]) -> Option<String> {
    const BEFORE: &[u8] = b"BusyBox v";
    let at = program.windows(BEFORE.len()).position(|bytes| bytes == BEFORE)?;
    let rest = program.get(at + BEFORE.len()..)?;
    let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
    let version = String::from_utf8(rest.get(..end)?.to_vec()).ok()?;
    (!version.is_empty()).then_some(version)
}

fn annotations(version: &str) -> Value {
    image::annotations(
        "busybox",
        version,
        "The common Unix tools in one small static program",
        "https://git.busybox.net/busybox/",
        "GPL-2.0-only",
    )
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn the_version_is_read_from_the_program() {
        assert_eq!(version(b"\0BusyBox v1.35.0 (Debian)").as_deref(), Some("1.35.0"));
        assert_eq!(version(b"BusyBox is"), None);
    }
}
