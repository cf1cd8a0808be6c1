//! Dropout in whole networks. Its mask belongs to the bits of what it is applied to, so that PyTorch cannot be given the same one; instead
//! the network is compared with one without dropout, which does agree with PyTorch, and whose weights after the mask have it multiplied in.
use crate::common::Vars;
use crate::generator::{numbers, start};
use crate::measure::{configured, distance, norm, pass, Pass};
use candle_core::{DType, Result, Tensor};
use l2face_backbone::{build, AllInOneConfig, BackboneConfig, IResNetConfig, NetworkConfig};

const SHARE: f64 = 0.4;

fn all_in_one(dropout: f64, dropout_seed: u64) -> Result<BackboneConfig> {
    let widths = [16, 18, 20, 20, 16, 24, 24];
    let config = AllInOneConfig { height: 131, width: 131, widths, hidden: 40, embedding: 8, dropout, dropout_seed };
    configured(NetworkConfig::AllInOne(config), [131, 131])
}

fn iresnet(dropout: f64, dropout_seed: u64) -> Result<BackboneConfig> {
    let sizes = IResNetConfig { height: 40, width: 40, blocks: [1; 4], embedding: 8, ..IResNetConfig::iresnet18() };
    configured(NetworkConfig::Iresnet(IResNetConfig { dropout, dropout_seed, ..sizes }), [40, 40])
}

/// In training, on that many images.
fn trained(
    config: &BackboneConfig,
    images: usize,
    dtype: DType,
    start: impl Fn(&str, &[usize]) -> Result<Tensor> + Send + Sync + 'static,
) -> Result<Pass> {
    let vars = Vars::starting(start);
    let net = build(config, vars.builder(dtype))?;
    let side = config.input.target.width;
    pass(&net, &vars, &numbers("image", &[images, 3, side, side])?.to_dtype(dtype)?, true)
}

fn bits(t: &Tensor) -> Result<Vec<u64>> {
    Ok(t.flatten_all()?.to_vec1::<f64>()?.into_iter().map(f64::to_bits).collect())
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_others() -> Result<()> {
    let configs: [fn(f64, u64) -> Result<BackboneConfig>; 2] = [all_in_one, iresnet];
    for config in configs {
        for dtype in [DType::F32, DType::F64] {
            let run = |share, seed| trained(&config(share, seed)?, 4, dtype, start);
            let [a, again, other, without] = [run(SHARE, 7)?, run(SHARE, 7)?, run(SHARE, 8)?, run(0., 7)?];
            assert_eq!(bits(&a.output)?, bits(&again.output)?);
            for (name, gradient) in &a.gradients {
                assert_eq!(bits(gradient)?, bits(&again.gradients[name])?, "{name}");
                let size = norm(gradient)?;
                assert!(size > 0. && size.is_finite(), "{name}: {size}");
            }
            for different in [other, without] {
                assert!(distance(&a.output, &different.output)? > 0.1);
            }
        }
    }
    Ok(())
}

/// Of one image each column of fc7's gradient is one hidden value times the output's gradient: 0 where it was dropped.
#[test]
fn gradients_flow_through_the_mask() -> Result<()> {
    let masked = trained(&all_in_one(SHARE, 7)?, 1, DType::F64, start)?;
    let column = masked.gradients["fc7.weight"].sqr()?.sum_keepdim(0)?;
    let kept = column.gt(0.)?.to_dtype(DType::F64)?;
    let dropped = 40. - kept.sum_all()?.to_scalar::<f64>()?;
    assert!((7. ..=25.).contains(&dropped), "{dropped} of 40, 16 are expected"); // 3 deviations
    let mask = (kept / (1. - SHARE))?;
    let weights = mask.clone();
    let with_mask = move |name: &str, shape: &[usize]| match name {
        "fc7.weight" => start(name, shape)?.broadcast_mul(&weights),
        _ => start(name, shape),
    };
    let twin = trained(&all_in_one(0., 7)?, 1, DType::F64, with_mask)?;
    // The mask is of f32: 1 / 0.6 has 24 bits there.
    assert!(distance(&masked.output, &twin.output)? < 1e-7);
    for (name, gradient) in &twin.gradients {
        let want = match name.as_str() {
            "fc7.weight" => gradient.broadcast_mul(&mask)?,
            _ => gradient.clone(),
        };
        let error = distance(&masked.gradients[name], &want)?;
        assert!(error < 1e-7, "{name}: {error:e}");
    }
    Ok(())
}

/// IResNet's batch norm after the mask mixes the images: there the gradient of the weights after it is compared with differences.
#[test]
fn iresnet_s_gradient_after_the_mask_is_the_difference_quotient() -> Result<()> {
    let config = iresnet(SHARE, 7)?;
    let loss = |step: f64| -> Result<(f64, Pass)> {
        let moved = move |name: &str, shape: &[usize]| match name {
            "fc.weight" => start(name, shape)? + (numbers("direction", shape)? * step)?,
            _ => start(name, shape),
        };
        let pass = trained(&config, 4, DType::F64, moved)?;
        let loss = (&pass.output * numbers("gradient", pass.output.dims())?)?.sum_all()?.to_scalar()?;
        Ok((loss, pass))
    };
    let (before, after, (_, at)) = (loss(-1e-5)?.0, loss(1e-5)?.0, loss(0.)?);
    let gradient = &at.gradients["fc.weight"];
    let want: f64 = (gradient * numbers("direction", gradient.dims())?)?.sum_all()?.to_scalar()?;
    let got = (after - before) / 2e-5;
    assert!((got - want).abs() <= 1e-6 * norm(gradient)?, "{got} is not {want}");
    Ok(())
}
