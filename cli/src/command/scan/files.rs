//! The files that are looked at: those that were named, and in folders those whose names say that
//! they may name images.

use super::super::error::Error;
use roadstead_shared::moving::{Format, Limits};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Folders of tools, where nobody's own images are named.
const PASSED_OVER: [&str; 5] = [".git", ".hg", ".svn", "node_modules", "target"];

/// The most files of one run.
const MAX_FILES: usize = 100_000;

/// Why bytes are not read.
const NO_TEXT: &str = "this is no UTF-8";

/// A file that was read.
#[derive(Debug)]
pub(super) struct Input {
    /// What it is called in the report.
    pub(super) name: String,
    /// Where it is; `None`: standard input.
    pub(super) path: Option<PathBuf>,
    /// What its name says about its grammar.
    pub(super) format: Option<Format>,
    /// What is in it.
    pub(super) text: String,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {why}")]
pub(super) struct Unread {
    name: String,
    why: String,
}

/// Files still to be read.
#[derive(Debug)]
pub(super) struct Walk {
    /// Those behind come first.
    open: Vec<Open>,
    left: usize,
}

#[derive(Debug)]
struct Open {
    path: PathBuf,
    /// Whether somebody named it; else it was found in a folder, and its name decides.
    is_named: bool,
}

impl Walk {
    /// Of these paths, in their order. Refuses what is not there, which is a mistyped word.
    pub(super) fn of(paths: &[PathBuf]) -> Result<Self, Error> {
        for path in paths.iter().filter(|path| !is_stdin(path)) {
            if let Err(error) = fs::metadata(path) {
                return Err(Error::Usage(format!("{}: {error}", path.display())));
            }
        }
        let open = paths.iter().rev().map(|path| Open { path: path.clone(), is_named: true });
        Ok(Self { open: open.collect(), left: MAX_FILES })
    }

    /// The next file.
    pub(super) fn next_input(&mut self) -> Option<Result<Input, Unread>> {
        while let Some(Open { path, is_named }) = self.open.pop() {
            if is_stdin(&path) {
                return Some(read("standard input", None, None, &mut io::stdin()));
            }
            if path.is_dir() {
                if let Err(error) = self.enter(&path) {
                    return Some(Err(unread(&shown(&path), &error)));
                }
                continue;
            }
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let format = Format::of_name(&name.unwrap_or_default());
            if format.is_none() && !is_named {
                continue;
            }
            self.left = self.left.checked_sub(1)?;
            let read = match File::open(&path) {
                Ok(mut file) => read(&shown(&path), Some(&path), format, &mut file),
                Err(error) => Err(unread(&shown(&path), &error)),
            };
            // What is no text and lies about is nobody's mistake.
            if !matches!(&read, Err(Unread { why, .. }) if why == NO_TEXT && !is_named) {
                return Some(read);
            }
        }
        None
    }

    /// Opens a folder: its files in the order of their names, then its folders.
    fn enter(&mut self, folder: &Path) -> io::Result<()> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            let passed = kind.is_dir() && PASSED_OVER.iter().any(|it| name == **it);
            // A link leads out of the tree, or around in it.
            if !passed && (kind.is_dir() || kind.is_file()) {
                found.push((kind.is_dir(), entry.path()));
            }
        }
        found.sort();
        let open = found.into_iter().rev().map(|(_, path)| Open { path, is_named: false });
        self.open.extend(open);
        Ok(())
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A path in the report, without the `./` that says nothing.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

fn unread(name: &str, why: &impl ToString) -> Unread {
    Unread { name: name.to_owned(), why: why.to_string() }
}

fn read(
    name: &str,
    path: Option<&Path>,
    format: Option<Format>,
    from: &mut impl Read,
) -> Result<Input, Unread> {
    let mut bytes = Vec::new();
    // One byte more than is scanned, so that what is too long is seen to be.
    let most = u64::try_from(Limits::PROGRAM.bytes).unwrap_or(u64::MAX).saturating_add(1);
    from.take(most).read_to_end(&mut bytes).map_err(|error| unread(name, &error))?;
    let text = String::from_utf8(bytes).map_err(|_| unread(name, &NO_TEXT))?;
    Ok(Input { name: name.to_owned(), path: path.map(Path::to_owned), format, text })
}
