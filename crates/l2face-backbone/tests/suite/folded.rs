//! Face-ResNet folded for inference. (ResNet's is in resnet.rs, the others' in backbone.rs.)
use crate::common::{formula, squares, Vars};
use candle_core::{DType, Result};
use candle_nn::ModuleT;
use l2face_backbone::{FaceResNet, FaceResNetConfig};

#[test]
fn folded_for_inference_it_gives_the_same_features() -> Result<()> {
    let (normed, plain) = (FaceResNetConfig::photos(24, 20), FaceResNetConfig::small(48, 48));
    for (config, dtype, tolerance) in
        [(&normed, DType::F64, 1e-12), (&normed, DType::F32, 1e-4), (&plain, DType::F32, 0.)]
    {
        let net = FaceResNet::new(config, Vars::default().builder(dtype))?;
        let x = formula(1, &[4, 3, config.height, config.width])?.to_dtype(dtype)?;
        net.forward_t(&x, true)?; // moves the averages
        let (want, got) = (net.forward_t(&x, false)?, net.for_inference()?.forward_t(&x, false)?);
        let error = (squares(&(got - &want)?)? / squares(&want)?).sqrt();
        assert!(error <= tolerance, "{dtype:?}: {error}");
    }
    Ok(())
}
