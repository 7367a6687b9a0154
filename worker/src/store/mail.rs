//! Letters, by the platform's own sender.

use super::Store;
use crate::config::Mail;
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The binding. Its methods are calls to another program: they are called and nothing else, as
    /// what a proxy gives has no methods of its own.
    type Sender;

    #[wasm_bindgen(method, catch)]
    fn send(this: &Sender, message: &Object) -> Result<JsValue, JsValue>;
}

impl Store {
    /// Sends a letter behind the response: how long that takes must not tell whether there is
    /// somebody to write to. A failure is in the log, and the letter is lost.
    pub fn send_behind(&self, from: &str, to: &str, subject: &str, text: &str) {
        let letter = [("from", from), ("to", to), ("subject", subject), ("text", text)];
        let letter = letter.map(|(name, value)| (name, value.to_owned()));
        let store = self.clone();
        self.run_behind(async move {
            if let Err(error) = store.send(&letter).await {
                store.log(&format!("a letter is not sent: {error:?}"));
            }
        });
    }

    async fn send(&self, letter: &[(&str, String)]) -> Result<(), JsValue> {
        let message = Object::new();
        for (name, value) in letter {
            Reflect::set(&message, &JsValue::from_str(name), &JsValue::from_str(value))?;
        }
        let sender = Reflect::get(self.env.as_ref(), &Mail::BINDING.into())?;
        let done = Promise::resolve(&sender.unchecked_ref::<Sender>().send(&message)?);
        JsFuture::from(done).await.map(drop)
    }
}
