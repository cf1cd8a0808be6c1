//! A protocol from its files.
use super::cli::{Args, Set};
use crate::folds;
use anyhow::{bail, Result};
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

    /// Whether it brings a detector's scores of its faces.
    pub fn scored(&self) -> bool {
        matches!(self, Self::IjbBc(protocol) if protocol.det_scores.is_some())
    }
}

/// What an evaluation is made of.
pub struct Loaded {
    /// What is tested on.
    pub protocol: Protocol,
    /// What the threshold is chosen on, where the protocol has one fold.
    pub training: Option<FoldProtocol>,
}

/// Opens what the arguments name.
///
/// # Errors
/// Whatever is missing or malformed, with file and line; one fold without `--train-pairs`, several with it.
pub fn load(args: &Args) -> Result<Loaded> {
    let landmarks = (!args.landmarks.is_empty()).then(|| LandmarkIndex::load(&args.landmarks)).transpose()?;
    let landmarks = landmarks.as_ref();
    let data = &args.data;
    let protocol = match args.set {
        Set::Lfw | Set::Ytf => Protocol::Folds(of_pairs(args, args.pairs.as_deref(), landmarks)?),
        Set::Ijba => {
            let mut protocol = IjbA::load(data)?;
            protocol.check_images()?;
            landmarks.iter().for_each(|l| {
                protocol.add_landmarks(l);
            });
            Protocol::IjbA(protocol)
        }
        Set::Ijbb => ijbbc(IjbSet::B, data, landmarks)?,
        Set::Ijbc => ijbbc(IjbSet::C, data, landmarks)?,
        Set::Bin => Protocol::Bin(VerificationBin::open(data)?),
    };
    let training = training(args, &protocol, landmarks)?;
    Ok(Loaded { protocol, training })
}

fn of_pairs(args: &Args, pairs: Option<&Path>, landmarks: Option<&LandmarkIndex>) -> Result<FoldProtocol> {
    let mut protocol = match args.set {
        Set::Ytf => folds::ytf(&args.data, pairs, args.max_frames)?,
        _ => folds::lfw(&args.data, pairs)?,
    };
    landmarks.iter().for_each(|l| {
        protocol.add_landmarks(l);
    });
    Ok(protocol)
}

fn training(args: &Args, test: &Protocol, landmarks: Option<&LandmarkIndex>) -> Result<Option<FoldProtocol>> {
    let one_fold = match test {
        Protocol::Folds(protocol) if protocol.folds == 1 => Some(protocol),
        _ => None,
    };
    match (&args.train_pairs, one_fold) {
        (None, None) => Ok(None),
        (Some(list), Some(test)) => apart(of_pairs(args, Some(list), landmarks)?, test).map(Some),
        (None, Some(test)) => bail!(
            "{} is one fold, which leaves no pairs to choose a threshold on: name another list with --train-pairs \
             (for LFW's pairsDevTest.txt its pairsDevTrain.txt)",
            test.list.file.display()
        ),
        (Some(_), None) => bail!(
            "--train-pairs goes with a list of one fold, as --pairs pairsDevTest.txt: folds have their thresholds from each other"
        ),
    }
}

/// The list to choose a threshold on, if nobody of it is tested.
fn apart(training: FoldProtocol, test: &FoldProtocol) -> Result<FoldProtocol> {
    let both = training.people_also_in(test);
    if let Some(first) = both.first() {
        bail!(
            "{} of the {} people of {} are in {}, too, {first} among them: a threshold must not be chosen on people who are tested; \
             name two lists without a person in common, as LFW's pairsDevTrain.txt and pairsDevTest.txt are published",
            both.len(),
            training.people.len(),
            training.list.file.display(),
            test.list.file.display()
        );
    }
    Ok(training)
}

fn ijbbc(set: IjbSet, data: &Path, landmarks: Option<&LandmarkIndex>) -> Result<Protocol> {
    let mut protocol = IjbBc::load(set, data)?;
    protocol.check_images()?;
    landmarks.iter().for_each(|l| {
        protocol.add_landmarks(l);
    });
    Ok(Protocol::IjbBc(Box::new(protocol)))
}
