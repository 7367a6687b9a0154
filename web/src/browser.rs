//! What the islands ask of the browser. Everything here may be refused or absent, and then says so
//! instead of failing.

use crate::theme::{Theme, preference_cookie};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlDocument, HtmlTextAreaElement, Window};

/// Puts `text` on the clipboard; `false` if the browser would not.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    // The clipboard exists in secure contexts only. A registry tried out on a LAN address has none,
    // and there the old command still works.
    if window.is_secure_context() {
        let written = JsFuture::from(window.navigator().clipboard().write_text(text)).await;
        if written.is_ok() {
            return true;
        }
    }
    window.document().is_some_and(|document| copy_by_selection(&document, text).unwrap_or(false))
}

fn copy_by_selection(document: &Document, text: &str) -> Option<bool> {
    let area = document.create_element("textarea").ok()?.dyn_into::<HtmlTextAreaElement>().ok()?;
    let page = document.dyn_ref::<HtmlDocument>()?;
    let body = document.body()?;
    area.set_value(text);
    area.set_class_name("sr-only");
    body.append_child(&area).ok()?;
    area.select();
    let copied = page.exec_command("copy").unwrap_or(false);
    area.remove();
    Some(copied)
}

/// Says `text` to screen readers, through the page's one live region.
pub(crate) fn announce(text: &str) {
    let region = web_sys::window().and_then(|it| it.document()?.get_element_by_id("announcer"));
    if let Some(region) = region {
        region.set_text_content(Some(text));
    }
}

/// A line of a row: the element, its class, its text.
pub(crate) type Line = (&'static str, &'static str, String);

/// Puts rows into the list that is called `id`, in place of what is there. Text stays text. It goes
/// without the reactive system, whose code for lists is as large as all that is shown in them.
pub(crate) fn show_rows(id: &str, rows: &[Vec<Line>]) {
    let Some(document) = web_sys::window().and_then(|it| it.document()) else { return };
    let Some(list) = document.get_element_by_id(id) else { return };
    list.set_text_content(None);
    let element = |tag: &str, class: &str, text: Option<&str>| {
        let element = document.create_element(tag).ok()?;
        element.set_class_name(class);
        element.set_text_content(text);
        Some(element)
    };
    for row in rows {
        let Some(item) = element("li", "found-row", None) else { return };
        for (tag, class, text) in row {
            let line = element(tag, class, Some(text));
            // A line that cannot be shown is left out: the file beside has it all.
            let _ = line.map(|line| item.append_child(&line));
        }
        let _ = list.append_child(&item);
    }
}

/// Shows the page in `theme` and remembers it.
pub(crate) fn apply_theme(theme: Theme) {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    if let Some(root) = document.document_element() {
        // A root element that takes no attribute is none of ours; the cookie still holds.
        let _ = root.set_attribute("data-theme", theme.word());
    }
    if let Some(page) = document.dyn_ref::<HtmlDocument>() {
        // Where cookies are refused, the choice lasts as long as the page.
        let _ = page.set_cookie(&preference_cookie(Theme::NAME, theme.word(), over_tls(&window)));
    }
}

fn over_tls(window: &Window) -> bool {
    window.location().protocol().is_ok_and(|protocol| protocol == "https:")
}
