//! Every network of l2face-backbone, written as ONNX and read again, gives the features of its own forward pass.
use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, ModuleT, VarBuilder};
use l2face_backbone::*;
use l2face_image::{CropTarget, Preproc, Template};
use l2face_onnx::Model;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Variables whose values follow from their names.
#[derive(Clone, Default)]
struct Drawn(Arc<Mutex<HashMap<String, Tensor>>>);

fn value(name: &str, i: usize) -> f32 {
    let hash = |h: u64, b: u64| (h ^ b).wrapping_mul(0x100_0000_01b3).rotate_left(23);
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| hash(h, b.into()));
    (hash(hash(seed, i as u64), 7) >> 40) as f32 / (1 << 23) as f32 - 1.
}

impl SimpleBackend for Drawn {
    fn get(&self, shape: candle_core::Shape, name: &str, _: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let fan_in: usize = shape.dims().iter().skip(1).product();
        let of = |i: usize| match (shape.rank(), name) {
            (1, name) if name.contains("var") => 1. + 0.3 * value(name, i),
            (1, name) if name.ends_with("bias") || name.contains("mean") => 0.1 * value(name, i),
            (1, name) if name.contains("prelu") || name.ends_with("layers.2.weight") => 0.25 + 0.1 * value(name, i),
            (1, name) => 1. + 0.2 * value(name, i),
            (_, name) => value(name, i) * (6. / fan_in as f32).sqrt(),
        };
        let values: Vec<f32> = (0..shape.elem_count()).map(of).collect();
        let tensor = Tensor::from_vec(values, shape, device)?.to_dtype(dtype)?;
        self.0.lock().expect("no panic").insert(name.into(), tensor.clone());
        Ok(Var::from_tensor(&tensor)?.as_tensor().clone())
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        candle_core::bail!("{name}: the shape is needed")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}

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
        let weights = drawn.0.lock().expect("no panic").clone();
        let shapes: BTreeMap<String, Vec<usize>> =
            weights.iter().map(|(n, t)| (n.clone(), t.dims().to_vec())).collect();
        let metadata = BTreeMap::from([("who".to_string(), name.to_string())]);
        let model = Model { graph: config.graph()?, weights, metadata: metadata.clone() };
        assert_eq!(*model.graph.weights(), shapes, "{name}: every variable is in the graph");
        let x = (0..3 * 3 * side * side).map(|i| value("image", i)).collect();
        let x = Tensor::from_vec(x, (3, 3, side, side), &Device::Cpu)?;
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
