//! Dropout whose mask is a function of its seed and of what it is applied to: a run that is killed and goes on drops the same places,
//! with no counter to be saved.
use candle_core::{bail, DType, Result, Tensor};
use candle_nn::ModuleT;
use rand::Rng;

/// Drops a share of the values in training and scales up the rest, so that the mean stays.
#[derive(Clone, Debug)]
pub(crate) struct Dropout {
    share: f64,
    seed: u64,
}

impl Dropout {
    pub fn new(share: f64, seed: u64) -> Result<Self> {
        if !(0. ..1.).contains(&share) {
            bail!("dropout must be at least 0 and below 1, got {share}");
        }
        Ok(Self { share, seed })
    }

    /// 0 or 1 / (1 - share) for each value of `x`.
    fn mask(&self, x: &Tensor) -> Result<Tensor> {
        let values = x.detach().to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        let mut stream = l2face_seed::substream(self.seed, "dropout", digest(&values));
        let kept = 1. / (1. - self.share) as f32;
        let mask: Vec<f32> =
            values.iter().map(|_| if stream.random::<f64>() < self.share { 0. } else { kept }).collect();
        Tensor::from_vec(mask, x.shape(), x.device())?.to_dtype(x.dtype())
    }
}

/// FNV-1a over the bits.
fn digest(values: &[f32]) -> u64 {
    values.iter().fold(0xcbf2_9ce4_8422_2325, |hash, v| (hash ^ u64::from(v.to_bits())).wrapping_mul(0x100_0000_01b3))
}

impl ModuleT for Dropout {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        if !train || self.share == 0. {
            return Ok(x.clone());
        }
        x * self.mask(x)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    fn values(t: &Tensor) -> Result<Vec<f32>> {
        t.flatten_all()?.to_vec1()
    }

    #[test]
    fn the_share_the_scale_and_the_gradient() -> Result<()> {
        let x = Var::from_tensor(&(Tensor::arange(0f32, 20_000., &Device::Cpu)?.reshape((4, 5_000))? + 1.)?)?;
        let dropout = Dropout::new(0.4, 7)?;
        let y = dropout.forward_t(&x, true)?;
        let ratio = values(&(&y / x.as_tensor())?)?;
        let dropped = ratio.iter().filter(|r| **r == 0.).count() as f64 / 20_000.;
        assert!((dropped - 0.4).abs() < 0.015, "{dropped}"); // 4 deviations
        assert!(ratio.iter().all(|r| *r == 0. || (r - 1. / 0.6).abs() < 1e-5));
        let gradient = y.sum_all()?.backward()?;
        let gradient = values(gradient.get(&x).expect("a gradient"))?;
        assert!(gradient.iter().zip(&ratio).all(|(g, r)| (g - r).abs() < 1e-5));
        Ok(())
    }

    #[test]
    fn the_mask_belongs_to_the_input_and_the_seed() -> Result<()> {
        let x = Tensor::ones((3, 40), DType::F32, &Device::Cpu)?;
        let run = |seed, x: &Tensor| values(&Dropout::new(0.5, seed)?.forward_t(x, true)?);
        assert_eq!(run(1, &x)?, run(1, &x)?);
        assert_ne!(run(1, &x)?, run(2, &x)?);
        let twice = run(1, &(&x * 2.)?)?;
        assert_ne!(run(1, &x)?, twice.iter().map(|v| v / 2.).collect::<Vec<_>>(), "another batch, another mask");
        assert_eq!(values(&Dropout::new(0.5, 1)?.forward_t(&x, false)?)?, values(&x)?);
        assert!(Dropout::new(1., 1).is_err() && Dropout::new(-0.1, 1).is_err() && Dropout::new(f64::NAN, 1).is_err());
        Ok(())
    }
}
