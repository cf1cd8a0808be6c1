//! Whole small networks against PyTorch in f64: embeddings, loss, gradients, evaluation.
//! All numbers come from ../face_resnet.py (torch 2.2).
use crate::common::{formula, squares, Vars};
use candle_core::{DType, Result};
use candle_nn::ModuleT;
use l2face_backbone::{FaceResNet, FaceResNetConfig, Pool, Stage};

fn stage(convs: &[usize], units: usize, pool: Pool) -> Stage {
    Stage { convs: convs.to_vec(), units, pool }
}

fn plain() -> FaceResNetConfig {
    FaceResNetConfig {
        stages: vec![stage(&[4, 6], 1, Pool::BeforeUnits), stage(&[5], 2, Pool::None)],
        embedding: 7,
        ..FaceResNetConfig::paper(20, 18)
    }
}

fn normed() -> FaceResNetConfig {
    FaceResNetConfig {
        stages: vec![stage(&[4], 1, Pool::AfterUnits), stage(&[6, 5], 1, Pool::BeforeUnits)],
        embedding: 7,
        ..FaceResNetConfig::photos(20, 18)
    }
}

/// What the script prints for one network.
struct Expected {
    first: [f64; 4],
    squares: f64,
    loss: f64,
    gradient_squares: f64,
    some: [(&'static str, f64); 4],
    evaluation_squares: f64,
}

fn check(config: &FaceResNetConfig, dtype: DType, tolerance: f64, want: &Expected) -> Result<()> {
    let near = |name: &str, got: f64, want: f64| {
        let error = (got - want).abs() / (want.abs() + 1e-3);
        assert!(error <= tolerance, "{dtype:?} {name}: {got} is not {want}");
    };
    let vars = Vars::default();
    let net = FaceResNet::new(config, vars.builder(dtype))?;
    let x = formula(1, &[3, 3, config.height, config.width])?.to_dtype(dtype)?;
    let y = net.forward_t(&x, true)?;
    let values: Vec<f64> = y.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?;
    for (got, want) in values.iter().zip(want.first) {
        near("y", *got, want);
    }
    near("y squares", squares(&y)?, want.squares);
    let loss = (&y * formula(3, y.dims())?.to_dtype(dtype)?)?.sum_all()?;
    near("loss", loss.to_dtype(DType::F64)?.to_scalar()?, want.loss);
    let grads = loss.backward()?;
    let trained = vars.trained();
    let size = |name: &str| grads.get(&trained[name]).map_or(Ok(f64::NAN), squares);
    let all = trained.keys().map(|name| size(name)).collect::<Result<Vec<_>>>()?;
    near("gradient squares", all.iter().sum(), want.gradient_squares);
    for (name, want) in want.some {
        near(name, size(name)?, want);
    }
    let evaluation = squares(&net.forward_t(&x, false)?)?;
    near("evaluation", evaluation, want.evaluation_squares);
    Ok(())
}

#[test]
fn the_plain_network() -> Result<()> {
    let want = Expected {
        first: [-0.07903751820022908, -0.006820779378163931, 0.062956895499649, -0.06319037154820423],
        squares: 0.07010666971352253,
        loss: -0.1976281406697038,
        gradient_squares: 10.862778388098452,
        some: [
            ("conv1a.weight", 0.22621847074514081),
            ("layer1.0.prelu1.weight", 1.9191160792128015e-05),
            ("layer1.0.conv2.weight", 0.0012339863854556091),
            ("fc.weight", 5.2347419180508075),
        ],
        evaluation_squares: 0.07010666971352253,
    };
    check(&plain(), DType::F64, 1e-9, &want)?;
    check(&plain(), DType::F32, 1e-4, &want)
}

#[test]
fn the_network_with_batch_normalisation() -> Result<()> {
    let want = Expected {
        first: [-1.2213314920544904, 1.1707149256019485, -1.4862811703520011, 1.223923261308005],
        squares: 22.544335118850967,
        loss: -0.5338941397147408,
        gradient_squares: 66397.24698008526,
        some: [
            ("conv1.weight", 28505.295795156057),
            ("layer1.0.prelu1.weight", 60.32896458375009),
            ("layer1.0.conv2.weight", 5489.08729969998),
            ("fc.weight", 3213.6406443255764),
        ],
        evaluation_squares: 0.042052416868671685,
    };
    check(&normed(), DType::F64, 1e-9, &want)?;
    check(&normed(), DType::F32, 5e-3, &want)
}

#[test]
fn folded_for_inference_it_gives_the_same_features() -> Result<()> {
    for (config, dtype, tolerance) in
        [(normed(), DType::F64, 1e-12), (normed(), DType::F32, 1e-4), (plain(), DType::F32, 0.)]
    {
        let net = FaceResNet::new(&config, Vars::default().builder(dtype))?;
        let x = formula(1, &[4, 3, config.height, config.width])?.to_dtype(dtype)?;
        net.forward_t(&x, true)?; // moves the averages
        let (want, got) = (net.forward_t(&x, false)?, net.for_inference()?.forward_t(&x, false)?);
        let error = (squares(&(got - &want)?)? / squares(&want)?).sqrt();
        assert!(error <= tolerance, "{dtype:?}: {error}");
    }
    Ok(())
}
