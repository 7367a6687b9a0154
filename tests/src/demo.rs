//! The demo images: what the tools make of this machine's files and publish at the first start.
//! Here they are read where they were made, to compare what comes back.

use crate::layout::Layout;
use crate::scratch;
use crate::stack::stack;
use serde_json::Value;
use std::fs;

/// One published demo.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The repository, `demo/…`.
    pub repository: String,
    /// The tag it was published under.
    pub tag: String,
    /// The digest behind the tag.
    pub digest: String,
    /// What it was published from.
    pub layout: Layout,
}

impl Demo {
    /// `demo/name:tag`.
    pub fn image(&self) -> String {
        format!("{}:{}", self.repository, self.tag)
    }
}

/// Every demo, in the order of their names. They are there when the stack runs.
pub fn demos() -> Vec<Demo> {
    let _ = stack();
    let folder = scratch::checkout().join("build/demo");
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let folders = entries.flatten().map(|entry| entry.path());
    let mut demos: Vec<Demo> = folders
        .filter(|f| f.join("index.json").is_file())
        .flat_map(|f| tagged(&Layout::new(f)))
        .collect();
    demos.sort_by_key(Demo::image);
    demos
}

/// The demo of this name.
pub fn demo(name: &str) -> Demo {
    let repository = format!("demo/{name}");
    let mut found = demos().into_iter().filter(|demo| demo.repository == repository);
    found.next().unwrap_or_else(|| panic!("{repository} is not among {:?}", demos()))
}

/// What a layout holds under tags.
fn tagged(layout: &Layout) -> Vec<Demo> {
    let name = layout.folder().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let tagged = |entry: &Value| {
        let tag = entry["annotations"]["org.opencontainers.image.ref.name"].as_str()?;
        Some(Demo {
            repository: format!("demo/{name}"),
            tag: tag.to_owned(),
            digest: entry["digest"].as_str()?.to_owned(),
            layout: layout.clone(),
        })
    };
    layout.entries().iter().filter_map(tagged).collect()
}
