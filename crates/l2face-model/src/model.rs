//! A model, ready to embed.
use crate::check::{Check, CheckReport};
use crate::config::ModelConfig;
use crate::error::{ModelError, Result};
use crate::files::CHECK;
use crate::folder::ModelFolder;
use crate::read;
use candle_core::{DType, Device, Tensor};
use candle_nn::ModuleT;
use l2face_backbone::{build, Backbone, BackboneConfig, Weights};
use l2face_image::{warp, warp_antialiased, Landmarks5, Rgb8, Similarity};
use std::path::{Path, PathBuf};

/// Crops in one forward pass.
const BATCH: usize = 32;

/// A network with its weights, from a model folder.
#[derive(Clone, Debug)]
pub struct Model {
    config: ModelConfig,
    net: Backbone,
    device: Device,
    check: PathBuf,
}

impl Model {
    /// Opens a folder and puts the network on a device, in f32.
    ///
    /// # Errors
    /// A file that is missing, truncated, damaged or hostile; another version; a configuration and tensors that disagree.
    pub fn from_folder(path: &Path, device: &Device) -> Result<Self> {
        let folder = ModelFolder::open(path)?;
        let net = network(&folder.config().backbone(), &folder.weights()?, device)?;
        Ok(Self { config: folder.config().clone(), net, device: device.clone(), check: folder.file(CHECK) })
    }

    /// What `config.json` says.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The embeddings of aligned crops in the network's size: D numbers each, of any length (not normalised).
    ///
    /// # Errors
    /// A crop of another size; what the device reports.
    pub fn embed(&self, crops: &[&Rgb8]) -> Result<Vec<Vec<f32>>> {
        embed(&self.net, &self.config, crops, &self.device)
    }

    /// The crop of a face, given its eyes, nose tip and corners of the mouth in pixels of the photograph; `None` where the points are no
    /// face (all in one place).
    pub fn crop(&self, photo: &Rgb8, points: &Landmarks5) -> Option<Rgb8> {
        let target = self.config.input.target;
        let to_crop = Similarity::estimate(&points.0, &target.points())?;
        let warp = if self.config.antialias { warp_antialiased } else { warp };
        Some(warp(photo, &to_crop, target.width, target.height))
    }

    /// Embeds the images of `check.safetensors` and compares them with what stands there.
    ///
    /// # Errors
    /// A value that differs by more than [`TOLERANCE`](crate::TOLERANCE); a file that is missing, damaged or of another network.
    pub fn check(&self) -> Result<CheckReport> {
        if !read::exists(&self.check) {
            return Err(ModelError::file(
                &self.check,
                "missing: without it nobody can tell whether these are the weights",
            ));
        }
        let check = Check::open(&self.check, &self.config)?;
        let got = self.embed(&check.images.iter().collect::<Vec<_>>())?;
        check.compare(&self.check, &got)
    }
}

/// The network for evaluation.
pub(crate) fn network(config: &BackboneConfig, weights: &Weights, device: &Device) -> Result<Backbone> {
    Ok(build(config, weights.builder(DType::F32, device))?.for_inference()?)
}

pub(crate) fn embed(net: &Backbone, config: &ModelConfig, crops: &[&Rgb8], device: &Device) -> Result<Vec<Vec<f32>>> {
    let (w, h) = (config.input.target.width, config.input.target.height);
    let mut all = Vec::with_capacity(crops.len());
    for batch in crops.chunks(BATCH) {
        let mut values = vec![0f32; batch.len() * 3 * w * h];
        for (crop, out) in batch.iter().zip(values.chunks_mut(3 * w * h)) {
            config.input.write_chw(crop, out)?;
        }
        let images = Tensor::from_vec(values, (batch.len(), 3, h, w), device)?;
        all.extend(net.forward_t(&images, false)?.to_device(&Device::Cpu)?.to_vec2::<f32>()?);
    }
    Ok(all)
}

/// The cosine of two embeddings: the higher, the more alike. 0 if one of them is zero.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let norms = dot(a, a).sqrt() * dot(b, b).sqrt();
    if norms > 0. {
        dot(a, b) / norms
    } else {
        0.
    }
}
