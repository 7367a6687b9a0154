//! The demo images: made on this machine from real files, published by an ordinary client.
//!
//! Three things that a registry meets: an image for two architectures, an image of several layers
//! with a large one, and an artifact that is no image. Their bytes are the same every time, as
//! long as the machine has the same files.

mod busybox;
mod chart;
mod debian;
mod image;
mod layer;
mod layout;
mod publish;
mod toolbox;

pub(crate) use publish::{Account, publish_once};

use crate::build::stamp::{self, Stamp};
use crate::process::Stop;
use crate::project;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// One repository to publish.
pub(crate) struct Image {
    /// Its name, which is also its folder's under `build/`.
    pub(crate) repository: &'static str,
    /// The tags, all of one manifest or index.
    pub(crate) tags: Vec<String>,
    /// The digest of that.
    pub(crate) digest: String,
}

impl Image {
    /// Its OCI layout.
    pub(crate) fn layout(&self) -> PathBuf {
        project::path("build").join(self.repository)
    }
}

/// `xtask demo`.
pub(crate) fn command() -> Result<()> {
    let stop = Stop::on_signals()?;
    for image in make(&stop)? {
        for tag in &image.tags {
            println!("{}:{tag} {}", image.repository, image.digest);
        }
    }
    Ok(())
}

/// Makes the layouts under `build/demo`, unless they are there.
pub(crate) fn make(stop: &Stop) -> Result<Vec<Image>> {
    let folder = project::path("build/demo");
    let mut made_from = Stamp::default();
    made_from.folder("xtask/src/demo")?;
    made_from.file(&project::path("package-lock.json"))?;
    let made_from = made_from.finish();
    if !stamp::is_current(&folder, &made_from) {
        eprintln!("demo: making images");
        let began = Instant::now();
        let staging = stamp::begin(&folder)?;
        let images = [
            busybox::make(&staging, stop)?,
            toolbox::make(&staging, stop)?,
            chart::make(&staging)?,
        ];
        write_list(&staging, &images)?;
        stamp::finish(&staging, &folder, &made_from)?;
        eprintln!("demo: made in {:.1} s", began.elapsed().as_secs_f32());
    }
    read_list(&folder)
}

/// `images.json` says what the folder has, for this program and for the tests.
fn write_list(folder: &Path, images: &[Image]) -> Result<()> {
    let list: Vec<Value> = images
        .iter()
        .map(|image| {
            json!({"repository": image.repository, "tags": image.tags, "digest": image.digest})
        })
        .collect();
    std::fs::write(folder.join("images.json"), format!("{:#}\n", Value::Array(list)))
        .context("images.json")
}

fn read_list(folder: &Path) -> Result<Vec<Image>> {
    let list: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("images.json"))?)?;
    let known = [busybox::REPOSITORY, toolbox::REPOSITORY, chart::REPOSITORY];
    let images = list.iter().map(|entry| {
        let repository =
            known.into_iter().find(|name| entry.get("repository") == Some(&json!(name)))?;
        let tags = entry.get("tags")?.as_array()?.iter();
        let tags = tags.filter_map(|tag| tag.as_str().map(str::to_owned)).collect();
        Some(Image { repository, tags, digest: entry.get("digest")?.as_str()?.to_owned() })
    });
    images.collect::<Option<_>>().context("images.json is not what this program writes")
}
