//! Whether a model folder holds what it says.
use anyhow::Result;
use candle_core::Device;
use l2face_model::{Model, TOLERANCE};
use std::path::Path;

/// Opens it strictly and embeds its images again; what was found, in a line.
pub(super) fn check(path: &Path) -> Result<String> {
    let path = super::fetch::local(path)?;
    let report = Model::from_folder(&path, &Device::Cpu)?.check()?;
    let (n, difference) = (report.images, report.difference);
    Ok(format!(
        "{}: the embeddings of {n} images differ by {difference:.1e} of the largest value, {TOLERANCE:e} is allowed\n",
        path.display()
    ))
}
