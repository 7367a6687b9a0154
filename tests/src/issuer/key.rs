//! Keys that sign. RFC 7515, RFC 7518.

use crate::scratch;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

/// How something is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, as GitHub and GitLab sign.
    Rs256,
    /// ECDSA on P-256.
    Es256,
}

/// A key with both its halves.
#[derive(Debug)]
pub(super) enum SigningKey {
    Rsa(Box<RsaKeyPair>, Vec<u8>),
    Ec(Box<EcdsaKeyPair>),
}

/// What makes an RSA key, which the crate that signs does not: both halves in base64, the secret one
/// as PKCS #8, the public one as people write it.
const MAKE: &str = "const { privateKey, publicKey } =
  require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048 });
const text = (key, type, format) => Buffer.from(key.export({ type, format })).toString('base64');
console.log(text(privateKey, 'pkcs8', 'der'));
console.log(text(publicKey, 'spki', 'pem'));";

impl SigningKey {
    pub(super) fn rsa() -> Self {
        let made = Command::new(node()).args(["--eval", MAKE]).output();
        let made = made.unwrap_or_else(|error| panic!("no key from node: {error}"));
        let text = String::from_utf8_lossy(&made.stdout);
        let mut halves = text.lines().map(|line| STANDARD.decode(line));
        let (Some(Ok(secret)), Some(Ok(public))) = (halves.next(), halves.next()) else {
            panic!("no key from node: {}", String::from_utf8_lossy(&made.stderr));
        };
        let key = RsaKeyPair::from_pkcs8(&secret).unwrap_or_else(|error| panic!("{error}"));
        Self::Rsa(Box::new(key), public)
    }

    pub(super) fn ec() -> Self {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random)
            .unwrap_or_else(|error| panic!("no key: {error}"));
        let key = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random);
        Self::Ec(Box::new(key.unwrap_or_else(|error| panic!("{error}"))))
    }

    /// A token that says `claims`, signed with this key, which is called `id`.
    pub(super) fn sign(&self, id: &str, claims: &Value) -> String {
        let (alg, random) = (self.algorithm(), SystemRandom::new());
        let head = json!({ "alg": alg, "typ": "JWT", "kid": id });
        let body = crate::token::unsigned(&head, claims);
        let signature = match self {
            Self::Rsa(key, _) => {
                let mut signature = vec![0; key.public().modulus_len()];
                let signed = key.sign(&RSA_PKCS1_SHA256, &random, body.as_bytes(), &mut signature);
                signed.unwrap_or_else(|error| panic!("{error}"));
                signature
            }
            Self::Ec(key) => {
                let signature = key.sign(&random, body.as_bytes());
                signature.unwrap_or_else(|error| panic!("{error}")).as_ref().to_vec()
            }
        };
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The public half, as a key set has it.
    pub(super) fn jwk(&self, id: &str) -> Value {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match self {
            Self::Rsa(key, _) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({ "kty": "RSA", "n": part(&public.n), "e": part(&public.e) })
            }
            Self::Ec(key) => {
                // 4, and two numbers of 32 bytes.
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "x": part(&point[1..33]), "y": part(&point[33..]) })
            }
        };
        jwk["kid"] = json!(id);
        jwk["alg"] = json!(self.algorithm());
        jwk["use"] = json!("sig");
        jwk
    }

    /// The public half, as people write it into files.
    pub(super) fn public_pem(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_, public) => public.clone(),
            Self::Ec(key) => key.public_key().as_ref().to_vec(),
        }
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(..) => "RS256",
            Self::Ec(_) => "ES256",
        }
    }
}

/// The program that set-up installed, or that of the system.
pub fn node() -> PathBuf {
    let own = scratch::checkout().join("node_modules/.bin/node");
    if own.exists() { own } else { "node".into() }
}
