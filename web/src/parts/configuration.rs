//! Files to put on machines, each folded up under the client that reads it.

use crate::parts::copy_button::CopyButton;
use leptos::prelude::*;
use roadstead_shared::moving::configuration::File;

/// All files of one client.
#[component]
pub fn Configuration(
    /// The files; those of one client stand behind one another.
    files: Vec<File>,
) -> impl IntoView {
    let groups = files.chunk_by(|one, other| one.client == other.client).map(group).collect_view();
    view! { <div class="rows configuration">{groups}</div> }
}

fn group(files: &[File]) -> impl IntoView + use<> {
    let client = files.first().map(|file| file.client).unwrap_or_default();
    let names = match files {
        [file] => file.name.clone(),
        _ => format!("a hosts.toml for each of {} registries", files.len()),
    };
    let bodies = files.iter().map(|file| body(file, files.len() > 1)).collect_view();
    view! {
        <details class="file-group">
            <summary><b>{client}</b>" "<span class="quiet">{names}</span></summary>
            {bodies}
        </details>
    }
}

fn body(file: &File, is_one_of_many: bool) -> impl IntoView + use<> {
    let (about, name) = (file.about.clone(), file.name.clone());
    let title = is_one_of_many.then(|| view! { <h4>{name.clone()}</h4> });
    let text = file.text.clone().map(|text| {
        let command = text.clone();
        view! {
            <div class="file-text">
                <CopyButton command main=false name/>
                // Long lines scroll inside their box, by keyboard, too.
                <pre tabindex="0"><code>{text}</code></pre>
            </div>
        }
    });
    view! { <div class="file">{title}<p class="hint">{about}</p>{text}</div> }
}
