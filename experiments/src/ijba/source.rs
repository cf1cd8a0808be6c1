//! What a run reads, opened and checked before anything is written.

use crate::study::config::{Config, DataKind};
use crate::study::Inputs;
use anyhow::{Context, Result};
use l2face_eval::IjbA;

/// The sources of the faces.
pub enum Source {
    /// A program draws them; the fingerprint is that of the start weights.
    Generated(String),
    /// The user's folders and files.
    Real(Box<RealSource>),
}

/// The user's folders and files, read and checked.
pub struct RealSource {
    /// The protocol; every image that it names is there.
    pub protocol: IjbA,
    /// Training photographs and landmarks.
    pub inputs: Inputs,
    /// Over everything that is read.
    pub fingerprint: String,
}

impl Source {
    /// Opens what the configuration names.
    ///
    /// # Errors
    /// Whatever is missing or malformed, with file and line.
    pub fn open(config: &Config) -> Result<Self> {
        match config.data.kind {
            DataKind::Generated => Ok(Self::Generated(Inputs::generated_fingerprint(config)?)),
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
    let protocol = IjbA::load(config.data.ijba.as_ref().context("--ijba DIR is missing")?)?;
    protocol.check_images()?;
    let inputs = Inputs::open(config)?;
    let fingerprint = inputs.fingerprint(config, &protocol.faces, &protocol.splits)?;
    Ok(RealSource { protocol, inputs, fingerprint })
}
