//! `check.safetensors`: a few images as bytes, and the embeddings that the weights give for them.
use crate::config::ModelConfig;
use crate::error::{ModelError, Result};
use candle_core::{DType, Device, Shape, Tensor};
use l2face_backbone::WeightsFile;
use l2face_image::Rgb8;
use rand::Rng;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The largest difference between a stored and a recomputed value, relative to the largest value of all. Devices add in other orders.
pub const TOLERANCE: f64 = 1e-4;

/// Images of a check that is written.
const IMAGES: u64 = 4;
/// Most images of a check that is read.
const MOST: usize = 64;
/// Most pixels of all its images together: four of the largest crop.
const PIXELS: usize = 4 << 20;
/// Side of the grid of random colours that an image is blown up from.
const GRID: usize = 9;

/// What [`Model::check`](crate::Model::check) found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckReport {
    /// Images compared.
    pub images: usize,
    /// The largest difference of all values, relative to the largest value.
    pub difference: f64,
}

/// Images and their embeddings.
pub(crate) struct Check {
    /// RGB crops in the network's size.
    pub images: Vec<Rgb8>,
    /// One for each.
    pub embeddings: Vec<Vec<f32>>,
}

/// The images of a new check: smooth patches of random colour, the same for every network of this input size. No face of anyone.
pub(crate) fn images(config: &ModelConfig) -> Vec<Rgb8> {
    let target = config.input.target;
    let image = |i| {
        let mut draw = l2face_seed::substream(0, "model/check", i);
        let coarse = Rgb8::from_fn(GRID, GRID, |_, _| draw.random());
        coarse.resized(target.width, target.height)
    };
    (0..IMAGES).map(image).collect()
}

impl Check {
    /// The bytes of the file: `images` (n, height, width, 3), u8, RGB; `embeddings` (n, D), f32.
    pub fn to_bytes(&self, config: &ModelConfig) -> Result<Vec<u8>> {
        let (n, target) = (self.images.len(), config.input.target);
        let pixels: Vec<u8> = self.images.iter().flat_map(|image| image.data().iter().copied()).collect();
        let values: Vec<f32> = self.embeddings.concat();
        let tensors = BTreeMap::from([
            ("images", Tensor::from_vec(pixels, (n, target.height, target.width, 3), &Device::Cpu)?),
            ("embeddings", Tensor::from_vec(values, (n, config.embedding), &Device::Cpu)?),
        ]);
        let note = HashMap::from([("l2face.check".to_string(), format!("relative tolerance {TOLERANCE:e}"))]);
        Ok(safetensors::serialize(tensors, Some(note)).map_err(candle_core::Error::wrap)?)
    }

    pub fn open(path: &Path, config: &ModelConfig) -> Result<Self> {
        let mut file = WeightsFile::open(path)?;
        let n = count(file.held(), config).map_err(|why| ModelError::file(path, why))?;
        let (w, h) = (config.input.target.width, config.input.target.height);
        let pixels: Vec<u8> = file.tensor("images")?.flatten_all()?.to_vec1()?;
        let images = pixels
            .chunks(3 * w * h)
            .map(|p| Rgb8::new(w, h, p.to_vec()))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let embeddings: Vec<Vec<f32>> = file.tensor("embeddings")?.to_vec2()?;
        if images.len() != n || embeddings.iter().flatten().any(|v| !v.is_finite()) {
            return Err(ModelError::file(path, "an embedding in it is not finite: package the model again"));
        }
        Ok(Self { images, embeddings })
    }

    /// The largest difference, if it is small enough everywhere.
    pub fn compare(&self, path: &Path, got: &[Vec<f32>]) -> Result<CheckReport> {
        let largest = self.embeddings.iter().flatten().fold(0f32, |most, v| most.max(v.abs()));
        let mut worst = 0f64;
        for (image, (got, want)) in got.iter().zip(&self.embeddings).enumerate() {
            let difference = f64::from(distance(got, want)) / f64::from(largest.max(f32::MIN_POSITIVE));
            if difference.is_nan() || difference > TOLERANCE {
                return Err(ModelError::Check { path: path.into(), image, difference, tolerance: TOLERANCE });
            }
            worst = worst.max(difference);
        }
        Ok(CheckReport { images: self.images.len(), difference: worst })
    }
}

/// max |a - b|; NaN if one is.
fn distance(a: &[f32], b: &[f32]) -> f32 {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0., |most, d| if d.is_nan() || most.is_nan() { f32::NAN } else { most.max(d) })
}

/// Images of the file, which must be those of this network.
fn count(held: &BTreeMap<String, (Shape, DType)>, config: &ModelConfig) -> std::result::Result<usize, String> {
    let names: Vec<&str> = held.keys().map(String::as_str).collect();
    if names != ["embeddings", "images"] {
        return Err("not a check: it holds other tensors than `images` and `embeddings`".into());
    }
    let (images, pixels) = &held["images"];
    let (embeddings, values) = &held["embeddings"];
    let n = images.dims().first().copied().unwrap_or(0);
    let target = config.input.target;
    let right = images.dims() == [n, target.height, target.width, 3] && embeddings.dims() == [n, config.embedding];
    let all = n.saturating_mul(target.width).saturating_mul(target.height);
    match right && (*pixels, *values) == (DType::U8, DType::F32) && (1..=MOST).contains(&n) {
        true if all > PIXELS => Err(format!("its {n} images have {all} pixels in all; at most {PIXELS} are read: package the model again")),
        true => Ok(n),
        false => Err(format!(
            "not a check of this network: its images are {:?} {}, its embeddings {:?} {}; 1 to {MOST} images of {}x{} pixels, bytes, and \
             embeddings of {} numbers, f32, are read",
            images.dims(), pixels.as_str(), embeddings.dims(), values.as_str(), target.width, target.height, config.embedding
        )),
    }
}
