//! Archives as tools write them, and as somebody with other plans would.

use super::*;
use crate::source::fixture::Tar;

#[test]
fn entries_are_read_where_they_lie() {
    let tar = Tar::new().file("./a/b", b"one").file("c", b"").write();
    let archive = Archive::open(tar.path()).unwrap();
    assert_eq!(archive.entry("a/b").unwrap().unwrap().read().unwrap(), b"one");
    assert_eq!(archive.entry("./a/../c").unwrap().unwrap().len(), 0);
    assert!(archive.entry("a").unwrap().is_none());
}

#[test]
fn links_inside_are_followed() {
    let tar = Tar::new()
        .file("one/layer.tar", b"layer")
        .symlink("two/layer.tar", "../one/layer.tar")
        .hardlink("three", "two/layer.tar")
        .write();
    let archive = Archive::open(tar.path()).unwrap();
    for name in ["two/layer.tar", "three"] {
        assert_eq!(archive.entry(name).unwrap().unwrap().read().unwrap(), b"layer", "{name}");
    }
}

#[test]
fn names_and_links_that_lead_out_are_refused() {
    for tar in [
        Tar::new().file("../escape", b"x"),
        Tar::new().file("a/../../escape", b"x"),
        Tar::new().file("/etc/passwd", b"x"),
        Tar::new().symlink("a/layer.tar", "../../etc/passwd"),
        Tar::new().symlink("layer.tar", "/etc/passwd"),
        Tar::new().hardlink("layer.tar", "../etc/passwd"),
        Tar::new().hardlink("layer.tar", "/etc/passwd"),
    ] {
        let tar = tar.write();
        let refused = Archive::open(tar.path());
        assert!(matches!(refused, Err(Error::Leaves(_))), "{refused:?}");
    }
}

#[test]
fn links_that_lead_nowhere_or_in_a_circle_are_refused_when_they_are_followed() {
    let tar = Tar::new().symlink("a", "b").symlink("b", "a").symlink("c", "nothing").write();
    let archive = Archive::open(tar.path()).unwrap();
    for name in ["a", "b", "c"] {
        assert!(matches!(archive.entry(name), Err(Error::Link(_))), "{name}");
    }
}

#[test]
fn devices_and_pipes_are_not_there() {
    let tar = Tar::new().special("a", EntryType::Char).special("b", EntryType::Fifo).write();
    let archive = Archive::open(tar.path()).unwrap();
    assert!(archive.entry("a").unwrap().is_none());
    assert!(archive.entry("b").unwrap().is_none());
}

#[test]
fn an_archive_that_is_cut_short_is_refused() {
    let tar = Tar::new().file("a", &[7; 5_000]).write();
    tar.as_file().set_len(2_000).unwrap();
    assert!(Archive::open(tar.path()).is_err());
}

#[test]
fn what_is_no_archive_is_refused_with_advice() {
    let file = |bytes: &[u8]| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    };
    let zipped = Archive::open(file(b"\x1f\x8b\x08\0....").path()).unwrap_err();
    assert!(zipped.to_string().contains("gzip -dk"), "{zipped}");
    let text = file(&b"nonsense ".repeat(100));
    assert!(matches!(Archive::open(text.path()), Err(Error::NoImage(_))));
}
