//! Publishing with a client that anybody could use, through the registry's own push API.

use super::Image;
use crate::process::{self, Stop};
use crate::project;
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// 120 MB on a slow disk.
const LIMIT: Duration = Duration::from_mins(5);

/// Who publishes.
pub(crate) struct Account<'a> {
    /// The account's name.
    pub(crate) name: &'a str,
    /// Its password.
    pub(crate) password: &'a str,
}

/// A client, and how it is told to copy a layout to a reference.
enum Client {
    Skopeo,
    Crane,
}

/// Makes and publishes the images, unless this state has them already.
pub(crate) fn publish_once(
    state: &Path,
    address: &str,
    account: &Account<'_>,
    stop: &Stop,
) -> Result<()> {
    let done = state.join("demo.done");
    if done.exists() {
        return Ok(());
    }
    let images = super::make(stop)?;
    let client = Client::find()?;
    let began = Instant::now();
    let login = Login::write(&state.join("demo-login"), address, account)?;
    for image in &images {
        for tag in &image.tags {
            eprintln!("demo: publishing {}:{tag}", image.repository);
            let reference = format!("{address}/{}:{tag}", image.repository);
            let mut push = client.push(image, &reference, &login)?;
            process::run(push.stdout(Stdio::null()), stop, LIMIT)
                .with_context(|| format!("publishing {reference}"))?;
        }
    }
    eprintln!("demo: published in {:.1} s", began.elapsed().as_secs_f32());
    std::fs::write(&done, "").context("demo.done")
}

impl Client {
    /// The first one that this machine has.
    fn find() -> Result<Self> {
        let runs = |name: &str| {
            let status = project::program(name).map(|mut program| {
                program.arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status()
            });
            matches!(status, Ok(Ok(_)))
        };
        if runs("skopeo") {
            return Ok(Self::Skopeo);
        }
        if runs("crane") {
            return Ok(Self::Crane);
        }
        bail!("neither skopeo nor crane is installed: `make setup` gets one where it can")
    }

    /// The command that copies a layout as it is, digests included.
    fn push(&self, image: &Image, reference: &str, login: &Login) -> Result<Command> {
        let layout = image.layout();
        match self {
            Self::Skopeo => {
                let mut skopeo = project::program("skopeo")?;
                skopeo.args([
                    "--insecure-policy",
                    "copy",
                    "--all",
                    "--preserve-digests",
                    "--quiet",
                ]);
                skopeo.arg("--dest-tls-verify=false").arg("--dest-authfile").arg(login.file());
                skopeo.arg(format!("oci:{}", layout.display()));
                skopeo.arg(format!("docker://{reference}"));
                Ok(skopeo)
            }
            Self::Crane => {
                let mut crane = project::program("crane")?;
                crane.env("DOCKER_CONFIG", &login.folder);
                crane.args(["push", "--insecure"]).arg(layout).arg(reference);
                Ok(crane)
            }
        }
    }
}

/// A login in a file of one's own: a password on a command line is seen by everyone. It is gone
/// when this goes out of scope.
struct Login {
    folder: PathBuf,
}

impl Login {
    fn write(folder: &Path, address: &str, account: &Account<'_>) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        DirBuilder::new().mode(0o700).create(folder)?;
        let login = Self { folder: folder.to_owned() };
        let secret = STANDARD.encode(format!("{}:{}", account.name, account.password));
        let text = json!({"auths": {address: {"auth": secret}}}).to_string();
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(login.file());
        file?.write_all(text.as_bytes()).context("the login for publishing")?;
        Ok(login)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("config.json")
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        // The folder is readable by its owner only; nothing else can be done about it here.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
