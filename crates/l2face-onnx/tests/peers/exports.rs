//! Every published network at its full size, written by us: onnx's checker passes it, and onnxruntime gives our embeddings.
use crate::drawn::{images, Drawn};
use crate::peer::{absent, error, python, read, write};
use candle_core::{DType, Device, Result};
use candle_nn::{ModuleT, VarBuilder};
use l2face_backbone::{build, BackboneConfig, IResNetShortcut, Naming, NetworkConfig};
use l2face_onnx::Model;

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
    if absent() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let [file, source, target] = ["model.onnx", "images", "embeddings"].map(|name| folder.path().join(name));
    for (name, config) in configs() {
        let drawn = Drawn::default();
        let net = build(&config, VarBuilder::from_backend(Box::new(drawn.clone()), DType::F32, Device::Cpu))?;
        let weights = drawn.weights();
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
