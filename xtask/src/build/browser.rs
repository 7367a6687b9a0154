//! What a browser loads: the bundle, the stylesheet and the files of `web/public`.

use super::bindgen::{self, Host};
use super::cargo::{self, Crate};
use super::stamp::{self, Stamp};
use super::{Profile, assets, optimise};
use crate::project;
use anyhow::{Context, Result};
use std::path::Path;

/// Where the site finds them, as paths of its own host.
pub(super) struct Addresses {
    /// The script that starts the module.
    pub(super) script: String,
    /// The module.
    pub(super) module: String,
    /// The stylesheet.
    pub(super) style: String,
}

/// Makes `build/site/public`, unless it is of these sources already, and says under which names.
pub(super) fn build(profile: Profile) -> Result<Addresses> {
    let folder = project::path("build/site/public");
    let mut made_from = Stamp::of_build(&["shared", "web"], profile)?;
    made_from.file(&assets::typeface_source())?;
    let made_from = made_from.finish();
    if !stamp::is_current(&folder, &made_from) {
        eprintln!("site: compiling the browser's bundle");
        let wanted = Crate { package: "roadstead-web", feature: Some("hydrate"), environment: &[] };
        let module = cargo::compile(&wanted, profile)?;
        let staging = stamp::begin(&folder)?;
        fill(&staging, &module, profile)?;
        stamp::finish(&staging, &folder, &made_from)?;
    }
    addresses(&folder)
}

/// Makes every file of the folder.
fn fill(folder: &Path, module: &Path, profile: Profile) -> Result<()> {
    let parts = folder.join(".parts");
    std::fs::create_dir_all(&parts)?;
    bindgen::generate(module, Host::Browser, assets::STEM, &parts)?;
    if profile == Profile::Release {
        eprintln!("site: optimising the browser's bundle");
        optimise::module(&parts.join(assets::MODULE), "-Oz")?;
    }
    assets::script_and_module(&parts, folder)?;
    assets::style(&project::path("web/style"), &parts, folder)?;
    assets::copy(&project::path("web/public"), folder)?;
    assets::typeface(folder)?;
    assets::headers(folder)?;
    std::fs::remove_dir_all(&parts).context("the bundle's parts")
}

/// Reads the names back from the folder: whoever made it, the site is told the truth.
fn addresses(folder: &Path) -> Result<Addresses> {
    let find = |ending: &str| -> Result<String> {
        let names = project::files(&folder.join("assets"))?;
        let mut names = names.iter().filter_map(|file| file.file_name()?.to_str());
        let name = names.find(|name| name.ends_with(ending));
        name.map(|name| format!("/assets/{name}")).with_context(|| format!("no *{ending} was made"))
    };
    Ok(Addresses { script: find(".js")?, module: find(".wasm")?, style: find(".css")? })
}
