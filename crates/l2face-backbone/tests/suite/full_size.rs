//! Every network at its published size against PyTorch, in training and in evaluation: ../fixtures/full, which ../full_size.py writes, where
//! it is said what the products with patterns can tell. In f64 outputs and every gradient are PyTorch's; in f32 the output is compared here, the
//! gradients in smooth.rs, with weights that keep activations off their kinks: here one PReLU whose sign f32 takes for the other one weighs
//! 2e-5 to 6e-3 of the gradients, and all rounding together 1e-6, in PyTorch (on other images) as in l2face.
use crate::generator::start;
use crate::measure::{configured, distance, gradient_distance, limit, norm, pass, product, run, Pass};
use base64::Engine;
use candle_core::{DType, Result, Tensor};
use l2face_backbone::{build, BackboneConfig, FaceResNetConfig, NetworkConfig};
use serde::Deserialize;
use std::path::Path;

/// What the product of a vector and a pattern is on the average, of the vector's norm.
const SHOWS: f64 = 0.577_350_269_189_625_8;

/// What the gradients in f32 may differ by: the signs of a few activations.
const SIGNS: f64 = 0.02;

#[derive(Deserialize)]
struct Fixture {
    image: Vec<usize>,
    /// Endings of the names of variables that are smaller than the generator's, and the factor.
    damped: Vec<(String, f64)>,
    norm: f64,
    products: [f64; 8],
    first: [f64; 8],
    /// How far PyTorch's f32 is from its f64: the output, all gradients as one vector.
    f32: [f64; 2],
    parameters: usize,
    /// Norm and two products of each gradient, by name.
    gradients: String,
}

impl Fixture {
    fn read(name: &str, mode: &str) -> Self {
        let file = format!("{name}_{mode}.json").replace('-', "_");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/full").join(file);
        serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("a fixture")
    }

    fn gradients(&self) -> Vec<[f64; 3]> {
        let bytes = base64::engine::general_purpose::STANDARD.decode(&self.gradients).expect("base64");
        let number = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        bytes.chunks_exact(24).map(|b| [number(&b[..8]), number(&b[8..16]), number(&b[16..])]).collect()
    }

    fn start(&self) -> impl Fn(&str, &[usize]) -> Result<Tensor> + Send + Sync + 'static {
        let damped = self.damped.clone();
        move |name, shape| {
            let factor = damped.iter().find(|(end, _)| name.ends_with(end.as_str())).map_or(1., |(_, factor)| *factor);
            start(name, shape)? * factor
        }
    }

    /// The output and every parameter's gradient are PyTorch's up to 1e-8 of their norms; the largest error of a gradient.
    fn agrees(&self, got: &Pass, what: &str) -> Result<f64> {
        self.agrees_in_output(&got.output, what)?;
        let want = self.gradients();
        assert_eq!((got.gradients.len(), want.len()), (self.parameters, self.parameters), "{what}: parameters");
        // A bias that a batch norm takes away again has a gradient of nothing but rounding: that is measured by the largest.
        let (largest, mut worst) = (want.iter().map(|g| g[0]).fold(0., f64::max), 0f64);
        for ((name, gradient), want) in got.gradients.iter().zip(&want) {
            let size = want[0].max(1e-6 * largest);
            let mut errors = [(norm(gradient)? - want[0]).abs() / size, 0., 0.];
            for k in [0, 1] {
                let (product, _) = product(&format!("{name}#{k}"), gradient)?;
                errors[k + 1] = (product - want[k + 1]).abs() / (size * SHOWS);
            }
            worst = errors.into_iter().fold(worst, f64::max);
            assert!(errors.iter().all(|e| *e <= 1e-8), "{what}: gradient of {name}: {errors:?}");
        }
        Ok(worst)
    }

    fn agrees_in_output(&self, output: &Tensor, what: &str) -> Result<()> {
        let near = |kind: &str, got: f64, want: f64, size: f64| {
            let error = (got - want).abs() / size;
            assert!(error <= 1e-8, "{what}: {kind} of the output: {got} is not {want}, {error:e}");
        };
        near("norm", norm(output)?, self.norm, self.norm);
        for (k, want) in self.products.iter().enumerate() {
            near("product", product(&format!("output#{k}"), output)?.0, *want, self.norm * SHOWS);
        }
        let values: Vec<f64> = output.flatten_all()?.to_vec1()?;
        for (got, want) in values.iter().zip(self.first) {
            near("value", *got, want, self.norm / (values.len() as f64).sqrt());
        }
        Ok(())
    }
}

/// Without dropout, whose mask PyTorch does not have.
pub fn config(name: &str) -> Result<BackboneConfig> {
    let face = |config| configured(NetworkConfig::FaceResnet(config), [48, 48]);
    let mut config = match name {
        "face-resnet-small" => face(FaceResNetConfig::small(48, 48))?,
        "face-resnet-photos" => face(FaceResNetConfig::photos(48, 48))?,
        name => BackboneConfig::named(name)?,
    };
    if let NetworkConfig::AllInOne(net) = &mut config.network {
        net.dropout = 0.;
    }
    Ok(config)
}

fn check(name: &str) -> Result<()> {
    let (config, training) = (config(name)?, Fixture::read(name, "training"));
    let exact = run(&config, ("image", &training.image), DType::F64, training.start())?;
    let evaluation = Fixture::read(name, "evaluation");
    let modes = [("training", &training, &exact.training), ("evaluation", &evaluation, &exact.evaluation)];
    let worst = modes.map(|(mode, fixture, pass)| fixture.agrees(pass, &format!("{name}, {mode}")));
    for (mode, worst) in ["training", "evaluation"].into_iter().zip(worst) {
        println!("{name}, {mode}: gradients differ from PyTorch's by {:.1e} of their norm at most", worst?);
    }
    let (fast, limit) = (run(&config, ("image", &training.image), DType::F32, training.start())?, limit(&config)?);
    let mut misses = Vec::new();
    for ((mode, fixture, exact), fast) in modes.into_iter().zip([&fast.training, &fast.evaluation]) {
        let (error, gradients) = (distance(&fast.output, &exact.output)?, gradient_distance(fast, exact)?);
        let report = format!("{name}, {mode}: f32 {error:e}, PyTorch's {:e}, limit {limit} times", fixture.f32[0]);
        println!("{report}; gradients {gradients:e}, PyTorch's {:e}, compared in smooth.rs", fixture.f32[1]);
        if error.is_nan() || error > limit * fixture.f32[0] || gradients.is_nan() || gradients > SIGNS {
            misses.push(report);
        }
    }
    assert!(misses.is_empty(), "{misses:#?}");
    Ok(())
}

macro_rules! full_size {
    ($($(#[$ignore:meta])? $test:ident: $name:literal,)*) => {
        $(#[test] $(#[$ignore])? fn $test() -> Result<()> { check($name) })*
    };
}

full_size! {
    face_resnet_small: "face-resnet-small",
    face_resnet_photos: "face-resnet-photos",
    mbf: "mbf",
    resnet18: "resnet18",
    #[ignore = "full size, 1 minute"] face_resnet: "face-resnet",
    #[ignore = "full size, 1 minute"] resnet34: "resnet34",
    #[ignore = "full size, 1 minute"] resnet50: "resnet50",
    #[ignore = "full size, 1 minute"] resnet101: "resnet101",
    #[ignore = "full size, 1 minute"] resnext101: "resnext101",
    #[ignore = "full size, 1 minute"] iresnet18: "iresnet18",
    #[ignore = "full size, 1 minute"] iresnet34: "iresnet34",
    #[ignore = "full size, 1 minute"] iresnet50: "iresnet50",
    #[ignore = "full size, 2 minutes"] iresnet100: "iresnet100",
    #[ignore = "full size, 1 minute"] mbf_large: "mbf-large",
    #[ignore = "full size, 1 minute"] all_in_one: "all-in-one",
}

/// In evaluation, where no batch norm takes a bias away again; on one image.
#[test]
#[ignore = "every network at full size, 1 minute"]
fn every_variable_of_every_published_network_gets_a_gradient() -> Result<()> {
    for name in BackboneConfig::names() {
        let (config, fixture) = (config(name)?, Fixture::read(name, "evaluation"));
        let vars = crate::common::Vars::starting(fixture.start());
        let net = build(&config, vars.builder(DType::F32))?;
        let image = [&[1], &fixture.image[1..]].concat();
        let x = crate::generator::numbers("image", &image)?.to_dtype(DType::F32)?;
        let sizes = pass(&net, &vars, &x, false)?.gradients;
        assert_eq!(sizes.len(), fixture.parameters, "{name}");
        let sizes = sizes.iter().map(|(name, g)| Ok((name, norm(g)?))).collect::<Result<Vec<_>>>()?;
        let largest = sizes.iter().map(|(_, size)| *size).fold(0., f64::max);
        for (variable, size) in sizes {
            assert!(size.is_finite() && size > 1e-9 * largest, "{name}: gradient of {variable}: {size:e}");
        }
    }
    Ok(())
}
