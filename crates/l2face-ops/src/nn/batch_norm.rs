//! A batch normalisation layer.
use super::Prelu;
use crate::{
    batch_norm, batch_norm_prelu, conv2d_batch_norm, fold_batch_norm, BatchNormConfig, ConvStep, Norm, RunningStats,
};
use candle_core::{Result, Tensor, Var};
use candle_nn::{Init, ModuleT, VarBuilder};

/// Variables `weight` (starts at 1) and `bias` (0), and the buffers `running_mean` (0) and
/// `running_var` (1), all (channels). Training updates the buffers in place.
#[derive(Clone, Debug)]
pub struct BatchNorm {
    weight: Tensor,
    bias: Tensor,
    running: RunningStats,
    config: BatchNormConfig,
    name: String,
}

impl BatchNorm {
    /// A layer for (N, channels) or (N, channels, H, W).
    ///
    /// # Errors
    /// When `vb` has a variable of another shape or lacks one.
    pub fn new(channels: usize, config: BatchNormConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let get = |name, value| vb.get_with_hints(channels, name, Init::Const(value));
        Ok(Self {
            weight: get("weight", 1.)?,
            bias: get("bias", 0.)?,
            running: RunningStats {
                mean: Var::from_tensor(&get("running_mean", 0.)?)?,
                var: Var::from_tensor(&get("running_var", 1.)?)?,
            },
            config,
            name: vb.prefix(),
        })
    }

    /// Where its variables stand: `bn1` for `bn1.weight`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its constants.
    pub fn config(&self) -> BatchNormConfig {
        self.config
    }

    /// PReLU of the layer's output, in one node of the graph.
    ///
    /// # Errors
    /// As [`batch_norm_prelu`].
    pub fn forward_prelu(&self, x: &Tensor, prelu: &Prelu, train: bool) -> Result<Tensor> {
        let (running, config, slope) = (&self.running, self.config, prelu.slope());
        batch_norm_prelu(x, &self.weight, &self.bias, slope, running, config, train)
    }

    /// This layer on the output of a convolution of `x` with `w`, then PReLU if a slope is given (zeros are ReLU), in one node of the graph.
    ///
    /// # Errors
    /// As [`conv2d_batch_norm`].
    pub fn forward_conv(
        &self,
        x: &Tensor,
        w: &Tensor,
        step: ConvStep,
        slope: Option<&Tensor>,
        train: bool,
    ) -> Result<Tensor> {
        let (weight, bias, running, config) = (&self.weight, &self.bias, &self.running, self.config);
        conv2d_batch_norm(x, w, step, Norm { weight, bias, slope, running, config }, train)
    }

    /// Slopes that make PReLU of this layer's channels ReLU.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn relu_slope(&self) -> Result<Tensor> {
        Ok(self.weight.zeros_like()?.detach())
    }

    /// Weights and bias of the convolution that does the work of the one with weights `w` and of this layer in evaluation.
    ///
    /// # Errors
    /// When `w` has another number of outputs.
    pub fn fold_into(&self, w: &Tensor) -> Result<(Tensor, Tensor)> {
        fold_batch_norm(w, &self.weight, &self.bias, &self.running, self.config.eps)
    }

    /// The moving averages.
    pub fn running(&self) -> &RunningStats {
        &self.running
    }
}

impl ModuleT for BatchNorm {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let (running, config) = (&self.running, self.config);
        batch_norm(x, &self.weight, &self.bias, running, config, train)
    }
}
