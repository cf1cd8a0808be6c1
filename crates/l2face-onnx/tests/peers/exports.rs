//! Every published network at its full size, written by us: onnx's checker passes it, and onnxruntime gives our embeddings.
use crate::peer::{error, images, python, read, write};
use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, ModuleT, VarBuilder};
use l2face_backbone::{build, BackboneConfig, IResNetShortcut, Naming, NetworkConfig};
use l2face_onnx::Model;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Weights that keep values within bounds through a hundred layers.
#[derive(Clone, Default)]
struct Drawn(Arc<Mutex<HashMap<String, Tensor>>>);

impl SimpleBackend for Drawn {
    fn get(&self, shape: candle_core::Shape, name: &str, _: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let n = shape.elem_count();
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        let number = |i: usize| {
            ((seed ^ (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32
        };
        let (scale, shift) = scale(name, shape.dims());
        let values = (0..n).map(|i| (number(i) / (1 << 23) as f32 - 1.) * scale + shift).collect();
        let tensor = Tensor::from_vec(values, shape, device)?.to_dtype(dtype)?;
        self.0.lock().expect("no panic").insert(name.into(), tensor.clone());
        match name.contains("running_") {
            true => Ok(Var::from_tensor(&tensor)?.as_tensor().clone()),
            false => Ok(tensor),
        }
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        candle_core::bail!("{name}: the shape is needed")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}

fn scale(name: &str, shape: &[usize]) -> (f32, f32) {
    let fan_in: usize = shape.iter().skip(1).product();
    match shape.len() {
        1 if name.contains("var") => (0.3, 1.),
        1 if name.ends_with("bias") || name.contains("mean") => (0.1, 0.),
        1 if name.contains("prelu") || name.ends_with("layers.2.weight") => (0.1, 0.25),
        // The last norm of a residual block.
        1 if name.contains(".bn3.") || name.contains("layers.2.layers.1") => (0.1, 0.3),
        1 => (0.2, 1.),
        _ => ((3. / fan_in as f32).sqrt(), 0.),
    }
}

fn configs() -> Vec<(String, BackboneConfig)> {
    let named = |name: &str| BackboneConfig::named(name).expect("a published network");
    let mut all: Vec<(String, BackboneConfig)> =
        BackboneConfig::names().map(|name| (name.to_string(), named(name))).collect();
    let mut ir = named("iresnet50");
    if let NetworkConfig::Iresnet(net) = &mut ir.network {
        net.shortcut = IResNetShortcut::Subsample;
    }
    all.push(("ir50".into(), ir));
    all
}

#[test]
#[ignore = "needs onnxruntime, writes 1.5 GB in turn, 2 minutes: cargo xtask peers"]
fn onnxruntime_gives_our_embeddings() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let [file, source, target] = ["model.onnx", "images", "embeddings"].map(|name| folder.path().join(name));
    for (name, config) in configs() {
        let drawn = Drawn::default();
        let net = build(&config, VarBuilder::from_backend(Box::new(drawn.clone()), DType::F32, Device::Cpu))?;
        let weights = drawn.0.lock().expect("no panic").clone();
        assert!(!Naming::of(weights.keys()).is_ir());
        let model = Model { graph: config.graph()?, weights, metadata: Default::default() };
        std::fs::write(&file, model.encode()?)?;
        for n in [1, 3] {
            let x = images(n, model.graph.image())?;
            write(&source, &x)?;
            let said = python(&[&"run", &file, &source, &target]);
            let ours: Vec<f32> = net.forward_t(&x, false)?.flatten_all()?.to_vec1()?;
            let error = error(&ours, &read(&target));
            println!("{name}, {n} images: {error:.1e} ({said})");
            assert!(error < 1e-4, "{name}, {n} images: {error:e}");
            assert!(said.contains("data ['batch', 3"), "{said}");
        }
    }
    Ok(())
}
