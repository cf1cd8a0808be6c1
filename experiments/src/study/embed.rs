//! From crops to embeddings, in shards that survive a kill.

use super::config::{Config, Flip};
use super::crops::Crops;
use crate::progress::Progress;
use anyhow::{ensure, Context, Result};
use candle_core::{Device, Tensor, D};
use candle_nn::ModuleT;
use l2face_backbone::Backbone;
use l2face_eval::Embeddings;
use l2face_image::{Preproc, Rgb8};
use l2face_train::Snapshot;
use std::collections::BTreeMap;
use std::path::Path;

/// Faces between two writes to disk.
const SHARD: usize = 256;

/// The embeddings of all faces and the norm of each plain feature.
pub struct Embedded {
    /// One row a face, flip-fused, raw; a face without a crop is absent.
    pub embeddings: Embeddings,
    /// `||f(x)||` of the crop itself, before any fusion or normalisation; NaN where absent.
    pub norms: Vec<f32>,
}

/// Embeds every crop; shards that `folder` already holds are read back.
pub fn embed(
    backbone: &Backbone,
    config: &Config,
    crops: &Crops,
    device: &Device,
    folder: &Path,
    label: &str,
) -> Result<Embedded> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let backbone = &backbone.for_inference()?;
    let dim = config.model.embedding();
    let preproc = config.preproc()?;
    let progress = Progress::new(label, "faces", crops.len());
    let mut all = Embedded { embeddings: Embeddings::new(crops.len(), dim), norms: vec![] };
    for (index, from) in (0..crops.len()).step_by(SHARD).enumerate() {
        let to = (from + SHARD).min(crops.len());
        let path = folder.join(format!("shard-{index:05}.safetensors"));
        let shard = match Snapshot::load(&path) {
            Ok(shard) => shard,
            _ => {
                let shard = compute(backbone, config, &preproc, crops, from..to, device)?;
                shard.save_atomic(&path).with_context(|| format!("cannot write {}", path.display()))?;
                shard
            }
        };
        append(&mut all, &shard, crops, from..to)?;
        progress.set(to, "");
    }
    progress.finish("");
    Ok(all)
}

fn compute(
    backbone: &Backbone,
    config: &Config,
    preproc: &Preproc,
    crops: &Crops,
    range: std::ops::Range<usize>,
    device: &Device,
) -> Result<Snapshot> {
    let present: Vec<&Rgb8> = range.filter_map(|i| crops.get(i)).collect();
    let dim = config.model.embedding();
    let (mut features, mut norms) = (vec![Tensor::zeros((0, dim), candle_core::DType::F32, &Device::Cpu)?], vec![]);
    for batch in present.chunks(config.evaluate.batch) {
        let plain = forward(backbone, preproc, batch, false, device)?;
        norms.extend(plain.sqr()?.sum(D::Minus1)?.sqrt()?.to_vec1::<f32>()?);
        features.push(match config.evaluate.flip {
            Flip::None => plain,
            Flip::Sum => (plain + forward(backbone, preproc, batch, true, device)?)?,
        });
    }
    let count = norms.len();
    let tensors = BTreeMap::from([
        ("features".to_string(), Tensor::cat(&features[..], 0)?),
        ("norms".to_string(), Tensor::from_vec(norms, count, &Device::Cpu)?),
    ]);
    Ok(Snapshot { tensors, meta: serde_json::Value::Null })
}

/// The features (n, D) of crops or of their mirror images, on the CPU, outside any graph.
fn forward(backbone: &Backbone, preproc: &Preproc, crops: &[&Rgb8], mirrored: bool, device: &Device) -> Result<Tensor> {
    let (w, h) = (preproc.target.width, preproc.target.height);
    let mut values = vec![0f32; crops.len() * 3 * w * h];
    for (crop, out) in crops.iter().zip(values.chunks_mut(3 * w * h)) {
        match mirrored {
            true => preproc.write_chw(&crop.mirrored(), out)?,
            false => preproc.write_chw(crop, out)?,
        }
    }
    let images = Tensor::from_vec(values, (crops.len(), 3, h, w), device)?;
    Ok(backbone.forward_t(&images, false)?.detach().to_device(&Device::Cpu)?)
}

fn append(all: &mut Embedded, shard: &Snapshot, crops: &Crops, range: std::ops::Range<usize>) -> Result<()> {
    let get = |name: &str| shard.tensors.get(name).ok_or_else(|| anyhow::anyhow!("an embedding shard lacks {name}"));
    let rows = get("features")?.to_vec2::<f32>()?;
    let norms = get("norms")?.to_vec1::<f32>()?;
    let (mut rows, mut norms) = (rows.into_iter(), norms.into_iter());
    for face in range {
        let present = crops.get(face).is_some();
        let row = if present { rows.next() } else { None };
        ensure!(row.is_some() == present, "an embedding shard has too few rows: delete the row's folder `embeddings`");
        if let Some(row) = &row {
            all.embeddings.set(face, row)?;
        }
        all.norms.push(if present { norms.next().unwrap_or(f32::NAN) } else { f32::NAN });
    }
    Ok(())
}
