//! A real registry as an upstream: distribution, as Debian packages it, with a token server of ours
//! in front. distribution, "Token Authentication Specification".

use super::goods::Goods;
use super::seal::Seal;
use super::wire::{Answer, Request as Asked};
use crate::child::Child;
use crate::client::http::Request;
use crate::client::registry::path;
use crate::deadline::Deadline;
use crate::scratch;
use serde_json::json;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What has to be installed.
pub const PROGRAMS: &[&str] = &["docker-registry", "openssl"];

/// It opens a folder and a port.
const START: Duration = Duration::from_secs(30);

/// What its tokens are for.
const SERVICE: &str = "real.example";

/// A registry with a folder and a token server of its own.
#[derive(Debug)]
pub struct Real {
    host: String,
    folder: PathBuf,
    seal: Arc<Seal>,
    child: Mutex<Option<Child>>,
}

impl Real {
    /// One that runs at `host`, host and port, with nothing in it; what it keeps is in the folder
    /// `name` of this run.
    pub fn start(name: &str, host: &str) -> Self {
        let folder = scratch::folder(name);
        let seal = Arc::new(Seal::make(&folder));
        let realm = serve_tokens(Arc::clone(&seal));
        let host = host.to_owned();
        let config = json!({
            "version": "0.1",
            "log": { "level": "info", "accesslog": { "disabled": true } },
            "storage": { "filesystem": { "rootdirectory": folder.join("data") } },
            "http": { "addr": host, "secret": "only-for-tests" },
            "auth": { "token": {
                "realm": format!("http://{realm}/token"),
                "service": SERVICE,
                "issuer": SERVICE,
                "rootcertbundle": seal.certificate(),
            } },
        });
        // JSON is YAML.
        let file = folder.join("config.yml");
        fs::write(&file, config.to_string()).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let real = Self { host, folder, seal, child: Mutex::default() };
        real.open();
        real
    }

    /// Host and port, as in an image's reference.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Starts it again, with what it had.
    pub fn open(&self) {
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(self.folder.join("config.yml"));
        let log = self.folder.join("log");
        let mut child = Child::start(&command, log).unwrap_or_else(|error| panic!("{error}"));
        let asked = Request::get("/v2/").at(&self.host);
        let answers = || asked.try_send().ok().filter(|answer| answer.status == 401).map(drop);
        if Deadline::after(START).wait(answers).is_none() {
            let why = child.wait_for(Duration::ZERO, |_| None::<()>).err().unwrap_or_default();
            child.stop();
            panic!("docker-registry: {why}");
        }
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
    }

    /// Ends it, if it runs: connections to it are refused from now on.
    pub fn close(&self) {
        if let Some(child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).take() {
            child.stop();
        }
    }

    /// Publishes all of these goods there under `name`.
    pub fn publish(&self, name: &str, goods: &Goods) {
        let token = self.seal.token(SERVICE, name, &["pull", "push"]);
        let request =
            |method: &str, target: &str| Request::new(method, target).at(&self.host).bearer(&token);
        for (digest, bytes) in &goods.blobs {
            let begun = request("POST", &format!("/v2/{name}/blobs/uploads/")).body(b"").send();
            let location = path(begun.expect(202).must("Location"));
            let glue = if location.contains('?') { '&' } else { '?' };
            let put = request("PUT", &format!("{location}{glue}digest={digest}")).body(bytes);
            let _ = put.header("Content-Type", "application/octet-stream").send().expect(201);
        }
        // An index comes after what it names.
        let is_index = |media_type: &str| media_type.contains("index");
        let mut manifests: Vec<_> = goods.manifests.iter().collect();
        manifests.sort_by_key(|(_, (media_type, _))| is_index(media_type));
        for (reference, (media_type, document)) in manifests {
            let put = request("PUT", &format!("/v2/{name}/manifests/{reference}"));
            let put = put.header("Content-Type", media_type).body(document);
            let _ = put.send().expect(201);
        }
    }
}

/// An address that nobody has at the moment.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("{error}"));
    listener.local_addr().unwrap_or_else(|error| panic!("{error}")).to_string()
}

/// Serves tokens to everybody, for pulling; the address. It ends with the tests.
fn serve_tokens(seal: Arc<Seal>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("{error}"));
    let address = listener.local_addr().unwrap_or_else(|error| panic!("{error}")).to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Who hangs up gets no token.
            let Ok(asked) = Asked::read(&stream) else { continue };
            drop(token(&seal, &asked).write(&stream));
        }
    });
    address
}

fn token(seal: &Seal, asked: &Asked) -> Answer {
    let scope = asked.parameter("scope").unwrap_or_default();
    let scope = scope.replace("%3A", ":").replace("%2F", "/").replace("%2C", ",");
    let parts: Vec<&str> = scope.split(':').collect();
    let ["repository", name, _] = parts[..] else { return Answer::new(400, "no such scope") };
    let token = seal.token(SERVICE, name, &["pull"]);
    let document = json!({ "token": token, "expires_in": 300 });
    Answer::new(200, document.to_string()).with("Content-Type", "application/json")
}

#[cfg(test)]
mod tests {
    use super::super::goods;
    use super::*;
    use crate::child::find;

    #[test]
    fn it_lets_in_who_has_a_token_and_keeps_what_it_got() {
        if PROGRAMS.iter().any(|program| find(program).is_none()) {
            return;
        }
        let real = Real::start("real-by-itself", &free_address());
        let goods = goods::index(71);
        real.publish("a/b", &goods);
        real.close();
        let manifest = Request::get("/v2/a/b/manifests/1").at(real.host());
        let manifest = manifest.header("Accept", crate::image::INDEX);
        assert!(manifest.try_send().is_err());
        real.open();
        let _ = manifest.send().expect(401);
        let token = real.seal.token(SERVICE, "a/b", &["pull"]);
        let answer = manifest.clone().bearer(&token).send().expect(200);
        assert_eq!(answer.body, goods.document("1"));
        let other = real.seal.token(SERVICE, "a/c", &["pull"]);
        let _ = manifest.bearer(&other).send().expect(401);
        real.close();
        scratch::remove();
    }
}
