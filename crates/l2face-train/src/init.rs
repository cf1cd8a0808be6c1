//! Values of a new variable from a seeded stream and candle's initialisation hint.

use candle_nn::init::{FanInOut, NonLinearity, NormalOrUniform};
use candle_nn::Init;
use rand::Rng;
use rand_distr::StandardNormal;

use candle_core::Shape;

/// `shape.elem_count()` values in row-major order, drawn in f64 from the stream "init/`name`" of `seed`.
pub(crate) fn draw(seed: u64, name: &str, shape: &Shape, init: Init) -> Vec<f64> {
    let n = shape.elem_count();
    let mut rng = l2face_seed::stream(seed, &format!("init/{name}"));
    match init {
        Init::Const(value) => vec![value; n],
        Init::Uniform { lo, up } => uniform(&mut rng, n, lo, up),
        Init::Randn { mean, stdev } => normal(&mut rng, n, mean, stdev),
        Init::Kaiming { dist, fan, non_linearity } => kaiming(&mut rng, shape, dist, fan, non_linearity),
    }
}

fn uniform(rng: &mut impl Rng, n: usize, lo: f64, up: f64) -> Vec<f64> {
    (0..n).map(|_| lo + (up - lo) * rng.random::<f64>()).collect()
}

fn normal(rng: &mut impl Rng, n: usize, mean: f64, stdev: f64) -> Vec<f64> {
    (0..n).map(|_| mean + stdev * rng.sample::<f64, _>(StandardNormal)).collect()
}

/// He et al. 2015: standard deviation gain / sqrt(fan); the uniform one has bound sqrt(3) times that.
fn kaiming(
    rng: &mut impl Rng,
    shape: &Shape,
    dist: NormalOrUniform,
    fan: FanInOut,
    non_linearity: NonLinearity,
) -> Vec<f64> {
    let n = shape.elem_count();
    let std = non_linearity.gain() / (fan.for_shape(shape) as f64).sqrt();
    match dist {
        NormalOrUniform::Normal => normal(rng, n, 0., std),
        NormalOrUniform::Uniform => uniform(rng, n, -3f64.sqrt() * std, 3f64.sqrt() * std),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_nn::init::{DEFAULT_KAIMING_NORMAL, DEFAULT_KAIMING_UNIFORM};

    fn moments(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let var = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
        (mean, var.sqrt())
    }

    /// For 200,000 draws the standard error of the mean is 0.0022 sigma and that of sigma 0.0016 sigma.
    fn assert_moments(init: Init, mean: f64, std: f64) {
        let values = draw(3, "w", &Shape::from((200, 100, 10)), init);
        let (m, s) = moments(&values);
        assert!((m - mean).abs() < 0.01 * std, "{init:?}: mean {m}");
        assert!((s / std - 1.).abs() < 0.01, "{init:?}: std {s}");
    }

    #[test]
    fn every_hint_has_its_moments() {
        let fan_in = 100. * 10.;
        assert_moments(Init::Randn { mean: 2., stdev: 0.5 }, 2., 0.5);
        assert_moments(Init::Uniform { lo: -1., up: 3. }, 1., 4. / 12f64.sqrt());
        assert_moments(DEFAULT_KAIMING_NORMAL, 0., (2f64 / fan_in).sqrt());
        assert_moments(DEFAULT_KAIMING_UNIFORM, 0., (2f64 / fan_in).sqrt());
    }

    #[test]
    fn uniform_stays_within_its_bounds() {
        let values = draw(3, "w", &Shape::from(10_000), Init::Uniform { lo: -1., up: 3. });
        assert!(values.iter().all(|v| (-1. ..3.).contains(v)));
        let bound = (6f64 / 16.).sqrt();
        let values = draw(3, "w", &Shape::from((1000, 16)), DEFAULT_KAIMING_UNIFORM);
        assert!(values.iter().all(|v| v.abs() <= bound));
        assert!(values.iter().any(|v| v.abs() > 0.99 * bound));
    }

    #[test]
    fn a_constant_is_a_constant() {
        assert_eq!(draw(3, "w", &Shape::from(3), Init::Const(0.25)), [0.25; 3]);
    }
}
