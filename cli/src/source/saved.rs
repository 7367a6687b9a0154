//! Archives of `docker save`: the old form, which has layers but no manifest, and bare layers in
//! the new form, which is a layout.
//!
//! The config is kept byte for byte, since its digest is the image's name in docker's own store.
//! Everything else is made here, and the same every time.

use super::error::Error;
use super::gzip::{self, Form};
use super::image::{Blob, Document, Image};
use super::store::Store;
use roadstead_shared::oci::media_type::{
    DOCKER_CONFIG, DOCKER_MANIFEST, IMAGE_CONFIG, IMAGE_MANIFEST,
};
use roadstead_shared::oci::{Algorithm, Digest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The list of the images in the archive.
const LIST: &str = "manifest.json";
/// The longest list, and the longest config, in bytes.
const MAX_DOCUMENT: u64 = 8 * 1024 * 1024;
/// The most layers: docker itself makes no image of more than 127.
const MAX_LAYERS: usize = 1_000;

const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// An image in [`LIST`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    #[serde(default)]
    layers: Option<Vec<String>>,
}

/// As far as a config says what its layers are.
#[derive(Deserialize)]
struct Config {
    rootfs: RootFs,
}

#[derive(Deserialize)]
struct RootFs {
    #[serde(default)]
    diff_ids: Vec<Digest>,
}

/// A manifest as it is written here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    schema_version: u32,
    media_type: &'static str,
    config: WrittenDescriptor,
    layers: Vec<WrittenDescriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenDescriptor {
    media_type: String,
    size: u64,
    digest: Digest,
}

/// Whether this is an archive of `docker save`, in either form.
pub(crate) fn is_one(store: &Store) -> Result<bool, Error> {
    Ok(store.entry(LIST)?.is_some())
}

/// Reads the image tagged `wanted`, or the only one.
pub(crate) fn load(store: &Store, wanted: Option<&str>) -> Result<Image, Error> {
    let list = store.read(LIST, MAX_DOCUMENT)?.ok_or_else(|| Error::Missing(LIST.to_owned()))?;
    let list: Vec<Saved> = serde_json::from_slice(&list).map_err(unreadable(LIST))?;
    let saved = choose(&list, wanted)?;
    let layers = saved.layers.as_deref().unwrap_or_default();
    if layers.len() > MAX_LAYERS {
        return Err(Error::TooMany { what: "layers", limit: MAX_LAYERS });
    }
    let missing = || Error::Missing(saved.config.clone());
    let config = store.read(&saved.config, MAX_DOCUMENT)?.ok_or_else(missing)?;
    let parsed: Config = serde_json::from_slice(&config).map_err(unreadable(&saved.config))?;
    let diff_ids = parsed.rootfs.diff_ids;
    if diff_ids.len() != layers.len() {
        let why = format!("it names {} layers, the archive {}", diff_ids.len(), layers.len());
        return Err(Error::Document { name: saved.config.clone(), why });
    }
    let layers = layers.iter().zip(&diff_ids).map(|(name, diff_id)| layer(store, name, diff_id));
    let layers = layers.collect::<Result<Vec<_>, _>>()?;
    assemble(config, layers)
}

fn unreadable(name: &str) -> impl FnOnce(serde_json::Error) -> Error {
    let name = name.to_owned();
    move |error| Error::Document { name, why: error.to_string() }
}

fn choose<'a>(list: &'a [Saved], wanted: Option<&str>) -> Result<&'a Saved, Error> {
    let tags = |saved: &'a Saved| saved.repo_tags.as_deref().unwrap_or_default();
    let all = || list.iter().flat_map(tags).cloned().collect::<Vec<_>>();
    match (wanted, list) {
        (Some(wanted), _) => {
            let no_such = || Error::NoSuchRef { wanted: wanted.to_owned(), found: all() };
            let found = list.iter().find(|saved| tags(saved).iter().any(|tag| tag == wanted));
            found.ok_or_else(no_such)
        }
        (None, [one]) => Ok(one),
        (None, []) => Err(Error::Missing(format!("an image in {LIST}"))),
        (None, _) => Err(Error::Several(all())),
    }
}

/// A layer as it will be sent. One that is compressed already stays as it is: whoever unpacks it
/// compares it with the config.
fn layer(store: &Store, name: &str, diff_id: &Digest) -> Result<(Blob, Form), Error> {
    let bytes = store.entry(name)?.ok_or_else(|| Error::Missing(name.to_owned()))?;
    let io = |error| Error::io(store.path().join(name))(error);
    let form = gzip::form(&bytes).map_err(io)?;
    if form == Form::Plain {
        let compressed = gzip::compress(&bytes)?;
        if compressed.diff_id != *diff_id {
            let (named, found) = (diff_id.clone(), compressed.diff_id);
            return Err(Error::Digest { named, found });
        }
        return Ok((compressed.blob, Form::Gzip));
    }
    let digest = bytes.digest(Algorithm::Sha256).map_err(io)?;
    Ok((Blob { digest, bytes, verified: true }, form))
}

/// Writes the manifest: docker's own, unless a layer has a form that docker's knows no name for.
fn assemble(config: Vec<u8>, layers: Vec<(Blob, Form)>) -> Result<Image, Error> {
    let docker = layers.iter().all(|(_, form)| *form == Form::Gzip);
    let (media_type, config_type) =
        if docker { (DOCKER_MANIFEST, DOCKER_CONFIG) } else { (IMAGE_MANIFEST, IMAGE_CONFIG) };
    let layer_type = |form: Form| match (docker, form) {
        (true, _) => DOCKER_LAYER.to_owned(),
        (false, Form::Zstd) => format!("{OCI_LAYER}+zstd"),
        (false, Form::Gzip) => format!("{OCI_LAYER}+gzip"),
        (false, Form::Plain) => OCI_LAYER.to_owned(),
    };
    let describe = |media_type: String, blob: &Blob| WrittenDescriptor {
        media_type,
        size: blob.bytes.len(),
        digest: blob.digest.clone(),
    };
    let config = Blob {
        digest: Digest::of(Algorithm::Sha256, &config),
        bytes: super::extent::Extent::of_bytes(config),
        verified: true,
    };
    let written = Written {
        schema_version: 2,
        media_type,
        config: describe(config_type.to_owned(), &config),
        layers: layers.iter().map(|(blob, form)| describe(layer_type(*form), blob)).collect(),
    };
    let bytes = serde_json::to_vec(&written).map_err(unreadable("the manifest"))?;
    let digest = Digest::of(Algorithm::Sha256, &bytes);
    let document = Document { digest, media_type: media_type.to_owned(), bytes };
    let mut seen = BTreeSet::new();
    let blobs = std::iter::once(config).chain(layers.into_iter().map(|(blob, _)| blob));
    let blobs = blobs.filter(|blob| seen.insert(blob.digest.clone())).collect();
    Ok(Image { blobs, manifests: vec![document], left_out: 0 })
}

/// Compresses the bare layers of an image that docker saved in the new form, where it is one image
/// and no index: docker compresses them when it pushes, too. Anything else stays as it is.
pub(crate) fn compress_bare_layers(image: Image) -> Result<Image, Error> {
    let [document] = image.manifests.as_slice() else { return Ok(image) };
    let name = document.digest.as_str();
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&document.bytes).map_err(unreadable(name))?;
    let Some(layers) = manifest.get_mut("layers").and_then(|layers| layers.as_array_mut()) else {
        return Ok(image);
    };
    let mut blobs = image.blobs.clone();
    let mut changed = false;
    for layer in layers {
        let text = |key: &str| layer.get(key).and_then(|value| value.as_str());
        if text("mediaType") != Some(OCI_LAYER) {
            continue;
        }
        let Some(digest) = text("digest").map(str::to_owned) else { continue };
        let Some(bare) = image.blobs.iter().find(|blob| blob.digest.as_str() == digest) else {
            continue;
        };
        let compressed = gzip::compress(&bare.bytes)?;
        if compressed.diff_id != bare.digest && bare.digest.algorithm() == Algorithm::Sha256 {
            let (named, found) = (bare.digest.clone(), compressed.diff_id);
            return Err(Error::Digest { named, found });
        }
        *layer = describe_compressed(layer, &compressed.blob);
        blobs
            .retain(|blob| blob.digest.as_str() != digest && blob.digest != compressed.blob.digest);
        blobs.push(compressed.blob);
        changed = true;
    }
    if !changed {
        return Ok(image);
    }
    let bytes = serde_json::to_vec(&manifest).map_err(unreadable(name))?;
    let digest = Digest::of(Algorithm::Sha256, &bytes);
    let document = Document { digest, media_type: document.media_type.clone(), bytes };
    Ok(Image { blobs, manifests: vec![document], left_out: image.left_out })
}

/// The layer's descriptor with what has changed, and everything else that was in it.
fn describe_compressed(layer: &serde_json::Value, blob: &Blob) -> serde_json::Value {
    let mut descriptor = layer.as_object().cloned().unwrap_or_default();
    descriptor.insert("mediaType".into(), format!("{OCI_LAYER}+gzip").into());
    descriptor.insert("digest".into(), blob.digest.as_str().into());
    descriptor.insert("size".into(), blob.bytes.len().into());
    descriptor.into()
}

#[cfg(test)]
mod tests;
