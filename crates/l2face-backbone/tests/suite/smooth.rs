//! The f32 error of every network at its published size against PyTorch's own, where no activation is near its kink: ../fixtures/smooth, which
//! ../smooth.py writes, where it is said what the weights are and why.
use crate::full_size::config;
use crate::generator::start;
use crate::measure::{distance, gradient_distance, limit, run, Pass};
use candle_core::{DType, Result, Tensor};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Clone, Deserialize)]
pub struct Fixture {
    pub shape: Vec<usize>,
    pub images: Vec<String>,
    /// Endings of the names of biases, and what is added in the first half of the channels and in the second.
    biases: Vec<(String, f64, f64)>,
    /// Endings of the names of other variables, and their factor.
    factors: Vec<(String, f64)>,
    /// Beginnings of the names of what stands behind the last max pooling.
    behind: Vec<String>,
    /// The smallest input of an activation, in standard deviations of its channel.
    margin: f64,
    /// How far PyTorch's f32 is from its f64, root mean square over the images, in training and in evaluation: the output, all gradients, those
    /// behind the last max pooling.
    pub f32: [[f64; 3]; 2],
}

impl Fixture {
    pub fn read(name: &str) -> Self {
        let file = format!("tests/fixtures/smooth/{}.json", name.replace('-', "_"));
        let text = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file");
        serde_json::from_slice(&text).expect("a fixture")
    }

    /// The first value of a variable, as `smooth` in ../generator.py.
    pub fn start(&self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let first = start(name, shape)?;
        match *shape {
            [_, 1 | 2, _, _] => first.broadcast_sub(&first.mean_keepdim((2, 3))?)? * 0.5,
            [_, inputs, ..] if inputs % 2 == 0 => self.factor(name) * centred(&first)?,
            [channels] => self.offset(name, channels).map_or_else(|| self.factor(name) * &first, |o| &first + o?),
            _ => self.factor(name) * first,
        }
    }

    pub fn errors(&self, mut fast: Pass, exact: Pass) -> Result<[f64; 3]> {
        let (output, all) = (distance(&fast.output, &exact.output)?, gradient_distance(&fast, &exact)?);
        fast.gradients.retain(|name, _| self.behind.iter().any(|begin| name.starts_with(begin.as_str())));
        let exact = Pass { gradients: keep(exact.gradients, &fast.gradients), ..exact };
        Ok([output, all, gradient_distance(&fast, &exact)?])
    }

    fn factor(&self, name: &str) -> f64 {
        self.factors.iter().find(|(end, _)| name.ends_with(end.as_str())).map_or(1., |(_, factor)| *factor)
    }

    fn offset(&self, name: &str, channels: usize) -> Option<Result<Tensor>> {
        let (_, up, down) = self.biases.iter().find(|(end, ..)| name.ends_with(end.as_str()))?;
        let of = |channel| if channel < channels / 2 { *up } else { *down };
        Some(Tensor::from_iter((0..channels).map(of), &candle_core::Device::Cpu))
    }
}

fn keep(all: BTreeMap<String, Tensor>, named: &BTreeMap<String, Tensor>) -> BTreeMap<String, Tensor> {
    all.into_iter().filter(|(name, _)| named.contains_key(name)).collect()
}

/// With mean 0 over each half of the inputs, for every place of the kernel.
fn centred(weight: &Tensor) -> Result<Tensor> {
    let (outputs, inputs) = (weight.dims()[0], weight.dims()[1]);
    let halves = weight.reshape((outputs, 2, inputs / 2, ()))?;
    halves.broadcast_sub(&halves.mean_keepdim(2)?)?.reshape(weight.shape())
}

fn check(name: &str) -> Result<()> {
    let (config, fixture) = (config(name)?, Fixture::read(name));
    let (limit, mut squares) = (limit(&config)?, [[0.; 3]; 2]);
    assert!(fixture.margin > 1e-4, "{name}: an activation within {:e} of its kink", fixture.margin);
    for image in &fixture.images {
        let weights = fixture.clone();
        let at = |dtype| {
            let weights = weights.clone();
            run(&config, (image, &fixture.shape), dtype, move |name, shape| weights.start(name, shape))
        };
        let (exact, fast) = (at(DType::F64)?, at(DType::F32)?);
        let passes = [(fast.training, exact.training), (fast.evaluation, exact.evaluation)];
        for ((fast, exact), sums) in passes.into_iter().zip(&mut squares) {
            let errors = fixture.errors(fast, exact)?;
            sums.iter_mut().zip(errors).for_each(|(sum, error)| *sum += error * error);
        }
    }
    let mut misses = Vec::new();
    for ((mode, sums), theirs) in ["training", "evaluation"].into_iter().zip(squares).zip(fixture.f32) {
        let errors = sums.map(|sum| (sum / fixture.images.len() as f64).sqrt());
        let report = format!("{name}, {mode}: f32 {errors:?}, PyTorch's {theirs:?}, limit {limit} times");
        println!("{report}");
        if !errors.iter().zip(theirs).all(|(ours, theirs)| *ours <= limit * theirs) {
            misses.push(report);
        }
    }
    assert!(misses.is_empty(), "{misses:#?}");
    Ok(())
}

macro_rules! smooth {
    ($($(#[$ignore:meta])? $test:ident: $name:literal,)*) => {
        $(#[test] $(#[$ignore])? fn $test() -> Result<()> { check($name) })*
    };
}

smooth! {
    face_resnet_small: "face-resnet-small",
    face_resnet_photos: "face-resnet-photos",
    mbf: "mbf",
    resnet18: "resnet18",
    #[ignore = "full size, 2 minutes"] face_resnet: "face-resnet",
    #[ignore = "full size, 1 minute"] resnet34: "resnet34",
    #[ignore = "full size, 1 minute"] resnet50: "resnet50",
    #[ignore = "full size, 1 minute"] resnet101: "resnet101",
    #[ignore = "full size, 1 minute"] resnext101: "resnext101",
    #[ignore = "full size, 1 minute"] iresnet18: "iresnet18",
    #[ignore = "full size, 1 minute"] iresnet34: "iresnet34",
    #[ignore = "full size, 1 minute"] iresnet50: "iresnet50",
    #[ignore = "full size, 2 minutes"] iresnet100: "iresnet100",
    #[ignore = "full size, 1 minute"] mbf_large: "mbf-large",
    #[ignore = "full size, 2 minutes"] all_in_one: "all-in-one",
}
