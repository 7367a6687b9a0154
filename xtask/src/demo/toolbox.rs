//! `demo/toolbox`: one platform, several layers, and one of them large.

use super::Image;
use super::busybox;
use super::image::{self, Platform, Step};
use super::layer::{Content, Entry, Form};
use super::layout::Layout;
use crate::process::Stop;
use crate::project;
use anyhow::{Result, bail};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Where it is published.
pub(super) const REPOSITORY: &str = "demo/toolbox";

/// What the large layer must have at least.
const LARGE_BYTES: u64 = 64 << 20;

/// What Node needs of the C library, and where Linux distributions keep it.
const LIBRARIES: [&str; 8] = [
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "libstdc++.so.6",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
];
const LIBRARY_FOLDERS: [&str; 8] = [
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
];

/// Makes the layout.
pub(super) fn make(staging: &Path, stop: &Stop) -> Result<Image> {
    let layout = Layout::begin(staging, REPOSITORY)?;
    let architecture = image::this_architecture();
    let base = busybox::files(architecture, staging, stop)?;
    let steps = vec![
        step("COPY busybox /bin/busybox", base.entries, Form::Gzip),
        step("COPY --from=debian /lib /lib", libraries(), Form::Gzip),
        step("COPY esbuild /usr/bin/esbuild", bundler()?, Form::Gzip),
        step("RUN echo toolbox > /etc/motd", greeting(), Form::Gzip),
        step("COPY node /usr/bin/node", runtimes()?, Form::Plain),
    ];
    let version = env!("CARGO_PKG_VERSION");
    let annotations = image::annotations(
        "toolbox",
        version,
        "JavaScript tools for a build: Node, esbuild and the small Unix tools",
        "https://nodejs.org/",
        "MIT",
    );
    let config = json!({"Cmd": ["sh"], "Env": ["PATH=/usr/bin:/bin"], "WorkingDir": "/root"});
    let platform = Platform { architecture, config, annotations: &annotations, steps };
    let top = image::store(&layout, platform)?;
    let digest = layout.finish(&top)?;
    let tags = vec![version.to_owned(), String::from("latest")];
    Ok(Image { repository: REPOSITORY, tags, digest })
}

fn step(said: &'static str, entries: Vec<Entry>, form: Form) -> Step {
    Step { said, entries, form }
}

/// This machine's C library, as far as it has one.
fn libraries() -> Vec<Entry> {
    let mut entries = vec![Entry(String::from("lib/"), 0o755, Content::Folder)];
    for name in LIBRARIES {
        let files = LIBRARY_FOLDERS.iter().map(|folder| Path::new(folder).join(name));
        let Some(file) = files.into_iter().find(|file| file.is_file()) else { continue };
        entries.push(Entry(format!("lib/{name}"), 0o755, Content::File(file)));
    }
    // Programs for x86-64 name their loader under this path.
    entries.push(Entry(String::from("lib64"), 0o777, Content::Link(String::from("lib"))));
    entries
}

/// The npm package's native program.
fn bundler() -> Result<Vec<Entry>> {
    let programs = project::files(&project::path("node_modules/@esbuild"))?;
    let Some(program) = programs.into_iter().find(|file| file.ends_with("bin/esbuild")) else {
        bail!("esbuild is not installed: `make setup` does it");
    };
    Ok(vec![Entry(String::from("usr/bin/esbuild"), 0o755, Content::File(program))])
}

fn greeting() -> Vec<Entry> {
    let text = b"Node, esbuild and busybox. Nothing here is needed to run Roadstead.\n";
    vec![
        Entry(String::from("etc/motd"), 0o644, Content::Bytes(text.to_vec())),
        Entry(String::from("etc/hostname"), 0o644, Content::Bytes(b"toolbox\n".to_vec())),
    ]
}

/// The large programs that every set-up has: as many as it takes.
fn runtimes() -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut size_bytes = 0;
    for (name, file) in large_programs()? {
        if size_bytes >= LARGE_BYTES {
            break;
        }
        size_bytes += file.metadata()?.len();
        entries.push(Entry(format!("usr/bin/{name}"), 0o755, Content::File(file)));
    }
    if size_bytes < LARGE_BYTES {
        bail!("the programs under node_modules are too small for a large layer");
    }
    Ok(entries)
}

fn large_programs() -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let node = project::path("node_modules/.bin/node");
    if let Ok(program) = node.canonicalize() {
        found.push((String::from("node"), program));
    }
    for file in project::files(&project::path("node_modules/@cloudflare"))? {
        if file.ends_with("bin/workerd") {
            found.push((String::from("workerd"), file));
        }
    }
    Ok(found)
}
