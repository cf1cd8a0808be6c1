//! The cascade.
use crate::config::MtcnnConfig;
use crate::face::Face;
use crate::network::Network;
use crate::plan::{ONET, PNET, RNET};
use crate::propose::propose;
use crate::refine::{decide, refine};
use candle_core::{Device, Result};
use candle_nn::VarBuilder;
use l2face_image::Rgb8;
use std::borrow::Borrow;

/// Multi-task cascaded convolutional networks (Zhang et al., arXiv 1604.02878), with facenet-pytorch's details.
#[derive(Clone, Debug)]
pub struct Mtcnn {
    config: MtcnnConfig,
    pnet: Network,
    rnet: Network,
    onet: Network,
    device: Device,
}

impl Mtcnn {
    /// From the variables `pnet.*`, `rnet.*` and `onet.*`, which [`weights`](crate::weights) reads from files.
    ///
    /// # Errors
    /// When a variable is missing or of another shape, or a setting is out of its range.
    pub fn new(config: MtcnnConfig, vb: &VarBuilder<'_>) -> Result<Self> {
        config.check()?;
        Ok(Self {
            config,
            pnet: Network::new(&PNET, vb)?,
            rnet: Network::new(&RNET, vb)?,
            onet: Network::new(&ONET, vb)?,
            device: vb.device().clone(),
        })
    }

    /// The same networks with other settings.
    ///
    /// # Errors
    /// When a setting is out of its range.
    pub fn with_config(&self, config: MtcnnConfig) -> Result<Self> {
        config.check()?;
        Ok(Self { config, ..self.clone() })
    }

    /// What is looked for.
    pub fn config(&self) -> &MtcnnConfig {
        &self.config
    }

    /// The faces of each photograph, the largest first; none is an empty list. Photographs may differ in size; many at once keep all
    /// cores busy, and give what each would alone.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn detect<I: Borrow<Rgb8>>(&self, images: &[I]) -> Result<Vec<Vec<Face>>> {
        let images: Vec<&Rgb8> = images.iter().map(Borrow::borrow).collect();
        let [_, r, o] = self.config.thresholds;
        let squares = propose(&images, &self.pnet, &self.config, &self.device)?;
        let squares = refine(&images, &squares, &self.rnet, r, &self.device)?;
        decide(&images, &squares, &self.onet, o, &self.device)
    }
}
