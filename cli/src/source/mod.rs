//! Where an image comes from: a layout, an archive, or the engine on this machine.

pub(crate) mod archive;
pub(crate) mod engine;
pub(crate) mod error;
pub(crate) mod extent;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod gzip;
pub(crate) mod image;
pub(crate) mod layout;
pub(crate) mod saved;
pub(crate) mod store;

pub(crate) use engine::Engine;
pub(crate) use error::Error;
pub(crate) use extent::Extent;
pub(crate) use image::{Blob, Document, Image};

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use store::Store;

/// What `--from` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A layout's folder, or an archive.
    Path(PathBuf),
    /// `docker:IMAGE`, `podman:IMAGE`.
    Engine(Engine, String),
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        for engine in Engine::ALL {
            let image = text.strip_prefix(engine.program()).and_then(|rest| rest.strip_prefix(':'));
            if let Some(image) = image {
                return Ok(Self::Engine(engine, image.to_owned()));
            }
        }
        Ok(Self::Path(PathBuf::from(text)))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Engine(engine, image) => write!(f, "{image} from {engine}"),
        }
    }
}

impl Source {
    /// The image called `image` in whichever engine has it; docker is asked first.
    pub(crate) fn local(image: &str) -> Result<Self, Error> {
        let found = Engine::ALL.into_iter().find(|engine| engine.has(image));
        let engine = found.ok_or_else(|| Error::NotLocal(image.to_owned()))?;
        Ok(Self::Engine(engine, image.to_owned()))
    }

    /// Reads the image, or of several the one called `wanted`.
    pub(crate) fn load(&self, wanted: Option<&str>) -> Result<Image, Error> {
        match self {
            Self::Path(path) => load(path, wanted),
            Self::Engine(engine, image) => {
                let folder = tempfile::Builder::new().prefix("roadstead-").tempdir();
                let folder = folder.map_err(Error::io(std::env::temp_dir()))?;
                let file = folder.path().join("image.tar");
                engine.save(image, &file)?;
                // The archive stays open, and is gone from the folder: nothing is left behind,
                // however this program ends.
                load(&file, None)
            }
        }
    }
}

/// What it is is seen in its content. The new form of `docker save` is a layout with the old
/// form's list beside it.
fn load(path: &Path, wanted: Option<&str>) -> Result<Image, Error> {
    let store = Store::open(path)?;
    let saved = saved::is_one(&store)?;
    if layout::is_one(&store)? {
        let image = layout::load(&store, wanted)?;
        if saved { saved::compress_bare_layers(image) } else { Ok(image) }
    } else if saved {
        saved::load(&store, wanted)
    } else {
        Err(Error::NoImage(path.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_an_engine_s_image_or_a_path() {
        let source = |text: &str| text.parse::<Source>().unwrap();
        assert_eq!(source("docker:app:1"), Source::Engine(Engine::Docker, "app:1".into()));
        assert_eq!(source("podman:a/b"), Source::Engine(Engine::Podman, "a/b".into()));
        assert_eq!(source("dockerfile"), Source::Path("dockerfile".into()));
        assert_eq!(source("./docker:app"), Source::Path("./docker:app".into()));
    }

    #[test]
    fn an_empty_folder_is_no_image() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(load(folder.path(), None), Err(Error::NoImage(_))));
        assert!(matches!(load(&folder.path().join("gone"), None), Err(Error::Io { .. })));
    }
}
