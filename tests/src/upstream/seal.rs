//! What a token server signs with: a key, and a certificate that says whose it is.

use crate::issuer::now_s;
use crate::token::unsigned;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How long a token is good, in seconds.
const LIFE_S: u64 = 300;

/// A key with its certificate.
#[derive(Debug)]
pub(super) struct Seal {
    key: EcdsaKeyPair,
    file: PathBuf,
    certificate: String,
}

impl Seal {
    /// A new one; its certificate lies in `folder`.
    pub(super) fn make(folder: &Path) -> Self {
        let (secret, file) = (folder.join("key.pem"), folder.join("certificate.pem"));
        let mut command = Command::new("openssl");
        command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]);
        command.args(["-nodes", "-days", "2", "-subj", "/CN=claims"]);
        command.arg("-keyout").arg(&secret).arg("-out").arg(&file);
        let made = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let secret = STANDARD.decode(inner(&secret)).unwrap_or_else(|error| panic!("{error}"));
        let key = EcdsaKeyPair::from_pkcs8(kind, &secret, &random);
        let key = key.unwrap_or_else(|error| panic!("a key of openssl's: {error}"));
        Self { key, certificate: inner(&file), file }
    }

    /// Where the certificate lies.
    pub(super) fn certificate(&self) -> &Path {
        &self.file
    }

    /// A token of `service` that lets its bearer do `actions` in the repository `name`.
    pub(super) fn token(&self, service: &str, name: &str, actions: &[&str]) -> String {
        let now = now_s();
        let head = json!({ "alg": "ES256", "typ": "JWT", "x5c": [self.certificate] });
        // No two clocks are the same.
        let claims = json!({
            "iss": service, "aud": service, "sub": "", "jti": "1",
            "nbf": now - 30, "iat": now, "exp": now + LIFE_S,
            "access": [{ "type": "repository", "name": name, "actions": actions }],
        });
        let body = unsigned(&head, &claims);
        let signature = self.key.sign(&SystemRandom::new(), body.as_bytes());
        let signature = signature.unwrap_or_else(|error| panic!("{error}"));
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What is between the first and the last line of a file: base64.
fn inner(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    text.lines().filter(|line| !line.starts_with("-----")).collect()
}
