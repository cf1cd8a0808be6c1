//! The user's training photographs and landmark files, opened and checked before anything is written.

use super::config::Config;
use super::start;
use anyhow::{ensure, Context, Result};
use l2face_data::Records;
use l2face_eval::{Face, LandmarkIndex};
use rayon::prelude::*;
use std::fmt::Debug;
use std::io::Read;
use std::path::Path;

/// What real data has whatever the protocol.
pub struct Inputs {
    /// Detector landmarks.
    pub landmarks: LandmarkIndex,
    /// The training photographs.
    pub records: Records,
}

impl Inputs {
    /// Opens what the configuration names.
    ///
    /// # Errors
    /// Whatever is missing or malformed, with file and line.
    pub fn open(config: &Config) -> Result<Self> {
        let data = &config.data;
        let landmarks = LandmarkIndex::load(&data.landmarks)?;
        let train = data.train.as_ref().context("--train DIR is missing")?;
        let folder =
            || format!("--train {}: a folder with one folder of photographs per person is needed", train.display());
        ensure!(train.is_dir(), "{}", folder());
        let records =
            Records::scan(train, data.train_list.as_deref()).with_context(|| format!("--train {}", train.display()))?;
        Ok(Self { landmarks, records })
    }

    /// SHA-256 over the protocol's faces and lists, the landmark files, the start weights, and the name, the size and the first 64 KiB of
    /// every photograph.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn fingerprint(&self, config: &Config, faces: &[Face], lists: &impl Debug) -> Result<String> {
        let faces = faces.par_iter().map(|face| (&face.file, content(&face.path), format!("{:?}", face.hints)));
        let faces: Vec<_> = faces.collect();
        let lists = crate::hash::bytes(format!("{lists:?}").as_bytes());
        let read = |path| std::fs::read(path).map(|bytes| crate::hash::bytes(&bytes));
        let landmarks = config.data.landmarks.iter().map(read).collect::<std::io::Result<Vec<_>>>()?;
        let photographs: Vec<_> = self.records.items.par_iter().map(|item| (&item.rel, content(&item.path))).collect();
        let own = crate::hash::of(&(faces, lists, landmarks, photographs))?;
        Ok(own + &start::fingerprint(config)? + &detector(config)?)
    }

    /// What must be the same when a run on generated faces goes on: the configuration says all but the start weights, whose hash this is.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn generated_fingerprint(config: &Config) -> Result<String> {
        start::fingerprint(config)
    }
}

/// Hash of the detector's weights; empty without a detector.
fn detector(config: &Config) -> Result<String> {
    let Some(path) = &config.data.detector else { return Ok(String::new()) };
    let said = || format!("--detector {}", path.display());
    let mut files = match path.is_dir() {
        true => std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?,
        false => vec![path.clone()],
    };
    files.retain(|file| file.is_file());
    files.sort();
    let hashes = files.iter().map(|file| Ok(crate::hash::bytes(&std::fs::read(file)?)));
    crate::hash::of(&hashes.collect::<std::io::Result<Vec<_>>>().with_context(said)?)
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
