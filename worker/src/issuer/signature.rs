//! Whether a signature is good: the platform says (Web Cryptography API), no line of cryptography is ours.

use js_sys::{Array, JSON, Promise, Uint8Array};
use roadstead_shared::issuer::{Algorithm, Key};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = verify, catch)]
    fn verify(
        algorithm: &JsValue,
        key: &JsValue,
        signature: &Uint8Array,
        data: &Uint8Array,
    ) -> Result<Promise, JsValue>;
}

/// Whether `signature` of `data` was made by who has the other half of `key`. What cannot be tried
/// is not good.
pub(super) async fn is_good(key: &Key, signature: &[u8], data: &[u8]) -> bool {
    try_it(key, signature, data).await.unwrap_or(false)
}

async fn try_it(key: &Key, signature: &[u8], data: &[u8]) -> Result<bool, JsValue> {
    let algorithm = JSON::parse(match key.algorithm {
        Algorithm::Rs256 => r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#,
        Algorithm::Es256 => r#"{"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"}"#,
    })?;
    let jwk = JSON::parse(&key.jwk.to_string())?;
    let usages = Array::of1(&JsValue::from_str("verify"));
    let imported = JsFuture::from(import_key("jwk", &jwk, &algorithm, false, &usages)?).await?;
    let (signature, data) = (Uint8Array::from(signature), Uint8Array::from(data));
    let good = JsFuture::from(verify(&algorithm, &imported, &signature, &data)?).await?;
    Ok(good.is_truthy())
}
