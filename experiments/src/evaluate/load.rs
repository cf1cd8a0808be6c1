//! A protocol from its files.
use super::cli::{Args, Set};
use anyhow::{bail, Context, Result};
use l2face_eval::{
    load_lfw, load_ytf, Face, FoldProtocol, IjbA, IjbBc, IjbSet, LandmarkIndex, LfwFiles, VerificationBin, YtfFiles,
    YtfImages, YtfLabels,
};
use std::path::{Path, PathBuf};

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
    let data = &args.data;
    let loaded = match args.set {
        Set::Lfw => lfw(args, landmarks.as_ref())?,
        Set::Ytf => ytf(args, landmarks.as_ref())?,
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

/// The list that was named, or the first of these names in the data's folder.
fn list(args: &Args, names: &[&str]) -> Result<PathBuf> {
    if let Some(path) = &args.pairs {
        return Ok(path.clone());
    }
    let found = names.iter().map(|name| args.data.join(name)).find(|path| path.is_file());
    found
        .with_context(|| format!("{} holds no {}: name the list with --pairs", args.data.display(), names.join(" or ")))
}

fn lfw(args: &Args, landmarks: Option<&LandmarkIndex>) -> Result<Protocol> {
    let pairs = list(args, &["pairs.txt"])?;
    let mut protocol = load_lfw(&LfwFiles { images: args.data.clone(), pairs, errata: None })?;
    protocol.check_images()?;
    landmarks.iter().for_each(|l| {
        protocol.add_landmarks(l);
    });
    Ok(Protocol::Folds(protocol))
}

fn ytf(args: &Args, landmarks: Option<&LandmarkIndex>) -> Result<Protocol> {
    let splits = list(args, &["splits.txt", "splits_corrected.txt"])?;
    let corrected = splits.file_name().is_some_and(|name| name == "splits_corrected.txt");
    let labels = if corrected { YtfLabels::Corrected } else { YtfLabels::Original };
    let images = [YtfImages::Aligned, YtfImages::Frames].into_iter().find(|i| args.data.join(i.folder()).is_dir());
    let Some(images) = images else {
        bail!("{} holds neither aligned_images_DB nor frame_images_DB", args.data.display());
    };
    let files = YtfFiles { root: Some(args.data.clone()), splits, labels, images, max_frames: args.max_frames };
    let mut protocol = load_ytf(&files)?;
    protocol.check_images()?;
    landmarks.iter().for_each(|l| {
        protocol.add_landmarks(l);
    });
    Ok(Protocol::Folds(protocol))
}

fn ijbbc(set: IjbSet, data: &Path, landmarks: Option<&LandmarkIndex>) -> Result<Protocol> {
    let mut protocol = IjbBc::load(set, data)?;
    protocol.check_images()?;
    landmarks.iter().for_each(|l| {
        protocol.add_landmarks(l);
    });
    Ok(Protocol::IjbBc(Box::new(protocol)))
}
