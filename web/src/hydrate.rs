//! The browser bundle's entry. `public/boot.js` calls it, then hands each island its element.

use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the reactive system; the islands in the page come alive one by one after it.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
