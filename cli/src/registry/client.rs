//! One registry over HTTP: a request is sent once, and its answer read. Who may ask is decided in
//! [`super::repository`], what is tried again in the modules of the nouns.

use super::answer::Answer;
use super::call::{Call, Payload, Seen};
use super::error::Error;
use super::patience::Patience;
use crate::host::Host;
use std::io::{self, Read};
use std::time::Duration;
use ureq::http::Request;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, SendBody};

/// To find the host and to connect.
const CONNECT: Duration = Duration::from_secs(20);
/// Without a byte going out.
const STALLED: Duration = Duration::from_mins(1);
/// For the first byte of an answer: the edge may have to put away and hash what it got.
const ANSWER: Duration = Duration::from_mins(3);
/// For the rest of an answer, which is short.
const REST: Duration = Duration::from_mins(1);
/// How long to wait for a word before a body is sent, where one is asked for.
const WORD: Duration = Duration::from_secs(2);

/// A registry.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// Where it is.
    pub(crate) host: Host,
    /// How often and how long to try.
    pub(crate) patience: Patience,
    agent: Agent,
}

impl Client {
    /// The registry on `host`. Nothing is sent yet.
    pub(crate) fn new(host: Host, patience: Patience) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // Nobody is followed anywhere with a token or a password in hand.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("roadstead/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_per_write(Some(STALLED))
            .timeout_send_request(Some(STALLED))
            .timeout_await_100(Some(WORD))
            .timeout_recv_response(Some(ANSWER))
            .timeout_recv_body(Some(REST));
        // This machine is not reached through a proxy, whatever the environment says.
        let config = if host.is_loopback() { config.proxy(None) } else { config };
        Self { agent: config.build().new_agent(), host, patience }
    }

    /// Sends a request once, with this `Authorization` or none.
    pub(crate) fn send(
        &self,
        call: &Call<'_>,
        authorization: Option<&str>,
    ) -> Result<Answer, Error> {
        let mut request = Request::builder().method(call.method).uri(self.host.url(&call.path));
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        if call.ask_first {
            request = request.header("expect", "100-continue");
        }
        let invalid = |error: ureq::http::Error| self.protocol(&error.to_string());
        let sent = match call.payload {
            Payload::None if matches!(call.method, "GET" | "HEAD" | "DELETE") => {
                self.agent.run(request.body(()).map_err(invalid)?)
            }
            Payload::None => self.agent.run(request.body([].as_slice()).map_err(invalid)?),
            Payload::Bytes(bytes) => self.agent.run(request.body(bytes).map_err(invalid)?),
            Payload::Part { of, first, len, seen } => {
                let reader = of.reader(first, len).map_err(Error::Local)?;
                let mut reader = Watched { reader, at: first, seen, failed: None };
                let request = request.header("content-length", len.to_string());
                let body = SendBody::from_reader(&mut reader);
                let sent = self.agent.run(request.body(body).map_err(invalid)?);
                if let Some(error) = reader.failed {
                    return Err(Error::Local(error));
                }
                sent
            }
        };
        let response = sent.map_err(|error| self.wire(&error))?;
        Answer::read(response).map_err(|error| self.wire(&ureq::Error::Io(error)))
    }

    /// The other side does not do what registries do.
    pub(crate) fn protocol(&self, why: &str) -> Error {
        Error::Protocol { host: self.host.clone(), why: why.to_owned() }
    }

    fn wire(&self, error: &ureq::Error) -> Error {
        let passing = match error {
            ureq::Error::Io(error) => error.kind() != io::ErrorKind::InvalidData,
            // A connection that ends in the middle of an answer reads like a wrong answer.
            ureq::Error::Timeout(_)
            | ureq::Error::ConnectionFailed
            | ureq::Error::Protocol(_)
            | ureq::Error::BodyStalled => true,
            _ => false,
        };
        Error::Wire { host: self.host.clone(), why: error.to_string(), passing }
    }
}

/// A reader that says how far it is, and remembers why it could not go on.
struct Watched<'a, R> {
    reader: R,
    at: u64,
    seen: &'a Seen<'a>,
    failed: Option<io::Error>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Ok(count) => {
                self.at = self.at.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                if !(self.seen)(self.at) {
                    let stopped = io::ErrorKind::ConnectionAborted;
                    self.failed = Some(stopped.into());
                    return Err(stopped.into());
                }
                Ok(count)
            }
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                Err(kind.into())
            }
        }
    }
}
