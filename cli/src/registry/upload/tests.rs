//! Uploads on a bad line: what is sent again, where it goes on, and when it ends.

use super::*;
use crate::registry::Repository;
use crate::registry::stub::shelf::{Fault, Shelf};
use crate::registry::stub::{Reply, Stub};
use crate::source::Extent;
use crate::source::fixture::sha256;
use std::sync::{Arc, Mutex};

/// A blob of which every byte says where it belongs.
fn blob(len: u16) -> Vec<u8> {
    (0..len).flat_map(u16::to_le_bytes).take(usize::from(len)).collect()
}

struct Line {
    shelf: Arc<Shelf>,
    stub: Stub,
    folder: tempfile::TempDir,
    bytes: Vec<u8>,
}

impl Line {
    fn new(shelf: Shelf, len: u16) -> Self {
        let shelf = Arc::new(shelf);
        let stub = Stub::start(Arc::clone(&shelf));
        Self { shelf, stub, folder: tempfile::tempdir().unwrap(), bytes: blob(len) }
    }

    fn key(&self) -> Key {
        let (host, digest) = (self.stub.host.to_string(), sha256(&self.bytes).to_string());
        Key { host, repository: "a/b".into(), digest }
    }

    fn uploads(&self) -> Uploads {
        Uploads::open_in(self.folder.path()).unwrap()
    }

    /// Sends the blob in chunks of 100 bytes.
    fn send(&self) -> Result<u64, Error> {
        let repository = Repository::new(self.stub.client(), "a/b".parse().unwrap(), None);
        let far = Mutex::new(0);
        let seen = |at| {
            *far.lock().unwrap() = at;
            true
        };
        let sending = Sending {
            repository: &repository,
            digest: &sha256(&self.bytes),
            bytes: &Extent::of_bytes(self.bytes.clone()),
            chunk: 100,
            seen: &seen,
        };
        let sent = send(&sending, &self.uploads(), &self.key());
        if sent.is_ok() {
            assert_eq!(*far.lock().unwrap(), self.bytes.len() as u64, "all of it was seen");
        }
        sent
    }

    /// Sends it, and sees that it arrived and that nothing is left behind.
    fn arrives(&self) -> u64 {
        let sent = self.send().unwrap();
        let contents = self.shelf.contents.lock().unwrap();
        let stored = contents.blobs.get(sha256(&self.bytes).as_str());
        assert!(stored == Some(&self.bytes), "other bytes");
        assert!(self.uploads().get(&self.key()).is_none());
        sent
    }

    /// The ranges that were sent.
    fn ranges(&self) -> Vec<String> {
        let log = self.stub.log.lock().unwrap();
        let ranges = log.iter().filter(|asked| asked.method == "PATCH");
        ranges.map(|asked| asked.header("content-range").unwrap().to_owned()).collect()
    }
}

#[test]
fn a_blob_goes_in_chunks_and_an_empty_end() {
    let line = Line::new(Shelf::default(), 250);
    assert_eq!(line.arrives(), 250);
    assert_eq!(line.ranges(), ["0-99", "100-199", "200-249"]);
    let log = line.stub.log.lock().unwrap();
    let end = log.iter().find(|asked| asked.method == "PUT").unwrap();
    assert_eq!(end.header("content-length"), Some("0"));
}

#[test]
fn the_registry_s_least_chunk_is_honoured() {
    let line = Line::new(Shelf { least: Some(120), ..Shelf::default() }, 250);
    line.arrives();
    assert_eq!(line.ranges(), ["0-119", "120-239", "240-249"]);
}

#[test]
fn a_cut_goes_on_where_the_registry_says() {
    let line = Line::new(Shelf::default(), 250);
    line.shelf.order(Fault::Cut { after: 70, kept: 64 });
    line.arrives();
    assert_eq!(line.ranges(), ["0-99", "64-163", "164-249"]);
}

#[test]
fn nothing_kept_and_one_byte_kept_are_told_apart() {
    let line = Line::new(Shelf::default(), 150);
    line.shelf.order(Fault::Cut { after: 70, kept: 0 });
    line.arrives();
    assert_eq!(line.ranges(), ["0-99", "0-99", "100-149"]);
    let line = Line::new(Shelf::default(), 150);
    line.shelf.order(Fault::Cut { after: 70, kept: 1 });
    line.arrives();
    assert_eq!(line.ranges(), ["0-99", "0-99", "1-100", "101-149"]);
}

#[test]
fn a_chunk_whose_answer_is_lost_is_not_sent_again() {
    let line = Line::new(Shelf::default(), 150);
    line.shelf.order(Fault::Mute);
    line.arrives();
    assert_eq!(line.ranges(), ["0-99", "100-149"]);
}

#[test]
fn an_end_whose_answer_is_lost_is_found_to_have_come() {
    let line = Line::new(Shelf::default(), 100);
    line.shelf.order(Fault::Answer(Reply::status(503)));
    line.shelf.order(Fault::Answer(Reply::status(429).header("retry-after", "0")));
    line.arrives();
    assert_eq!(line.ranges(), ["0-99", "0-99", "0-99"]);
    let line = Line::new(Shelf::default(), 100);
    let answer = line.shelf.clone();
    // The PATCH is answered as it came; the fault is for the PUT.
    answer.order(Fault::Mute);
    answer.order(Fault::Mute);
    line.arrives();
    assert_eq!(line.stub.lines("PUT").len(), 1);
    assert_eq!(line.stub.lines("POST").len(), 1);
}

#[test]
fn a_refusal_that_comes_early_is_read_at_the_second_try() {
    let line = Line::new(Shelf::default(), 60_000);
    let html = Reply::status(413).body("<html>413 Request Entity Too Large</html>");
    line.shelf.order(Fault::Cut { after: 10, kept: 0 });
    line.shelf.order(Fault::Refuse(html));
    let refused = line.send().unwrap_err();
    assert!(matches!(refused, Error::Cut { .. }), "{refused}");
    let log = line.stub.log.lock().unwrap();
    let patches: Vec<_> = log.iter().filter(|asked| asked.method == "PATCH").collect();
    let expected = patches.iter().map(|asked| asked.header("expect")).collect::<Vec<_>>();
    assert_eq!(expected, [None, Some("100-continue")]);
    drop(log);
    assert!(line.uploads().get(&line.key()).is_some(), "with smaller chunks it can go on");
}

#[test]
fn an_upload_that_is_lost_begins_anew_and_not_for_ever() {
    let line = Line::new(Shelf::default(), 150);
    line.shelf.order(Fault::Answer(Reply::error(404, "BLOB_UPLOAD_UNKNOWN")));
    assert_eq!(line.arrives(), 150);
    assert_eq!(line.stub.lines("POST").len(), 2);
    let line = Line::new(Shelf::default(), 150);
    for _ in 0..100 {
        line.shelf.order(Fault::Answer(Reply::error(404, "BLOB_UPLOAD_UNKNOWN")));
    }
    assert!(matches!(line.send(), Err(Error::Refused { status: 404, .. })));
    assert_eq!(line.stub.lines("POST").len(), 4);
}

#[test]
fn a_line_that_never_gets_better_is_given_up() {
    let line = Line::new(Shelf::default(), 150);
    for _ in 0..100 {
        line.shelf.order(Fault::Cut { after: 10, kept: 0 });
    }
    assert!(matches!(line.send(), Err(Error::Wire { .. })));
    assert_eq!(line.ranges().len(), 6, "as many attempts as there are");
}

#[test]
fn progress_pays_for_failures() {
    let line = Line::new(Shelf::default(), 150);
    for _ in 0..40 {
        line.shelf.order(Fault::Cut { after: 50, kept: 3 });
    }
    line.arrives();
}

#[test]
fn the_next_run_sends_only_the_rest() {
    let line = Line::new(Shelf::default(), 950);
    // As a run that was killed leaves it.
    line.uploads().put(&line.key(), "/v2/a/b/blobs/uploads/old");
    let mut contents = line.shelf.contents.lock().unwrap();
    contents.uploads.insert("/v2/a/b/blobs/uploads/old".into(), line.bytes[..700].to_vec());
    drop(contents);
    assert_eq!(line.arrives(), 250);
    assert_eq!(line.ranges(), ["700-799", "800-899", "900-949"]);
    assert!(line.stub.lines("POST").is_empty());
}

#[test]
fn what_is_left_of_another_file_begins_anew() {
    let line = Line::new(Shelf::default(), 150);
    line.uploads().put(&line.key(), "/v2/a/b/blobs/uploads/old");
    let other = vec![7; 120];
    line.shelf.contents.lock().unwrap().uploads.insert("/v2/a/b/blobs/uploads/old".into(), other);
    assert_eq!(line.arrives(), 150);
    for gone in ["/v2/a/b/blobs/uploads/gone", "https://elsewhere.example/steal", "/v2/longer"] {
        let line = Line::new(Shelf::default(), 150);
        line.uploads().put(&line.key(), gone);
        let mut contents = line.shelf.contents.lock().unwrap();
        contents.uploads.insert("/v2/longer".into(), vec![7; 151]);
        drop(contents);
        assert_eq!(line.arrives(), 150);
    }
}

#[test]
fn a_wrong_digest_is_not_sent_twice() {
    let line = Line::new(Shelf::default(), 150);
    let repository = Repository::new(line.stub.client(), "a/b".parse().unwrap(), None);
    let sending = Sending {
        repository: &repository,
        digest: &sha256(b"something else"),
        bytes: &Extent::of_bytes(line.bytes.clone()),
        chunk: 100,
        seen: &|_| true,
    };
    let refused = send(&sending, &line.uploads(), &line.key()).unwrap_err();
    assert!(refused.to_string().contains("DIGEST_INVALID"), "{refused}");
    assert_eq!(line.stub.lines("POST").len(), 1);
    assert!(line.uploads().get(&line.key()).is_none());
}

#[test]
fn a_push_that_is_stopped_does_not_send_its_chunk_to_the_end() {
    let line = Line::new(Shelf::default(), 60_000);
    let bytes = vec![7; 64 * 1024 * 1024];
    let repository = Repository::new(line.stub.client(), "a/b".parse().unwrap(), None);
    let sending = Sending {
        repository: &repository,
        digest: &sha256(&bytes),
        bytes: &Extent::of_bytes(bytes),
        chunk: 32 * 1024 * 1024,
        seen: &|at| at < 1_000_000,
    };
    let stopped = send(&sending, &line.uploads(), &line.key()).unwrap_err();
    assert!(matches!(stopped, Error::Local(_)), "{stopped}");
    assert!(line.ranges().len() < 2);
}
