//! Every network of l2face-backbone, written as ONNX and read again, gives the features of its own forward pass.
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder};
use drawn::{images, Drawn};
use l2face_backbone::*;
use l2face_image::{CropTarget, Preproc, Template};
use l2face_onnx::Model;
use std::collections::BTreeMap;

#[path = "common/drawn.rs"]
mod drawn;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SMALL: [usize; 4] = [1, 2, 1, 1];

/// Each kind of network in a small size, with the side of its image.
fn networks() -> Vec<(&'static str, NetworkConfig, usize)> {
    let bottleneck = ResNetConfig { blocks: SMALL, ..ResNetConfig::resnet50(8) };
    let iresnet = IResNetConfig { height: 40, width: 40, blocks: SMALL, embedding: 8, ..IResNetConfig::iresnet18() };
    vec![
        ("face-resnet", NetworkConfig::FaceResnet(FaceResNetConfig::small(48, 48)), 48),
        ("face-resnet with norms", NetworkConfig::FaceResnet(FaceResNetConfig::photos(48, 48)), 48),
        ("basic", NetworkConfig::Resnet(ResNetConfig { blocks: SMALL, ..ResNetConfig::resnet18(8) }), 64),
        ("bottleneck", NetworkConfig::Resnet(bottleneck), 64),
        ("resnext", NetworkConfig::Resnet(ResNetConfig { groups: 32, width_per_group: 4, ..bottleneck }), 64),
        ("iresnet", NetworkConfig::Iresnet(iresnet.clone()), 40),
        ("ir", NetworkConfig::Iresnet(IResNetConfig { shortcut: IResNetShortcut::Subsample, ..iresnet }), 40),
        (
            "mbf",
            NetworkConfig::MobileFaceNet(MobileFaceNetConfig {
                blocks: SMALL,
                scale: 1,
                embedding: 8,
                ..MobileFaceNetConfig::mbf()
            }),
            112,
        ),
        (
            "all-in-one",
            NetworkConfig::AllInOne(AllInOneConfig {
                height: 131,
                width: 131,
                widths: [16; 7],
                hidden: 16,
                embedding: 8,
                ..AllInOneConfig::recalled()
            }),
            131,
        ),
    ]
}

fn distance(a: &Tensor, b: &Tensor) -> Result<f64> {
    let norm = |t: &Tensor| t.to_dtype(DType::F64)?.sqr()?.sum_all()?.to_scalar::<f64>();
    Ok((norm(&(a - b)?)? / norm(b)?).sqrt())
}

#[test]
fn written_and_read_again_they_give_the_same_features() -> Result<()> {
    for (name, network, side) in networks() {
        let target = CropTarget::new(Template::Arc112, side, side).expect("a size");
        let config = BackboneConfig { network, input: Preproc::new(target) };
        let drawn = Drawn::default();
        let net = build(&config, VarBuilder::from_backend(Box::new(drawn.clone()), DType::F32, Device::Cpu))?;
        let weights = drawn.weights();
        let shapes: BTreeMap<String, Vec<usize>> =
            weights.iter().map(|(n, t)| (n.clone(), t.dims().to_vec())).collect();
        let metadata = BTreeMap::from([("who".to_string(), name.to_string())]);
        let model = Model { graph: config.graph()?, weights, metadata: metadata.clone() };
        assert_eq!(*model.graph.weights(), shapes, "{name}: every variable is in the graph");
        let x = images(3, [3, side, side])?;
        let want = net.forward_t(&x, false)?;
        let read = Model::decode(model.encode()?, None)?;
        assert_eq!(read.metadata, metadata);
        assert_eq!(*read.graph.weights(), shapes, "{name}: names and shapes stay");
        assert_eq!(read.graph.cost(), model.graph.cost());
        for (what, model) in [("recorded", &model), ("read", &read)] {
            let error = distance(&model.net(&Device::Cpu)?.forward_t(&x, false)?, &want)?;
            assert!(error < 2e-5, "{name}, {what}: {error:e}");
        }
    }
    Ok(())
}
