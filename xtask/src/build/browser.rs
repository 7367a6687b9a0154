//! What a browser loads: the bundle, the stylesheet and the files of `web/public`.

use super::bindgen::{self, Host};
use super::cargo::{self, Crate};
use super::{Profile, assets, optimise, stamp};
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

/// Makes `build/site/public`, and says under which names.
pub(super) fn build(profile: Profile) -> Result<Addresses> {
    eprintln!("site: compiling the browser's bundle");
    let wanted = Crate { package: "roadstead-web", feature: Some("hydrate"), environment: &[] };
    let module = cargo::compile(&wanted, profile)?;
    let folder = project::path("build/site/public");
    let made_from = made_from(&module, profile)?;
    if !stamp::is_current(&folder, &made_from) {
        let staging = stamp::begin(&folder)?;
        fill(&staging, &module, profile)?;
        stamp::finish(&staging, &folder, &made_from)?;
    }
    addresses(&folder)
}

/// The sum of everything that ends up in the folder.
fn made_from(module: &Path, profile: Profile) -> Result<String> {
    let mut stamp = stamp::Stamp::new()?;
    stamp.text(profile.cargo());
    stamp.file(module)?;
    stamp.file(&assets::typeface_source())?;
    for source in ["web/style", "web/public"] {
        for file in project::files(&project::path(source))? {
            stamp.text(&file.to_string_lossy());
            stamp.file(&file)?;
        }
    }
    Ok(stamp.finish())
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
