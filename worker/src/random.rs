//! The one place that reads chance: the runtime's own generator.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(array: &Uint8Array);
}

/// Bytes that nobody can guess. To be asked for while a request is answered only: the runtime has
/// none before.
pub fn bytes<const N: usize>() -> [u8; N] {
    #[expect(clippy::cast_possible_truncation, reason = "a handful of bytes")]
    let array = Uint8Array::new_with_length(N as u32);
    get_random_values(&array);
    let mut bytes = [0; N];
    array.copy_to(&mut bytes);
    bytes
}
