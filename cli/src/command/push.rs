//! `roadstead push`.

use super::error::Error;
use crate::credential;
use crate::progress::Progress;
use crate::push::{self, Manner};
use crate::registry::{Client, Patience, Repository};
use crate::size::{ChunkSize, DEFAULT_CHUNK, mebibytes};
use crate::source::{Image, Source};
use crate::state::Uploads;
use crate::target::Target;
use clap::Args;

/// What to push, and how.
#[derive(Args)]
#[command(after_help = "\
Without --from, the image of exactly that name in the local docker is pushed, else in the local
podman. SOURCE is one of
  FOLDER          a folder with an OCI layout
  FILE            an archive of `docker save` or `podman save`, or an oci-archive
  docker:IMAGE    an image of the local docker under another name
  podman:IMAGE    the same of podman

Every platform that an index names is pushed, as far as the source has it. Blobs that the registry
has are not sent again, and a push that was cut off goes on where it was when it is started again.

Examples:
  roadstead push registry.example/acme/app:1.0
  roadstead push --from docker:app:dev registry.example/acme/app:1.0
  roadstead push --from app.tar --chunk 50MB registry.example/acme/app:1.0
  docker buildx build --output type=oci,dest=app.tar . && \\
    roadstead push --from app.tar registry.example/acme/app:1.0")]
pub(super) struct Options {
    /// Where it goes; several names of one image, or several images.
    #[arg(required = true, value_name = "HOST/NAME[:TAG]")]
    targets: Vec<String>,
    /// Where it comes from.
    #[arg(long, value_name = "SOURCE")]
    from: Option<Source>,
    /// Which of several images in SOURCE, by its name there.
    #[arg(long = "ref", value_name = "NAME", requires = "from")]
    wanted: Option<String>,
    /// Push every platform of an index; this is the default.
    #[arg(long)]
    all_platforms: bool,
    /// The most that one request carries, as in 50MB or 90MiB [default: 90MiB].
    #[arg(long, value_name = "SIZE")]
    chunk: Option<ChunkSize>,
    /// How many blobs are sent at once.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    jobs: u8,
    /// Speak plain HTTP to HOST: everything, the password too, can be read on the way.
    #[arg(long)]
    insecure: bool,
    /// Say nothing but what was pushed.
    #[arg(long, short)]
    quiet: bool,
}

/// Does it.
pub(super) fn command(options: &Options) -> Result<(), Error> {
    let parse = |text: &String| Target::parse(text, options.insecure);
    let targets = options.targets.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    if let (Some(Source::Engine(..)), Some(_)) = (&options.from, &options.wanted) {
        return Err(Error::Usage("--ref is for layouts and archives".to_owned()));
    }
    let uploads = Uploads::open();
    match &options.from {
        Some(source) => {
            let image = load(source, options)?;
            targets.iter().try_for_each(|target| push_one(&image, target, options, &uploads))
        }
        None => targets.iter().try_for_each(|target| {
            let source = Source::local(&target.to_string())?;
            push_one(&load(&source, options)?, target, options, &uploads)
        }),
    }
}

fn load(source: &Source, options: &Options) -> Result<Image, Error> {
    if !options.quiet {
        eprintln!("reading {source}");
    }
    let image = source.load(options.wanted.as_deref())?;
    if image.left_out > 0 && !options.quiet {
        eprintln!("{} manifests of the index are not in {source}: left out", image.left_out);
    }
    Ok(image)
}

fn push_one(
    image: &Image,
    target: &Target,
    options: &Options,
    uploads: &Uploads,
) -> Result<(), Error> {
    let credentials = credential::find(target.host.authority(), target.name.as_str())?;
    let client = Client::new(target.host.clone(), Patience::default());
    let repository = Repository::new(client, target.name.clone(), credentials);
    let chunk = options.chunk.map_or(DEFAULT_CHUNK, ChunkSize::bytes);
    let manner = Manner { chunk, jobs: usize::from(options.jobs) };
    let progress = Progress::new(&target.image(), options.quiet);
    let summary = push::publish(image, target, &repository, manner, uploads, &progress)?;
    drop(progress);
    println!(
        "{target}@{} ({} blobs, {} already there, {} sent)",
        summary.digest,
        summary.blobs,
        summary.there,
        mebibytes(summary.sent)
    );
    Ok(())
}
