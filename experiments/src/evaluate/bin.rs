//! Verification sets in one file.
use super::align::{whole, Crop};
use anyhow::{Context, Result};
use l2face_eval::{FoldPair, FoldProtocol, ListUsed, TemplateSpec, VerificationBin};
use l2face_image::CropTarget;
use l2face_metrics::{Folds, Pair};
use rayon::prelude::*;
use std::ops::Range;
use std::path::Path;

/// Folds of such a set: ten blocks of pairs, as InsightFace's scripts cut it with scikit-learn's `KFold`.
const FOLDS: usize = 10;

/// The file as a protocol: each image a face and a template, pairs in ten blocks.
///
/// # Errors
/// Fewer than ten pairs.
pub fn protocol(path: &Path, bin: &VerificationBin) -> Result<FoldProtocol> {
    let images = bin.images() as u32;
    let fold_of = fold_of(bin.same()).with_context(|| path.display().to_string())?;
    let template = |i: u32| TemplateSpec { id: u64::from(i), subject: u64::from(i), media: vec![vec![i]] };
    let face = |i: u32| l2face_eval::Face {
        file: format!("image {i}"),
        path: path.into(),
        hints: Default::default(),
        at: format!("{}: image {i}", path.display()),
    };
    let pair = |((a, same), fold): ((u32, &bool), u32)| FoldPair { a, b: a + 1, same: *same, fold };
    Ok(FoldProtocol {
        root: path.into(),
        list: ListUsed { file: path.into(), form: "pairs of the file, ten blocks".into(), errata: None },
        faces: (0..images).map(face).collect(),
        templates: (0..images).map(template).collect(),
        pairs: (0..).step_by(2).zip(bin.same()).zip(fold_of).map(pair).collect(),
        people: vec![],
        folds: FOLDS,
        counts: Default::default(),
    })
}

/// The fold of each pair.
fn fold_of(same: &[bool]) -> Result<Vec<u32>> {
    let folds = Folds::contiguous(&Pair::zip(&vec![0.; same.len()], same)?, FOLDS)?;
    Ok((0..).zip(folds.folds()).flat_map(|(fold, pairs)| vec![fold; pairs.len()]).collect())
}

/// The images as crops.
///
/// # Errors
/// An image that is damaged or of another shape than the network's crop.
pub fn crops(bin: &VerificationBin, range: Range<usize>, target: &CropTarget) -> Result<Vec<Crop>> {
    let one = |i: usize| whole(&bin.image(i)?, target).with_context(|| format!("image {i}"));
    range.into_par_iter().map(one).collect()
}
