//! No variable is cut off from the loss.
use crate::common::{formula, squares, Vars};
use candle_core::{DType, Result};
use candle_nn::ModuleT;
use l2face_backbone::{FaceResNet, FaceResNetConfig};

#[test]
fn every_trained_variable_gets_a_gradient() -> Result<()> {
    for (config, dtype) in [
        (FaceResNetConfig::paper(48, 48), DType::F32),
        (FaceResNetConfig::small(48, 48), DType::F32),
        (FaceResNetConfig::photos(48, 48), DType::F32),
        (FaceResNetConfig::small(48, 48), DType::F64),
        (FaceResNetConfig::photos(48, 48), DType::F64),
    ] {
        let vars = Vars::default();
        let net = FaceResNet::new(&config, vars.builder(dtype))?;
        let x = formula(1, &[2, 3, config.height, config.width])?.to_dtype(dtype)?;
        let y = net.forward_t(&x, true)?;
        let weights = formula(3, y.dims())?.to_dtype(dtype)?;
        let grads = (y * weights)?.sum_all()?.backward()?;
        for (name, var) in vars.trained() {
            let Some(grad) = grads.get(&var) else {
                panic!("{name} gets no gradient");
            };
            let size = squares(grad)?;
            assert!(size > 0. && size.is_finite(), "{name}: gradient {size}");
        }
    }
    Ok(())
}

#[test]
fn training_moves_the_running_statistics_and_evaluation_does_not() -> Result<()> {
    let config = FaceResNetConfig::photos(48, 48);
    let vars = Vars::default();
    let net = FaceResNet::new(&config, vars.builder(DType::F32))?;
    let x = formula(1, &[2, 3, 48, 48])?.to_dtype(DType::F32)?;
    let size = || -> Result<f64> {
        let (mean, _) = vars.all()["layer3.0.bn2.running_mean"].clone();
        squares(&mean)
    };
    net.forward_t(&x, false)?;
    assert_eq!(size()?, 0.);
    net.forward_t(&x, true)?;
    assert!(size()? > 0.);
    Ok(())
}
