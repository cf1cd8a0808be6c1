//! YouTube Faces (Wolf, Hassner, Maoz, CVPR 2011), in the file layout of its release.

mod boxes;
mod frames;
mod natural;
mod splits;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

pub use frames::YtfImages;
pub use splits::YtfLabels;

use crate::folds::{FaceList, FoldPair, FoldProtocol, ListUsed};
use crate::protocol::{Counts, Face};
use crate::EvalError;
use frames::VideoFolder;
use splits::{RawPair, Video};

/// Where YouTube Faces is, and which of its parts to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YtfFiles {
    /// Holds `aligned_images_DB` or `frame_images_DB`. `None` reads the pairs alone: every video then has no frames.
    pub root: Option<PathBuf>,
    /// `splits.txt` or `splits_corrected.txt`.
    pub splits: PathBuf,
    /// Which column of labels.
    pub labels: YtfLabels,
    /// Which of the two sets of pictures.
    pub images: YtfImages,
    /// At most so many frames of a video, evenly spaced; `None` for all.
    pub max_frames: Option<NonZeroUsize>,
}

/// Reads the pairs, and for every video its frames in natural order (2 before 10). A video is a template whose frames are one
/// medium, so that [`Pooling`](crate::Pooling) makes it one vector.
///
/// # Errors
/// A missing list, a row of another form, a label that is not 0 or 1, a missing column of corrected labels, with file and line; all
/// videos without frames on disk, at once ([`EvalError::MissingImages`]); a missing or broken file of boxes.
pub fn load_ytf(files: &YtfFiles) -> Result<FoldProtocol, EvalError> {
    let rows = splits::read(&files.splits, files.labels)?;
    let mut folder =
        files.root.as_deref().map(|root| VideoFolder::new(root, files.images, files.max_frames.map(NonZeroUsize::get)));
    let mut list = FaceList::default();
    let mut pairs = Vec::with_capacity(rows.len());
    for row in &rows {
        pairs.push(pair(row, &mut list, folder.as_mut())?);
    }
    if let Some(folder) = &folder {
        folder.check(list.templates.len())?;
    }
    let folds = pairs.iter().map(|p| p.fold + 1).max().unwrap_or(0) as usize;
    let counts = counts(&list, &pairs, files.root.is_some());
    Ok(FoldProtocol {
        root: files.root.clone().unwrap_or_default(),
        list: ListUsed { file: files.splits.clone(), form: form(files), errata: None },
        people: list.names(),
        faces: list.faces,
        templates: list.templates,
        pairs,
        folds,
        counts,
    })
}

fn pair(row: &RawPair, list: &mut FaceList, mut folder: Option<&mut VideoFolder>) -> Result<FoldPair, EvalError> {
    let mut find = |video: &Video| {
        let faces = || -> Result<Vec<Face>, EvalError> {
            folder.as_mut().map_or(Ok(vec![]), |f| f.faces(&video.name, video.number, &row.at))
        };
        list.template(&video.name, video.number, faces)
    };
    Ok(FoldPair { a: find(&row.a)?, b: find(&row.b)?, same: row.same, fold: row.fold })
}

/// The choices in words.
fn form(files: &YtfFiles) -> String {
    let frames = match files.max_frames {
        Some(n) => format!("at most {n} frames a video, evenly spaced"),
        None => "all frames".to_owned(),
    };
    match files.root {
        Some(_) => format!("{} labels, {}, {frames}", files.labels, files.images.folder()),
        None => format!("{} labels, no frames", files.labels),
    }
}

fn counts(list: &FaceList, pairs: &[FoldPair], frames: bool) -> Counts {
    let mut counts = Counts::default();
    counts.add("videos", list.templates.len(), None);
    counts.add("people", list.people(), None);
    counts.add("pairs", pairs.len(), Some(5000));
    counts.add("pairs of one person", pairs.iter().filter(|p| p.same).count(), None);
    if frames {
        counts.add("frames", list.faces.len(), None);
    }
    counts
}

/// A path inside the release as it stands in a face's `file`.
fn relative(parts: &[&str]) -> String {
    parts.join("/")
}

/// The folder of a person.
fn person_folder(root: &Path, images: YtfImages, name: &str) -> PathBuf {
    root.join(images.folder()).join(name)
}
