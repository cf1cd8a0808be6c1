//! LFW and YouTube Faces from their folders, in the published layouts.
use anyhow::{bail, Context, Result};
use l2face_eval::{load_lfw, load_ytf, FoldProtocol, LfwFiles, YtfFiles, YtfImages, YtfLabels};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// The list that was named, or the first of these names in the data's folder.
fn list(data: &Path, pairs: Option<&Path>, names: &[&str]) -> Result<PathBuf> {
    if let Some(path) = pairs {
        return Ok(path.into());
    }
    let found = names.iter().map(|name| data.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("{} holds no {}: name the list with --pairs", data.display(), names.join(" or ")))
}

/// LFW: `Name/Name_0001.jpg` and `pairs.txt`, or the list that `pairs` names.
///
/// # Errors
/// Whatever is missing or malformed, with file and line.
pub fn lfw(data: &Path, pairs: Option<&Path>) -> Result<FoldProtocol> {
    let pairs = list(data, pairs, &["pairs.txt"])?;
    let protocol = load_lfw(&LfwFiles { images: data.into(), pairs, errata: None })?;
    protocol.check_images()?;
    Ok(protocol)
}

/// YouTube Faces: `aligned_images_DB` or `frame_images_DB`, and `splits.txt` or `splits_corrected.txt`, or the list that `pairs` names. A
/// list with a sixth column, of corrected labels, is read by these.
///
/// # Errors
/// Whatever is missing or malformed, with file and line.
pub fn ytf(data: &Path, pairs: Option<&Path>, max_frames: Option<NonZeroUsize>) -> Result<FoldProtocol> {
    let splits = list(data, pairs, &["splits.txt", "splits_corrected.txt"])?;
    let labels = YtfLabels::of(&splits)?;
    let images = [YtfImages::Aligned, YtfImages::Frames].into_iter().find(|i| data.join(i.folder()).is_dir());
    let Some(images) = images else {
        bail!("{} holds neither aligned_images_DB nor frame_images_DB", data.display());
    };
    let files = YtfFiles { root: Some(data.into()), splits, labels, images, max_frames };
    let protocol = load_ytf(&files)?;
    protocol.check_images()?;
    Ok(protocol)
}
