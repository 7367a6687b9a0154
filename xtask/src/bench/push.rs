//! Pushing: the bytes of one large layer, and many small ones, against a bare Worker that streams
//! the body into R2 and says so.

use super::connection::Connection;
use super::seed::{Registry, digest};
use anyhow::{Context, Result, ensure};
use std::time::Instant;

/// The length of the large layer, in bytes.
pub(super) const LARGE_BYTES: usize = 256 * 1024 * 1024;
/// How many small layers there are, and the length of each in bytes.
pub(super) const SMALL_LAYERS: usize = 200;
const SMALL_BYTES: usize = 32 * 1024;
/// What one write to the connection takes, in bytes.
const WRITE_BYTES: usize = 1024 * 1024;

/// How a layer is sent.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// By one PUT, its length and digest known at the start.
    Whole,
    /// By one PATCH without a length, as docker does.
    Chunked,
    /// To the bare Worker.
    Bare,
}

/// Bytes that nobody has pushed yet, and their digest.
pub(super) struct Layer {
    bytes: Vec<u8>,
    digest: String,
}

impl Layer {
    /// The large layer.
    pub(super) fn large() -> Self {
        Self { bytes: super::seed::bytes(3, LARGE_BYTES), digest: String::new() }
    }

    /// Makes the bytes others than before.
    pub(super) fn renew(&mut self, number: u64) {
        for (byte, new) in self.bytes.iter_mut().zip(number.to_le_bytes()) {
            *byte = new;
        }
        self.digest = digest(&self.bytes);
    }

    /// Pushes the layer; how many MB a second that were.
    pub(super) fn push(&self, registry: &Registry, port: u16, way: Way) -> Result<f64> {
        let began = Instant::now();
        let mut connection = Connection::open(port)?;
        self.send(registry, &mut connection, way)?;
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 bytes")]
        Ok(self.bytes.len() as f64 / 1e6 / began.elapsed().as_secs_f64())
    }

    fn send(&self, registry: &Registry, connection: &mut Connection, way: Way) -> Result<()> {
        let length = self.bytes.len();
        let own = registry.headers();
        let with_length = |target: &str| {
            format!("PUT {target} HTTP/1.1\r\n{own}Content-Length: {length}\r\n\r\n")
        };
        if matches!(way, Way::Bare) {
            let head = format!(
                "PUT /bench/pushed HTTP/1.1\r\nHost: bench\r\nX-Bare: 1\r\nContent-Length: {length}\r\n\r\n"
            );
            return connection.send(&head, self.bytes.chunks(WRITE_BYTES), "200").map(drop);
        }
        let begin =
            format!("POST {} HTTP/1.1\r\n{own}Content-Length: 0\r\n\r\n", Registry::uploads());
        let mut location = located(&connection.send(&begin, std::iter::empty(), "202")?)?;
        if matches!(way, Way::Chunked) {
            let head =
                format!("PATCH {location} HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\n");
            let answer = connection.send_chunked(&head, self.bytes.chunks(WRITE_BYTES), "202")?;
            location = located(&answer)?;
        }
        let target = format!("{location}?digest={}", self.digest);
        if matches!(way, Way::Chunked) {
            let end = format!("PUT {target} HTTP/1.1\r\n{own}Content-Length: 0\r\n\r\n");
            connection.send(&end, std::iter::empty(), "201")?;
        } else {
            connection.send(&with_length(&target), self.bytes.chunks(WRITE_BYTES), "201")?;
        }
        Ok(())
    }
}

/// Pushes the small layers one after another over one connection; how many a second that were.
pub(super) fn small(registry: &Registry, port: u16, number: u64, way: Way) -> Result<f64> {
    let layers: Vec<Layer> = (0..SMALL_LAYERS as u64)
        .map(|index| {
            let mut layer =
                Layer { bytes: super::seed::bytes(index + 1, SMALL_BYTES), digest: String::new() };
            layer.renew(number);
            layer
        })
        .collect();
    let began = Instant::now();
    let mut connection = Connection::open(port)?;
    for layer in &layers {
        layer.send(registry, &mut connection, way)?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    Ok(SMALL_LAYERS as f64 / began.elapsed().as_secs_f64())
}

fn located(head: &str) -> Result<String> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let line = lines.find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let (_, location) = line.with_context(|| format!("no Location: {head}"))?;
    ensure!(location.trim().starts_with('/'), "a Location elsewhere: {head}");
    Ok(location.trim().to_owned())
}
