//! From faces to embeddings, in shards that survive a kill and serve the next run.
use super::align::Crop;
use super::embedder::Embedder;
use crate::progress::Progress;
use anyhow::{ensure, Context, Result};
use candle_core::{Device, Tensor};
use l2face_eval::{Embeddings, FailurePolicy, Features};
use l2face_train::Snapshot;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// The score of a face that the detector did not find, beside others that it found: no evidence for a face or against it, and so a quality of 0
/// (the Crystal loss paper's log-odds), above which every detection stands.
const UNDETECTED: f32 = 0.5;
/// Faces between two writes to disk.
const SHARD: usize = 512;

/// The embeddings of all faces of a protocol.
pub struct Embedded {
    plain: Embeddings,
    mirrored: Option<Embeddings>,
    /// A detector's score of each face; none at all where there was no detector.
    scores: Option<Vec<f32>>,
    /// How many faces came from which source.
    pub sources: BTreeMap<String, usize>,
}

impl Embedded {
    /// Whether a detector's scores of the faces are known.
    pub fn scored(&self) -> bool {
        self.scores.is_some()
    }

    /// For `l2face_eval`; a protocol's own detector scores go before ours.
    pub fn features<'a>(&'a self, scores: Option<&'a [f32]>, failures: FailurePolicy) -> Features<'a> {
        let mut features = Features::new(&self.plain).failures(failures);
        if let Some(scores) = scores.or(self.scores.as_deref()) {
            features = features.det_scores(scores);
        }
        match &self.mirrored {
            Some(mirrored) => features.mirrored(mirrored),
            None => features,
        }
    }
}

/// What a shard says beside its tensors.
#[derive(Serialize, Deserialize)]
struct Notes {
    /// For each face its source, its detector score, and 0 absent, 1 found, 2 fallback.
    faces: Vec<(String, Option<f32>, u8)>,
}

/// How faces are embedded.
pub struct Job<'a> {
    /// The network.
    pub embedder: &'a Embedder,
    /// Faces at once.
    pub batch: usize,
    /// Whether mirror images are embedded, too.
    pub mirrored: bool,
    /// The folder of this model, preprocessing and list of faces.
    pub folder: &'a Path,
}

/// Embeds `count` faces whose crops `crops` makes; shards that the folder holds are read back.
///
/// # Errors
/// Those of `crops`, of the network and of the disk.
pub fn embed(job: &Job<'_>, count: usize, crops: impl Fn(Range<usize>) -> Result<Vec<Crop>>) -> Result<Embedded> {
    std::fs::create_dir_all(job.folder).with_context(|| format!("cannot create {}", job.folder.display()))?;
    let dim = job.embedder.dim;
    let room = || Embeddings::new(count, dim);
    let mirrored = job.mirrored.then(room);
    let mut all = Embedded { plain: room(), mirrored, scores: None, sources: BTreeMap::new() };
    let mut scores = vec![None; count];
    let progress = Progress::new("embed", "faces", count);
    for (index, from) in (0..count).step_by(SHARD).enumerate() {
        let to = (from + SHARD).min(count);
        let path = job.folder.join(format!("shard-{index:05}.safetensors"));
        let shard = match Snapshot::load(&path) {
            Ok(shard) => shard,
            _ => {
                let shard = compute(job, &crops(from..to)?, |done| progress.set(from + done, ""))?;
                shard.save_atomic(&path).with_context(|| format!("cannot write {}", path.display()))?;
                shard
            }
        };
        let bad = || format!("{}: delete it to embed these faces again", path.display());
        append(&mut all, &mut scores, &shard, from..to).with_context(bad)?;
        progress.set(to, "");
    }
    progress.finish("");
    all.scores = known(&scores);
    Ok(all)
}

/// Nothing where no face has a score: then there was no detector.
fn known(scores: &[Option<f32>]) -> Option<Vec<f32>> {
    let any = scores.iter().any(Option::is_some);
    any.then(|| scores.iter().map(|score| score.unwrap_or(UNDETECTED)).collect())
}

fn compute(job: &Job<'_>, crops: &[Crop], progress: impl Fn(usize)) -> Result<Snapshot> {
    let images: Vec<_> = crops.iter().filter_map(|crop| crop.image.as_ref()).collect();
    let (mut plain, mut mirrored) = (Vec::new(), Vec::new());
    for (i, batch) in images.chunks(job.batch.max(1)).enumerate() {
        plain.extend(job.embedder.embed(batch, false)?);
        if job.mirrored {
            mirrored.extend(job.embedder.embed(batch, true)?);
        }
        progress(i * job.batch + batch.len());
    }
    let faces = crops.iter().map(|crop| {
        let kind = u8::from(crop.image.is_some()) + u8::from(crop.fallback);
        (crop.source.clone(), crop.score, kind)
    });
    let mut tensors = BTreeMap::from([("plain".to_string(), rows(plain, job.embedder.dim)?)]);
    if job.mirrored {
        tensors.insert("mirrored".into(), rows(mirrored, job.embedder.dim)?);
    }
    Ok(Snapshot { tensors, meta: serde_json::to_value(Notes { faces: faces.collect() })? })
}

fn rows(rows: Vec<Vec<f32>>, dim: usize) -> Result<Tensor> {
    Ok(Tensor::from_vec(rows.concat(), (rows.len(), dim), &Device::Cpu)?)
}

fn append(all: &mut Embedded, scores: &mut [Option<f32>], shard: &Snapshot, range: Range<usize>) -> Result<()> {
    let notes: Notes = serde_json::from_value(shard.meta.clone())?;
    ensure!(notes.faces.len() == range.len(), "it has {} faces in place of {}", notes.faces.len(), range.len());
    let rows = |name: &str| -> Result<Vec<Vec<f32>>> {
        let tensor = shard.tensors.get(name).with_context(|| format!("it lacks {name}"))?;
        Ok(tensor.to_vec2()?)
    };
    let mut plain = rows("plain")?.into_iter();
    let mut mirrored = if all.mirrored.is_some() { rows("mirrored")?.into_iter() } else { Vec::new().into_iter() };
    for (face, (source, score, kind)) in range.zip(notes.faces) {
        scores[face] = score;
        *all.sources.entry(source).or_default() += 1;
        if kind == 0 {
            continue;
        }
        put(&mut all.plain, face, kind, plain.next())?;
        if let Some(embeddings) = &mut all.mirrored {
            put(embeddings, face, kind, mirrored.next())?;
        }
    }
    Ok(())
}

fn put(embeddings: &mut Embeddings, face: usize, kind: u8, row: Option<Vec<f32>>) -> Result<()> {
    let row = row.context("it has too few rows")?;
    match kind {
        1 => embeddings.set(face, &row)?,
        _ => embeddings.set_fallback(face, &row)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::known;
    use l2face_eval::face_quality;

    #[test]
    fn what_was_not_detected_stands_below_every_detection() {
        assert_eq!(known(&[None, None]), None, "no detector");
        let scores = known(&[Some(0.9), None, Some(0.6)]).expect("a detector");
        let quality = |face: usize| face_quality(f64::from(scores[face]));
        assert!(quality(1) < quality(2) && quality(2) < quality(0) && scores[1] > 0., "{scores:?}");
        assert_eq!(quality(1), 0.);
    }
}
