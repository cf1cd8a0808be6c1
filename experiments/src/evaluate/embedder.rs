//! A network that turns crops into embeddings, whatever file it comes from.
use super::framing::Framing;
use super::preproc::Normalise;
use crate::model::{cli::Which, open};
use anyhow::{ensure, Context, Result};
use candle_core::{DType, Device, Tensor};
use candle_nn::ModuleT;
use l2face_graph::Net;
use l2face_image::{CropTarget, Preproc, Rgb8, Template};
use std::path::Path;

/// Version of all that makes an embedding of a crop: the networks' operations and their order. It is raised with every change that gives other
/// numbers, so that embeddings kept from before are not taken for those of today.
pub const NETWORK: u32 = 1;

/// A network with its input.
pub struct Embedder {
    net: Net,
    /// What happens to a crop before the network.
    pub preproc: Preproc,
    /// Crops are shrunk by area before the bilinear warp.
    pub antialias: bool,
    /// Length of an embedding.
    pub dim: usize,
    /// SHA-256 of the file.
    pub sha256: String,
    /// What is computed with the tensors, as one number: the network's configuration, or the SHA-256 of the file that says it.
    pub network: String,
    /// SHA-256 of its tensors, whatever the file.
    pub weights: String,
    device: Device,
}

impl Embedder {
    /// Opens a file and prepares its network for evaluation.
    ///
    /// # Errors
    /// A file that is damaged or of no known network; an ONNX file that does not say its input, without `normalise`.
    pub fn open(path: &Path, which: &Which, normalise: Option<Normalise>, device: &Device) -> Result<Self> {
        Self::open_framed(path, which, normalise, Framing::default(), device)
    }

    /// Like [`Self::open`], where the file does not say its template or origin by those given.
    ///
    /// # Errors
    /// Those of [`Self::open`]; a `framing` that the file contradicts, or that the network's size does not fit.
    pub fn open_framed(
        path: &Path,
        which: &Which,
        normalise: Option<Normalise>,
        framing: Framing,
        device: &Device,
    ) -> Result<Self> {
        let opened = open(path, which)?;
        let own_input = opened.own_input;
        let sha256 = crate::hash::file(&opened.path)?;
        let antialias = opened.antialias;
        let name = opened.path.display().to_string();
        let (graph, config, weights) = opened.load()?;
        let [c, height, width] = graph.image();
        ensure!(c == 3, "{name} takes images of {c} channels, faces have 3");
        let network = config.as_ref().map_or(Ok(sha256.clone()), crate::hash::of)?;
        let stated = config.map(|config| config.input);
        let target = match stated {
            Some(input) if own_input => framing.check(&name, input.target)?,
            Some(input) => framing.target((width, height), Ok(input.target))?,
            None => framing.target((width, height), target(width, height))?,
        };
        let preproc = match (stated, normalise) {
            (Some(input), None) => Preproc { target, ..input },
            (Some(input), Some(normalise)) => normalise.apply(Preproc { target, ..input }),
            (None, Some(normalise)) => normalise.apply(Preproc::new(target)),
            (None, None) => anyhow::bail!(
                "{name} does not say how its input is made: --preproc, for example --preproc rgb,127.5,128 (InsightFace: rgb,127.5,127.5)"
            ),
        };
        let crop = (preproc.target.width, preproc.target.height);
        ensure!(crop == (width, height), "{name} takes {width}x{height} pixels, its crop would have {crop:?}");
        let dim = graph.shape(graph.output()).iter().product();
        let tensors = crate::hash::tensors(&weights)?;
        let net = Net::new(&graph, &weights, DType::F32, device).with_context(|| name)?;
        Ok(Self { net, preproc, antialias, dim, sha256, network, weights: tensors, device: device.clone() })
    }

    /// The embeddings of crops, or of their mirror images.
    ///
    /// # Errors
    /// Crops of another size; what the device reports.
    pub fn embed(&self, crops: &[&Rgb8], mirrored: bool) -> Result<Vec<Vec<f32>>> {
        let (w, h) = (self.preproc.target.width, self.preproc.target.height);
        let mut values = vec![0f32; crops.len() * 3 * w * h];
        for (crop, out) in crops.iter().zip(values.chunks_mut(3 * w * h)) {
            match mirrored {
                true => self.preproc.write_chw(&crop.mirrored(), out)?,
                false => self.preproc.write_chw(crop, out)?,
            }
        }
        let images = Tensor::from_vec(values, (crops.len(), 3, h, w), &self.device)?;
        Ok(self.net.forward_t(&images, false)?.to_device(&Device::Cpu)?.to_vec2()?)
    }
}

/// The usual crop of this size: InsightFace's templates.
fn target(width: usize, height: usize) -> Result<CropTarget> {
    let template = match (width, height) {
        (96, 112) => Template::Wide96x112,
        (w, h) if w == h && w % 128 == 0 => Template::Arc128,
        _ => Template::Arc112,
    };
    Ok(CropTarget::new(template, width, height)?)
}
