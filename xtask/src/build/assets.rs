//! The browser's files under names that carry a hash of what is in them.
//!
//! esbuild, which comes with wrangler, joins the bindings and their snippets into one script and
//! the stylesheets into one sheet, and takes the air out of both.

use super::stamp::hex;
use crate::project;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// How every file of the bundle begins.
pub(super) const STEM: &str = "site";
/// The name under which the bindings look for their module, beside themselves.
pub(super) const MODULE: &str = "site_bg.wasm";

/// What the Workers runtime adds to answers: a name with a hash in it never means anything else.
const HEADERS: &str = "\
/assets/*
  Cache-Control: public, max-age=31536000, immutable
";

/// `site-<hash>.js` and `site-<hash>_bg.wasm`, of one hash, since neither works with another's.
pub(super) fn script_and_module(parts: &Path, public: &Path) -> Result<()> {
    let bundled = parts.join("bundled.js");
    let mut esbuild = project::program(project::path("node_modules/.bin/esbuild"))?;
    esbuild.arg(parts.join(format!("{STEM}.js")));
    esbuild.args(["--bundle", "--minify", "--format=esm", "--log-level=warning"]);
    project::run(esbuild.arg(format!("--outfile={}", bundled.display())))?;
    let script = std::fs::read_to_string(&bundled)?;
    let module = std::fs::read(parts.join(MODULE))?;
    let hash = short_hash(&[script.as_bytes(), &module]);
    let module_name = format!("{STEM}-{hash}_bg.wasm");
    let script = script.replace(MODULE, &module_name);
    let folder = assets_folder(public)?;
    std::fs::write(folder.join(format!("{STEM}-{hash}.js")), script)?;
    std::fs::write(folder.join(module_name), module)?;
    Ok(())
}

/// `site-<hash>.css`: every stylesheet of a folder, in the order of their names.
pub(super) fn style(folder: &Path, parts: &Path, public: &Path) -> Result<()> {
    let mut joined = String::new();
    for file in project::files(folder)? {
        if file.extension().is_some_and(|extension| extension == "css") {
            joined += &std::fs::read_to_string(&file)?;
        }
    }
    let (plain, minified) = (parts.join("joined.css"), parts.join("minified.css"));
    std::fs::write(&plain, joined)?;
    let mut esbuild = project::program(project::path("node_modules/.bin/esbuild"))?;
    esbuild.arg(&plain).args(["--minify", "--log-level=warning"]);
    project::run(esbuild.arg(format!("--outfile={}", minified.display())))?;
    let style = std::fs::read(&minified)?;
    let name = format!("{STEM}-{}.css", short_hash(&[&style]));
    std::fs::write(assets_folder(public)?.join(name), style)?;
    Ok(())
}

/// Copies a folder's files, under their own names.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in project::files(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::copy(&file, &target).with_context(|| format!("{}", file.display()))?;
    }
    Ok(())
}

/// Inter, for Latin letters, all weights in one file: 48 kB that `web/style` asks for by this name.
/// It comes from its package and not from this repository, as everything that others made.
const TYPEFACE: &str = "inter-latin-wght-normal.woff2";

/// Copies the typeface to where the stylesheet looks for it.
pub(super) fn typeface(public: &Path) -> Result<()> {
    let folder = public.join("fonts");
    std::fs::create_dir_all(&folder)?;
    std::fs::copy(typeface_source(), folder.join(TYPEFACE))
        .context("the typeface is not there: run `make setup`")?;
    Ok(())
}

/// The typeface in its package.
pub(super) fn typeface_source() -> PathBuf {
    project::path("node_modules/@fontsource-variable/inter/files").join(TYPEFACE)
}

/// The `_headers` file, behind what `web/public` may say itself.
pub(super) fn headers(public: &Path) -> Result<()> {
    let file = public.join("_headers");
    let own = if file.exists() { std::fs::read_to_string(&file)? } else { String::new() };
    std::fs::write(&file, own + HEADERS).context("_headers")
}

fn assets_folder(public: &Path) -> Result<PathBuf> {
    let folder = public.join("assets");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Enough of a hash that two versions of one file never share a name.
fn short_hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hex(&hash.finalize()).chars().take(16).collect()
}
