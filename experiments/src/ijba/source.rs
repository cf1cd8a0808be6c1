//! What a run reads, opened and checked before anything is written.

use super::config::{Config, DataKind};
use super::start;
use anyhow::{Context, Result};
use l2face_data::Records;
use l2face_eval::{IjbA, LandmarkIndex};
use rayon::prelude::*;
use std::io::Read;
use std::path::Path;

/// The sources of the faces.
pub enum Source {
    /// A program draws them: the configuration says all but the start weights, whose hash this is.
    Generated(String),
    /// The user's folders and files.
    Real(Box<RealSource>),
}

/// The user's folders and files, read and checked.
pub struct RealSource {
    /// The protocol; every image that it names is there.
    pub protocol: IjbA,
    /// Detector landmarks.
    pub landmarks: LandmarkIndex,
    /// The training photographs.
    pub records: Records,
    /// SHA-256 over the protocol, the landmark files, and the name, the size and the first 64 KiB of every photograph.
    pub fingerprint: String,
}

impl Source {
    /// Opens what the configuration names.
    ///
    /// # Errors
    /// Whatever is missing or malformed, with file and line.
    pub fn open(config: &Config) -> Result<Self> {
        match config.data.kind {
            DataKind::Generated => Ok(Self::Generated(start::fingerprint(config)?)),
            DataKind::Real => Ok(Self::Real(Box::new(real(config)?))),
        }
    }

    /// What must be the same when a run goes on; empty where the configuration says all.
    pub fn fingerprint(&self) -> &str {
        match self {
            Self::Generated(start) => start,
            Self::Real(real) => &real.fingerprint,
        }
    }
}

fn real(config: &Config) -> Result<RealSource> {
    let data = &config.data;
    let protocol = IjbA::load(data.ijba.as_ref().context("--ijba DIR is missing")?)?;
    protocol.check_images()?;
    let landmarks = LandmarkIndex::load(&data.landmarks)?;
    let train = data.train.as_ref().context("--train DIR is missing")?;
    let folder =
        || format!("--train {}: a folder with one folder of photographs per person is needed", train.display());
    anyhow::ensure!(train.is_dir(), "{}", folder());
    let records =
        Records::scan(train, data.train_list.as_deref()).with_context(|| format!("--train {}", train.display()))?;
    let fingerprint = fingerprint(config, &protocol, &records)? + &start::fingerprint(config)?;
    Ok(RealSource { protocol, landmarks, records, fingerprint })
}

fn fingerprint(config: &Config, protocol: &IjbA, records: &Records) -> Result<String> {
    let faces = protocol.faces.par_iter().map(|face| (&face.file, content(&face.path), format!("{:?}", face.hints)));
    let faces: Vec<_> = faces.collect();
    let splits = crate::hash::bytes(format!("{:?}", protocol.splits).as_bytes());
    let read = |path| std::fs::read(path).map(|bytes| crate::hash::bytes(&bytes));
    let landmarks = config.data.landmarks.iter().map(read).collect::<std::io::Result<Vec<_>>>()?;
    let photographs: Vec<_> = records.items.par_iter().map(|item| (&item.rel, content(&item.path))).collect();
    crate::hash::of(&(faces, splits, landmarks, photographs))
}

/// Bytes of a photograph that its fingerprint covers: most face crops as a whole.
const HEAD: u64 = 64 << 10;

/// Size and hash of the first [`HEAD`] bytes of a file; nothing where it cannot be read, which decoding will report. Not its time: a copy
/// or a fresh mount of the same data goes on.
fn content(path: &Path) -> Option<(u64, String)> {
    let file = std::fs::File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).ok()?;
    Some((size, crate::hash::bytes(&head)))
}
