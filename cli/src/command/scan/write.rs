//! Rewriting in place: the whole file or nothing, with the rights that it had.

use super::files::Input;
use roadstead_shared::moving::Report;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes the file as it becomes, if that is another one. Whether it was written.
pub(super) fn rewrite(input: &Input, report: &Report) -> io::Result<bool> {
    let rewritten = report.rewrite(&input.text);
    let Some(path) = input.path.as_ref().filter(|_| rewritten != input.text) else {
        return Ok(false);
    };
    // Where it really is: a link that was named stays one.
    let path = fs::canonicalize(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(rewritten.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
    file.persist(&path)?;
    Ok(true)
}
