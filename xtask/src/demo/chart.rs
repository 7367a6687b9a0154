//! `demo/chart`: an artifact that is no image, as `helm push` stores it.

use super::Image;
use super::image;
use super::layer::{self, Content, Entry, Form};
use super::layout::Layout;
use anyhow::Result;
use serde_json::json;
use std::path::Path;

/// Where it is published.
pub(super) const REPOSITORY: &str = "demo/chart";

const VERSION: &str = "0.1.0";
const DESCRIPTION: &str = "A small web server from demo/busybox, with a service in front of it";
const SOURCE: &str = "https://helm.sh/docs/topics/registries/";

/// The chart's files.
const FILES: [(&str, &str); 4] = [
    ("chart/Chart.yaml", include_str!("chart/Chart.yaml")),
    ("chart/values.yaml", include_str!("chart/values.yaml")),
    ("chart/templates/deployment.yaml", include_str!("chart/templates/deployment.yaml")),
    ("chart/templates/service.yaml", include_str!("chart/templates/service.yaml")),
];

/// Makes the layout.
pub(super) fn make(staging: &Path) -> Result<Image> {
    let layout = Layout::begin(staging, REPOSITORY)?;
    let packed = staging.join(".chart.tgz");
    let entries: Vec<Entry> = FILES
        .iter()
        .map(|(path, text)| {
            Entry((*path).to_owned(), 0o644, Content::Bytes(text.as_bytes().to_vec()))
        })
        .collect();
    layer::write(&entries, Form::Gzip, &packed)?;
    let content = layout
        .blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", &std::fs::read(&packed)?)?;
    std::fs::remove_file(&packed)?;
    // Helm's config is Chart.yaml as JSON.
    let config = json!({
        "apiVersion": "v2", "name": "chart", "version": VERSION, "appVersion": "1",
        "description": DESCRIPTION, "type": "application",
    });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": layout.document("application/vnd.cncf.helm.config.v1+json", &config)?,
        "layers": [content],
        "annotations": image::annotations("chart", VERSION, DESCRIPTION, SOURCE, "Apache-2.0"),
    });
    let top = layout.document("application/vnd.oci.image.manifest.v1+json", &manifest)?;
    let digest = layout.finish(&top)?;
    let tags = vec![VERSION.to_owned(), String::from("latest")];
    Ok(Image { repository: REPOSITORY, tags, digest })
}
