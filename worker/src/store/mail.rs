//! Letters, by the platform's own sender.

use super::Store;
use crate::config::Mail;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

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
        let send: Function = Reflect::get(&sender, &"send".into())?.dyn_into()?;
        let done: Promise = send.call1(&sender, &message)?.dyn_into()?;
        JsFuture::from(done).await.map(drop)
    }
}
