//! Forms. They post to the edge's own API, which answers with the way to the next page; nothing
//! about them needs a script.

use crate::{parts::notice::sentence, visit::Visit};
use leptos::prelude::*;

/// A form that is about to be filled with fields.
pub(crate) struct Post {
    to: String,
    next: String,
    back: String,
    class: &'static str,
}

impl Post {
    /// A form for a call of the API: its path, with `?_method=` where it is no POST. Success leads
    /// to `next`, refusal to `back`.
    pub(crate) fn new(
        to: impl Into<String>,
        next: impl Into<String>,
        back: impl Into<String>,
    ) -> Self {
        Self { to: to.into(), next: next.into(), back: back.into(), class: "form" }
    }

    /// A single button in a line of others.
    pub(crate) fn bare(self) -> Self {
        Self { class: "bare", ..self }
    }

    /// The form with its fields and buttons.
    pub(crate) fn with(self, inside: impl IntoView + 'static) -> AnyView {
        // Types of views nest with their elements; here each begins anew.
        let inside = inside.into_any();
        view! {
            <form method="post" action=self.to class=self.class>
                <input type="hidden" name="next" value=self.next/>
                <input type="hidden" name="back" value=self.back/>
                {inside}
            </form>
        }
        .into_any()
    }
}

/// Why a form was refused: above its fields, where the focus is.
pub(crate) fn problem(visit: &Visit, form: &str) -> Option<AnyView> {
    let words = sentence(visit.problem_of(form)?);
    let id = format!("{form}-problem");
    Some(
        view! { <p class="problem" id=id role="alert" tabindex="-1" autofocus=true>{words}</p> }
            .into_any(),
    )
}

/// One line that somebody fills in, with its label.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    form: &'static str,
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    hint: Option<String>,
    value: Option<String>,
    placeholder: Option<&'static str>,
    inputmode: Option<&'static str>,
    list: Option<&'static str>,
    optional: bool,
    length: (Option<u16>, Option<u16>),
}

impl Field {
    /// The field called `name` of the form called `form`.
    pub(crate) fn new(form: &'static str, name: &'static str, label: &'static str) -> Self {
        Self { form, name, label, kind: "text", autocomplete: "off", ..Self::default() }
    }

    /// The name of an account or a namespace.
    pub(crate) fn named(form: &'static str, name: &'static str, label: &'static str) -> Self {
        Self { length: (Some(2), Some(39)), ..Self::new(form, name, label) }
    }

    /// A password: `current-password` or `new-password`.
    pub(crate) fn password(
        form: &'static str,
        name: &'static str,
        label: &'static str,
        autocomplete: &'static str,
    ) -> Self {
        let shortest = (autocomplete == "new-password").then_some(10);
        let length = (shortest, Some(200));
        Self { kind: "password", autocomplete, length, ..Self::new(form, name, label) }
    }

    pub(crate) fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(crate) fn value(self, value: Option<String>) -> Self {
        Self { value, ..self }
    }

    pub(crate) fn placeholder(self, placeholder: &'static str) -> Self {
        Self { placeholder: Some(placeholder), ..self }
    }

    /// A whole number, with a list of usual ones.
    pub(crate) fn number(self, list: &'static str) -> Self {
        Self { inputmode: Some("numeric"), list: Some(list), ..self }
    }

    /// It may stay empty.
    pub(crate) fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The field as it is shown.
    pub(crate) fn view(self, visit: &Visit) -> AnyView {
        let id = format!("{}-{}", self.form, self.name);
        let hint_id = format!("{id}-hint");
        let wrong = visit.problem_of(self.form).is_some();
        let mut told = Vec::new();
        if wrong {
            told.push(format!("{}-problem", self.form));
        }
        if self.hint.is_some() {
            told.push(hint_id.clone());
        }
        let told = (!told.is_empty()).then(|| told.join(" "));
        view! {
            <div class="field">
                <label for=id.clone()>{self.label}</label>
                <input id=id name=self.name type=self.kind value=self.value autocomplete=self.autocomplete
                    placeholder=self.placeholder inputmode=self.inputmode list=self.list required=!self.optional
                    minlength=self.length.0 maxlength=self.length.1 autocapitalize="none" spellcheck="false"
                    aria-describedby=told/>
                {self.hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            </div>
        }
        .into_any()
    }
}

/// One of several, as a list that unfolds.
pub(crate) fn choice(
    form: &'static str,
    name: &'static str,
    label: &'static str,
    options: &[(&str, &str)],
    chosen: &str,
) -> AnyView {
    let id = format!("{form}-{name}");
    let options = options.iter().map(|(value, words)| {
        let (value, words) = ((*value).to_owned(), (*words).to_owned());
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    let options = options.collect_view();
    view! { <div class="field"><label for=id.clone()>{label}</label><select id=id name=name>{options}</select></div> }
        .into_any()
}

/// Sizes that people mean, for fields that take bytes.
pub(crate) fn sizes(id: &'static str) -> AnyView {
    let sizes = [
        ("10000000000", "10 GB"),
        ("50000000000", "50 GB"),
        ("100000000000", "100 GB"),
        ("500000000000", "500 GB"),
        ("1000000000000", "1 TB"),
        ("5000000000000", "5 TB"),
        ("50000000000000", "50 TB"),
    ];
    let sizes = sizes.map(|(value, words)| view! { <option value=value>{words}</option> });
    view! { <datalist id=id>{sizes.collect_view()}</datalist> }.into_any()
}
