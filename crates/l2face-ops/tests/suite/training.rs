//! A net trained with the fast operations and with the composed ones, from the same weights on the same batches.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::*;

const CLASSES: usize = 8;
const BATCH: usize = 16;
const STEPS: usize = 200;
/// Slow enough that the loss is still falling at the end: at its bottom any two nets would agree.
const RATE: f64 = 0.0002;

/// Two convolutions with PReLU, one with batch normalisation, a residual unit, a linear layer, L2-constrained softmax.
struct Net {
    vars: Vec<Var>,
    running: RunningStats,
    fast: bool,
}

impl Net {
    fn new(fast: bool) -> Result<Self> {
        let shapes: [&[usize]; 14] = [
            &[16, 3, 3, 3],
            &[16],
            &[16],
            &[32, 16, 3, 3],
            &[32],
            &[32],
            &[32],
            &[32, 32, 3, 3],
            &[32],
            &[32],
            &[24, 32 * 16],
            &[24],
            &[CLASSES, 24],
            &[CLASSES],
        ];
        let start = |(i, shape): (usize, &&[usize])| -> Result<Var> {
            let fan_in: usize = shape[1..].iter().product();
            let values = (noise(i as u64 + 1, shape, DType::F32)?.as_detached_tensor() * (3. / fan_in as f64).sqrt())?;
            match (i, shape.len()) {
                (2 | 6 | 9, _) => Var::from_tensor(&Tensor::full(0.25f32, *shape, &Device::Cpu)?),
                (4, _) => Var::ones(*shape, DType::F32, &Device::Cpu),
                (_, 1) => Var::zeros(*shape, DType::F32, &Device::Cpu),
                _ => Var::from_tensor(&values),
            }
        };
        let vars = shapes.iter().enumerate().map(start).collect::<Result<Vec<_>>>()?;
        let zeros = |n| Var::zeros(n, DType::F32, &Device::Cpu);
        let running = RunningStats { mean: zeros(32)?, var: Var::ones(32, DType::F32, &Device::Cpu)? };
        Ok(Self { vars, running, fast })
    }

    fn conv_prelu(&self, x: &Tensor, first: usize) -> Result<Tensor> {
        let [w, b, slope] = [0, 1, 2].map(|i| self.vars[first + i].as_tensor());
        match self.fast {
            true => conv2d_bias_prelu(x, w, b, slope, 1, 1),
            false => compose::bias_prelu(&compose::conv2d(x, w, 1, 1)?, b, slope),
        }
    }

    fn conv_norm_prelu(&self, x: &Tensor, first: usize) -> Result<Tensor> {
        let [w, scale, shift, slope] = [0, 1, 2, 3].map(|i| self.vars[first + i].as_tensor());
        let config = BatchNormConfig::default();
        if self.fast {
            let norm = Norm { weight: scale, bias: shift, slope: Some(slope), running: &self.running, config };
            return conv2d_batch_norm(x, w, ConvStep { stride: 1, padding: 1, groups: 1 }, norm, true);
        }
        let y = compose::batch_norm_train(&compose::conv2d(x, w, 1, 1)?, scale, shift, config.eps)?.0;
        compose::bias_prelu(&y, &slope.zeros_like()?, slope)
    }

    fn pool(&self, x: &Tensor) -> Result<Tensor> {
        match self.fast {
            true => max_pool2d(x, 2, 2),
            false => compose::max_pool2d(x, 2, 2, 0),
        }
    }

    fn loss(&self, x: &Tensor, labels: &Tensor) -> Result<Tensor> {
        let v = |i: usize| self.vars[i].as_tensor();
        let x = self.pool(&self.conv_prelu(x, 0)?)?;
        let x = self.pool(&self.conv_norm_prelu(&x, 3)?)?;
        let x = (&x + self.conv_prelu(&x, 7)?)?;
        let x = x.flatten_from(1)?.matmul(&v(10).t()?)?.broadcast_add(v(11))?;
        let x = (l2_normalize(&x, 1e-6)? * 16.)?;
        match self.fast {
            true => linear_cross_entropy(&x, v(12), Some(v(13)), labels, LogitBudget::BLOCKWISE),
            false => compose::cross_entropy(&x.matmul(&v(12).t()?)?.broadcast_add(v(13))?, labels),
        }
    }

    /// The loss at the end.
    fn train(&self) -> Result<f32> {
        let speeds =
            self.vars.iter().map(|v| Var::zeros(v.dims(), DType::F32, v.device())).collect::<Result<Vec<_>>>()?;
        for i in 0..STEPS {
            let (x, labels) = batch(i)?;
            let grads = self.loss(&x, &labels)?.backward()?;
            for (var, speed) in self.vars.iter().zip(&speeds) {
                self.update(var, speed, grads.get(var).expect("every variable gets a gradient"))?;
            }
        }
        let (x, labels) = batch(STEPS)?;
        self.loss(&x, &labels)?.to_scalar()
    }

    /// Momentum 0.9, weight decay 5e-4.
    fn update(&self, var: &Var, speed: &Var, grad: &Tensor) -> Result<()> {
        if self.fast {
            return sgd_step(var, grad, speed, RATE, 0.9, 5e-4);
        }
        let value = var.as_detached_tensor();
        let grad = (grad.detach() + (&value * 5e-4)?)?;
        speed.set(&((speed.as_detached_tensor() * 0.9)? + grad)?)?;
        var.set(&(value - (speed.as_detached_tensor() * RATE)?)?)
    }
}

/// Pictures of eight kinds under noise.
fn batch(i: usize) -> Result<(Tensor, Tensor)> {
    let labels: Vec<u32> = (0..BATCH).map(|k| ((i * 5 + k * 3) % CLASSES) as u32).collect();
    let one = |(k, label): (usize, &u32)| -> Result<Tensor> {
        let kind = noise(1000 + u64::from(*label), &[1, 3, 16, 16], DType::F32)?;
        Ok((kind.as_tensor() + noise((5000 + i * BATCH + k) as u64, &[1, 3, 16, 16], DType::F32)?.as_tensor())?
            .detach())
    };
    let pictures = labels.iter().enumerate().map(one).collect::<Result<Vec<_>>>()?;
    Ok((Tensor::cat(&pictures, 0)?, Tensor::from_vec(labels, BATCH, &Device::Cpu)?))
}

#[test]
fn two_hundred_steps_end_at_the_same_loss() -> Result<()> {
    let (first, labels) = batch(0)?;
    let start = Net::new(true)?.loss(&first, &labels)?.to_scalar::<f32>()?;
    let (fast, slow) = (Net::new(true)?.train()?, Net::new(false)?.train()?);
    assert!(fast < start / 2. && fast > 0.05, "it learns, and is not done: from {start} to {fast}");
    assert!((fast - slow).abs() < 1e-3, "fast {fast}, composed {slow}");
    Ok(())
}
