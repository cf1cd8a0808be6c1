//! The recognition branch of All-In-One Face (Ranjan et al., arXiv 1611.00851): seven convolutions and three fully connected layers.
//!
//! **Recalled**, not verified: kernel sizes, widths and pooling are those of the network of the TPE paper (arXiv 1604.05417, table 1), from
//! which the branch is said to start; the third fully connected layer is the classifier, which is a head here.
use crate::dense::Dense;
use crate::dropout::Dropout;
use crate::pass::{Compute, Pass};
use candle_core::{bail, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder};
use l2face_ops::nn::{xavier, Conv2d, Conv2dConfig, Prelu};
use serde::{Deserialize, Serialize};

/// Kernel, stride, padding of each convolution, and whether 3x3 pooling with stride 2 follows.
const CONVS: [(usize, usize, usize, bool); 7] = [
    (11, 4, 0, true),
    (5, 1, 2, true),
    (3, 1, 1, false),
    (3, 1, 1, false),
    (3, 1, 1, false),
    (3, 1, 1, false),
    (3, 1, 1, true),
];

/// Sizes of an [`AllInOne`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllInOneConfig {
    /// Height of the input image in pixels.
    pub height: usize,
    /// Width of the input image in pixels.
    pub width: usize,
    /// Output channels of the convolutions.
    pub widths: [usize; 7],
    /// Outputs of the first fully connected layer.
    pub hidden: usize,
    /// Length of the embedding, the outputs of the second.
    pub embedding: usize,
    /// Share of the first fully connected layer's outputs that training drops, from 0 to below 1.
    pub dropout: f64,
    /// Seed of the dropped places.
    pub dropout_seed: u64,
}

impl AllInOneConfig {
    /// As recalled: 227x227, 1024 hidden, 512-D, half of the hidden values dropped.
    pub fn recalled() -> Self {
        Self {
            height: 227,
            width: 227,
            widths: [96, 256, 384, 384, 256, 512, 512],
            hidden: 1024,
            embedding: 512,
            dropout: 0.5,
            dropout_seed: 0,
        }
    }

    /// Height and width of the last map.
    fn last_map(&self) -> Result<[usize; 2]> {
        let mut map = [self.height, self.width];
        for (kernel, stride, padding, pooled) in CONVS {
            let windows =
                if pooled { vec![(kernel, stride, padding), (3, 2, 0)] } else { vec![(kernel, stride, padding)] };
            for (kernel, stride, padding) in windows {
                if map.iter().any(|size| size + 2 * padding < kernel) {
                    bail!("all-in-one: an image of {}x{} is too small for its layers", self.height, self.width);
                }
                map = map.map(|size| (size + 2 * padding - kernel) / stride + 1);
            }
        }
        Ok(map)
    }
}

/// (N, 3, height, width) to (N, embedding), no activation after the last layer.
///
/// Variables: `conv{1..7}.{weight,bias}`, `prelu{1..7}.weight`, `fc6.*`, `prelu_fc6.weight`, `fc7.*`.
#[derive(Clone, Debug)]
pub struct AllInOne {
    convs: Vec<(Conv2d, Prelu, bool)>,
    hidden: Dense,
    prelu: Prelu,
    dropout: Dropout,
    embedding: Dense,
    image: [usize; 3],
}

impl AllInOne {
    /// Builds the network on the variables of `vb`, creating them where the builder does.
    ///
    /// # Errors
    /// An image that is too small, sizes of 0, a dropped share outside [0, 1); a variable that is missing or of another shape.
    pub fn new(config: &AllInOneConfig, vb: VarBuilder<'_>) -> Result<Self> {
        if config.widths.contains(&0) || config.hidden == 0 || config.embedding == 0 {
            bail!("all-in-one: widths, hidden and embedding must be positive, got {config:?}");
        }
        let [h, w] = config.last_map()?;
        let (mut convs, mut inputs) = (Vec::new(), 3);
        for (i, ((kernel, stride, padding, pooled), outputs)) in CONVS.into_iter().zip(config.widths).enumerate() {
            let sizes = Conv2dConfig { inputs, outputs, kernel, stride, padding, groups: 1, bias: true };
            let conv = Conv2d::new(sizes, xavier(sizes.fan_in()), vb.pp(format!("conv{}", i + 1)))?;
            convs.push((conv, Prelu::new(outputs, vb.pp(format!("prelu{}", i + 1)))?, pooled));
            inputs = outputs;
        }
        Ok(Self {
            convs,
            hidden: Dense::new(inputs * h * w, config.hidden, true, vb.pp("fc6"))?,
            prelu: Prelu::new(config.hidden, vb.pp("prelu_fc6"))?,
            dropout: Dropout::new(config.dropout, config.dropout_seed)?,
            embedding: Dense::new(config.hidden, config.embedding, true, vb.pp("fc7"))?,
            image: [3, config.height, config.width],
        })
    }

    pub(crate) fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let mut x = x.clone();
        for (conv, prelu, pooled) in &self.convs {
            x = pass.conv_prelu(&x, conv, prelu)?;
            if *pooled {
                x = pass.max_pool(&x, 3, 2, 0)?;
            }
        }
        let x = pass.flatten(&x)?;
        let x = pass.dense(&x, &self.hidden)?;
        let x = pass.prelu(&x, &self.prelu)?;
        let x = pass.dropout(&x, &self.dropout)?;
        pass.dense(&x, &self.embedding)
    }
}

impl ModuleT for AllInOne {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        if x.rank() != 4 || x.dims()[1..] != self.image {
            bail!("all-in-one: expected images (N, {:?}), got {:?}", self.image, x.dims());
        }
        self.run(&mut Compute { train }, x)
    }
}
