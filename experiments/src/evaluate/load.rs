//! A protocol from its files.
use super::cli::{Args, Set};
use crate::folds;
use anyhow::Result;
use l2face_eval::{Face, FoldProtocol, IjbA, IjbBc, IjbSet, LandmarkIndex, VerificationBin};
use std::path::Path;

/// A protocol, opened and checked: every image that it names is there.
pub enum Protocol {
    /// Pairs in folds.
    Folds(FoldProtocol),
    /// IJB-A.
    IjbA(IjbA),
    /// IJB-B or IJB-C.
    IjbBc(Box<IjbBc>),
    /// A verification set in one file.
    Bin(VerificationBin),
}

impl Protocol {
    /// Its faces; none where images stand in the file itself.
    pub fn faces(&self) -> &[Face] {
        match self {
            Self::Folds(protocol) => &protocol.faces,
            Self::IjbA(protocol) => &protocol.faces,
            Self::IjbBc(protocol) => &protocol.faces,
            Self::Bin(_) => &[],
        }
    }
}

/// Opens what the arguments name.
///
/// # Errors
/// Whatever is missing or malformed, with file and line.
pub fn load(args: &Args) -> Result<Protocol> {
    let landmarks = (!args.landmarks.is_empty()).then(|| LandmarkIndex::load(&args.landmarks)).transpose()?;
    let (data, pairs) = (&args.data, args.pairs.as_deref());
    let loaded = match args.set {
        Set::Lfw => in_folds(folds::lfw(data, pairs)?, landmarks.as_ref()),
        Set::Ytf => in_folds(folds::ytf(data, pairs, args.max_frames)?, landmarks.as_ref()),
        Set::Ijba => {
            let mut protocol = IjbA::load(data)?;
            protocol.check_images()?;
            landmarks.iter().for_each(|l| {
                protocol.add_landmarks(l);
            });
            Protocol::IjbA(protocol)
        }
        Set::Ijbb => ijbbc(IjbSet::B, data, landmarks.as_ref())?,
        Set::Ijbc => ijbbc(IjbSet::C, data, landmarks.as_ref())?,
        Set::Bin => Protocol::Bin(VerificationBin::open(data)?),
    };
    Ok(loaded)
}

fn in_folds(mut protocol: FoldProtocol, landmarks: Option<&LandmarkIndex>) -> Protocol {
    landmarks.iter().for_each(|l| {
        protocol.add_landmarks(l);
    });
    Protocol::Folds(protocol)
}

fn ijbbc(set: IjbSet, data: &Path, landmarks: Option<&LandmarkIndex>) -> Result<Protocol> {
    let mut protocol = IjbBc::load(set, data)?;
    protocol.check_images()?;
    landmarks.iter().for_each(|l| {
        protocol.add_landmarks(l);
    });
    Ok(Protocol::IjbBc(Box::new(protocol)))
}
