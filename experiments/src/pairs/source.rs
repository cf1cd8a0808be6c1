//! What a run reads, opened and checked before anything is written.

use super::measure::{measure, Measured};
use super::real::{self, RealSource};
use crate::study::config::{Config, DataKind};
use crate::study::faces::{generated_folder, real_folder, Faces};
use crate::study::{Inputs, Study};
use anyhow::Result;
use l2face_eval::{Embeddings, FoldProtocol};
use std::path::Path;

/// The sources of the faces.
pub(super) enum Source {
    /// A program draws them; the fingerprint is that of the start weights.
    Generated(String),
    /// The user's folders and files.
    Real(Box<RealSource>),
}

impl Source {
    /// Opens what the configuration names.
    pub fn open(config: &Config) -> Result<Self> {
        match config.data.kind {
            DataKind::Generated => Ok(Self::Generated(Inputs::generated_fingerprint(config)?)),
            DataKind::Real => Ok(Self::Real(Box::new(real::open(config)?))),
        }
    }

    /// What the reader must know of the data.
    pub fn warnings(&self) -> &[String] {
        match self {
            Self::Generated(_) => &[],
            Self::Real(real) => &real.warnings,
        }
    }
}

impl Study for Source {
    type Protocol = FoldProtocol;
    type Measured = Measured;

    fn fingerprint(&self) -> &str {
        match self {
            Self::Generated(start) => start,
            Self::Real(real) => &real.fingerprint,
        }
    }

    fn faces(&self, config: &Config, seed: u64, out: &Path) -> Result<Faces<'_, FoldProtocol>> {
        match self {
            Self::Generated(_) => super::generated::faces(config, seed, &generated_folder(out, seed)),
            Self::Real(real) => real.faces(config, &real_folder(out)),
        }
    }

    fn measure(
        &self,
        config: &Config,
        protocol: &FoldProtocol,
        _row: &str,
        _seed: u64,
        embeddings: &Embeddings,
    ) -> Result<Measured> {
        measure(config, protocol, embeddings)
    }
}
