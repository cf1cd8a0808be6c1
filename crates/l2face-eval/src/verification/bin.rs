//! The `.bin` files of InsightFace: encoded images two by two, and whether each two are one person.
use super::numpy::{image, truth, truths, ALLOWED};
use crate::EvalError;
use l2face_image::Rgb8;
use l2face_pickle::{Limits, Pickle, Value, Values};
use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};

/// 4 GiB and room for twenty thousand images as numpy arrays.
const LIMITS: Limits = Limits { bytes: 4 << 30, values: 1 << 20, depth: 32, expanded: 16 << 20 };

/// A verification set in one file: a pickled pair (images, issame). Images `2i` and `2i + 1` are pair `i`, which is of one person if `issame[i]`.
/// Images are JPEG or PNG files as bytes, Python 2 strings or numpy arrays of uint8; `issame` holds bools, numbers or numpy's, of any protocol. As
/// read by InsightFace's `recognition/arcface_torch/eval/verification.py`; nothing in the file is run.
///
/// The encoded images stay in memory, an image is decoded when it is asked for.
#[derive(Debug)]
pub struct VerificationBin {
    path: PathBuf,
    pickle: Pickle,
    same: Vec<bool>,
}

impl VerificationBin {
    /// Reads a file and checks all but the pixels.
    ///
    /// # Errors
    /// [`EvalError::Io`], or [`EvalError::BadBin`]: not such a pickle, an image that is none of the forms above or empty, an `issame` that is
    /// neither true nor false, or not two images for each of it.
    pub fn open(path: &Path) -> Result<Self, EvalError> {
        let io = |source| EvalError::Io { path: path.into(), source };
        let file = File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.is_dir() {
            return Err(bad(path, "it is a folder; give the .bin file".to_owned()));
        }
        let pickle = Pickle::read(file, ALLOWED, &LIMITS).map_err(|e| bad(path, e.to_string()))?;
        let same = check(&pickle).map_err(|problem| bad(path, problem))?;
        Ok(Self { path: path.into(), pickle, same })
    }

    /// For each pair, whether it is one person.
    pub fn same(&self) -> &[bool] {
        &self.same
    }

    /// Number of images: two for each pair.
    pub fn images(&self) -> usize {
        2 * self.same.len()
    }

    /// One image as it is in the file, a JPEG or PNG.
    ///
    /// # Errors
    /// [`EvalError::BadBin`] for an index of [`images`](Self::images) or more.
    pub fn encoded(&self, index: usize) -> Result<Cow<'_, [u8]>, EvalError> {
        let found = parts(self.pickle.root()).and_then(|(images, _)| images.get(index)).and_then(image);
        found.ok_or_else(|| bad(&self.path, format!("there is no image {index}, only {}", self.images())))
    }

    /// One image, decoded: RGB.
    ///
    /// # Errors
    /// As [`encoded`](Self::encoded); [`EvalError::BadBin`] for what is not a JPEG or PNG.
    pub fn image(&self, index: usize) -> Result<Rgb8, EvalError> {
        Rgb8::decode(&self.encoded(index)?).map_err(|e| bad(&self.path, format!("image {index} (from 0): {e}")))
    }
}

fn bad(path: &Path, problem: String) -> EvalError {
    EvalError::BadBin { path: path.into(), problem }
}

/// Images and `issame`.
fn parts(root: Value<'_>) -> Option<(Values<'_>, Value<'_>)> {
    let pair = root.tuple().or_else(|| root.list()).filter(|pair| pair.len() == 2)?;
    let images = pair.get(0)?;
    Some((images.list().or_else(|| images.tuple())?, pair.get(1)?))
}

/// `issame`, if the images fit it.
fn check(pickle: &Pickle) -> Result<Vec<bool>, String> {
    let parts = parts(pickle.root());
    let (images, issame) = parts.ok_or_else(|| format!("{} in place of (images, issame)", pickle.root().what()))?;
    let same = same(issame)?;
    if images.len() != 2 * same.len() {
        return Err(format!(
            "{} images for {} pairs: each pair has two; the file was packed wrongly",
            images.len(),
            same.len()
        ));
    }
    match images.iter().position(|value| image(value).is_none_or(|bytes| bytes.is_empty())) {
        Some(i) => Err(format!(
            "image {i} (from 0) is empty, or {} that is no encoded image; it must be bytes or an array of uint8 of one dimension",
            images.get(i).map_or("nothing", Value::what)
        )),
        None => Ok(same),
    }
}

fn same(issame: Value<'_>) -> Result<Vec<bool>, String> {
    let Some(list) = issame.list().or_else(|| issame.tuple()) else {
        return truths(issame).ok_or_else(|| format!("issame is {} in place of a list of bools", issame.what()));
    };
    let one =
        |(i, value): (usize, Value<'_>)| truth(value).ok_or_else(|| format!("issame[{i}] is neither true nor false"));
    list.iter().enumerate().map(one).collect()
}
