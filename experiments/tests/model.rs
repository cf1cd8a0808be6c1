//! `cargo xtask model` on files as users have them: one network in every format, other people's names, and what is refused.
use candle_core::{DType, Device, Tensor};
use candle_nn::ModuleT;
use l2face_backbone::{build, BackboneConfig, FaceResNetConfig, NetworkConfig, Pool, Weights};
use l2face_experiments::evaluate::Embedder;
use l2face_experiments::model::{cli::Args, cli::Which, open, run};
use l2face_image::{CropTarget, Preproc, Template};
use l2face_onnx::Model;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn model(line: &[&dyn AsRef<Path>]) -> Result<String, String> {
    use clap::Parser;
    let words = line.iter().map(|word| word.as_ref().as_os_str().to_owned());
    let args = Args::try_parse_from(std::iter::once("model".into()).chain(words)).map_err(|e| e.to_string())?;
    run(&args).map_err(|e| l2face_experiments::message(&e))
}

/// Numbers without chance.
fn tensor(name: &str, shape: &[usize]) -> Tensor {
    let n: usize = shape.iter().product();
    let seed = name.bytes().fold(7u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
    let number = |i: usize| {
        ((seed ^ (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32
            / (1 << 23) as f32
            - 1.
    };
    let (scale, shift) = match shape.len() {
        1 if name.contains("var") => (0.3, 1.),
        1 => (0.1, if name.ends_with("weight") { 0.7 } else { 0. }),
        _ => ((3. / shape[1..].iter().product::<usize>() as f32).sqrt(), 0.),
    };
    let values: Vec<f32> = (0..n).map(|i| number(i) * scale + shift).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).expect("a tensor")
}

/// MobileFaceNet with these weights, and a file of them without any note.
fn weights(folder: &Path) -> (BackboneConfig, HashMap<String, Tensor>, PathBuf) {
    let config = BackboneConfig::named("mbf").expect("a network");
    let shapes = config.variables().expect("variables");
    let tensors: HashMap<_, _> =
        shapes.iter().map(|(name, shape)| (name.clone(), tensor(name, shape.dims()))).collect();
    let path = folder.join("plain.safetensors");
    candle_core::safetensors::save(&tensors, &path).expect("a file");
    (config, tensors, path)
}

fn embedding(net: &impl ModuleT) -> Vec<f32> {
    let x = tensor("image", &[1, 3, 112, 112]);
    net.forward_t(&x, false).and_then(|y| y.flatten_all()?.to_vec1()).expect("an embedding")
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    let largest = b.iter().fold(0f32, |m, v| m.max(v.abs()));
    a.iter().zip(b).fold(0f32, |m, (a, b)| m.max((a - b).abs())) / largest
}

#[test]
fn one_network_through_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, tensors, plain) = weights(folder.path());
    let net =
        build(&config, candle_nn::VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu)).expect("a network");
    let want = embedding(&net);
    let [onnx, again, last] = ["a.onnx", "b.safetensors", "c.onnx"].map(|name| folder.path().join(name));
    let said = model(&[&"convert", &plain, &onnx]).expect("an ONNX file");
    assert!(said.contains("a.onnx") && said.contains("multiply-adds"), "{said}");
    model(&[&"convert", &onnx, &again]).expect("weights");
    model(&[&"convert", &again, &last]).expect("an ONNX file");
    for file in [&onnx, &last] {
        let model = Model::open(file).expect("an ONNX file");
        let noted = BackboneConfig::of_notes(&model.metadata).expect("a note").expect("there is one");
        assert_eq!(noted.network, config.network);
        let got = embedding(&model.net(&Device::Cpu).expect("a network"));
        assert!(largest_difference(&got, &want) < 1e-5);
    }
    let read = open(&again, &Default::default()).expect("weights").config.expect("a note");
    let weights = Weights::load(&again, &read, &[]).expect("weights");
    let net = build(&read, weights.builder(DType::F32, &Device::Cpu)).expect("a network");
    assert_eq!(embedding(&net), want, "the same bits");
}

/// A wrapper's prefix in an ONNX file, as `torch.onnx.export` of the wrapper leaves it.
#[test]
fn an_onnx_file_with_a_wrapper_s_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, tensors, _) = weights(folder.path());
    let [onnx, out] = ["wrapped.onnx", "out.safetensors"].map(|name| folder.path().join(name));
    for prefix in ["backbone.", "module."] {
        let weights = tensors.iter().map(|(name, tensor)| (format!("{prefix}{name}"), tensor.clone())).collect();
        let graph = config.graph().and_then(|g| g.with_names(|name| format!("{prefix}{name}"))).expect("a graph");
        let wrapped = Model { graph, weights, metadata: Default::default() };
        std::fs::write(&onnx, wrapped.encode().expect("a file")).expect("a file");
        model(&[&"convert", &onnx, &out, &"--force"]).expect("weights");
        let read = Weights::load(&out, &config, &[]).expect("our names");
        let flat = |t: &Tensor| t.flatten_all().and_then(|t| t.to_vec1::<f32>()).expect("numbers");
        assert!(tensors.iter().all(|(name, tensor)| flat(&read.tensors()[name]) == flat(tensor)));
    }
    let mut twice = Model::open(&onnx).expect("a network");
    let extra = twice.weights["module.layers.0.layers.1.bias"].clone();
    twice.graph = twice
        .graph
        .with_names(|n| n.replace("module.layers.0.layers.1.weight", "layers.0.layers.1.bias"))
        .expect("names");
    twice.weights.insert("layers.0.layers.1.bias".into(), extra);
    std::fs::write(&onnx, twice.encode().expect("a file")).expect("a file");
    let error = model(&[&"convert", &onnx, &out, &"--force", &"--arch", &"mbf"]).expect_err("two of one name");
    assert!(error.contains("both be layers.0.layers.1.bias") && error.contains("module.layers.0"), "{error}");
}

#[test]
fn what_inspect_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, _, plain) = weights(folder.path());
    let text = model(&[&"inspect", &plain]).expect("a table");
    let parts = ["mobile-face-net", "rgb 112x112", "layers.0.layers.0", "conv /2 pad 1", "128x56x56", "in 64 groups"];
    for part in parts.into_iter().chain(["image 3x112x112 to 512", "2,059,520 parameters", "multiply-adds per image"]) {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&model(&[&"inspect", &plain, &"--json"]).expect("JSON")).expect("JSON");
    let layers = json["layers"].as_array().expect("layers");
    let sum = |key: &str| layers.iter().map(|l| l[key].as_u64().expect("a number")).sum::<u64>();
    assert_eq!(json["multiply_adds"].as_u64(), Some(sum("multiply_adds")));
    assert_eq!(json["numbers"].as_u64(), Some(sum("numbers")));
    assert_eq!(json["tensors"].as_array().map(Vec::len), Some(weights(folder.path()).1.len()));
}

#[test]
fn the_order_of_colours_can_be_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, _, plain) = weights(folder.path());
    let out = folder.path().join("bgr.safetensors");
    model(&[&"convert", &plain, &out, &"--colour", &"bgr"]).expect("a file");
    let shown = model(&[&"inspect", &out]).expect("a table");
    assert!(shown.contains("bgr") && !shown.contains("rgb,"), "{shown}");
    assert!(model(&[&"inspect", &plain, &"--colour", &"grey"]).unwrap_err().contains("rgb or bgr"));
}

#[test]
fn other_people_s_names_and_classifiers() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wrapped.safetensors");
    let config = BackboneConfig::named("resnet18").expect("a network");
    let shapes = config.variables().expect("variables");
    let mut tensors: HashMap<String, Tensor> =
        shapes.iter().map(|(name, shape)| (format!("module.{name}"), tensor(name, shape.dims()))).collect();
    tensors.insert("module.fc.weight".into(), tensor("w", &[1000, 512]));
    tensors.insert("module.fc.bias".into(), tensor("b", &[1000]));
    tensors.insert("head.kernel".into(), tensor("k", &[512, 4]));
    candle_core::safetensors::save(&tensors, &path).expect("a file");
    let onnx = folder.path().join("out.onnx");
    let error = model(&[&"convert", &path, &onnx]).expect_err("the head is not the network's");
    assert!(error.contains("unexpected: head.kernel"), "{error}");
    model(&[&"convert", &path, &onnx, &"--but", &"head."]).expect("an ONNX file");
    assert!(model(&[&"inspect", &onnx]).expect("a table").contains("3x224x224 to 1000"));
}

#[test]
fn what_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, _, plain) = weights(folder.path());
    let at = |name: &str| folder.path().join(name);
    let refused = |line: &[&dyn AsRef<Path>], parts: &[&str]| {
        let error = model(line).expect_err("must be refused");
        for part in parts {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
    };
    refused(&[&"inspect", &at("absent.onnx")], &["absent.onnx"]);
    refused(&[&"inspect", &folder.path()], &["is a folder"]);
    refused(&[&"inspect", &at("network.bin")], &["network.bin", "known are .safetensors"]);
    refused(&[&"convert", &plain, &plain], &["exists already", "--force"]);
    refused(&[&"convert", &plain, &at("out.pth")], &["written are .safetensors and .onnx"]);
    refused(
        &[&"convert", &plain, &at("out.onnx"), &"--arch", &"iresnet50"],
        &["plain.safetensors", "missing", "unexpected"],
    );
    refused(&[&"inspect", &plain, &"--arch", &"iresnet51"], &["iresnet51", "iresnet50"]);
    candle_core::safetensors::save(&HashMap::from([("a", tensor("a", &[2]))]), at("other.safetensors"))
        .expect("a file");
    assert!(model(&[&"inspect", &at("other.safetensors")])
        .expect("a list of tensors")
        .contains("no published network"));
    refused(
        &[&"convert", &at("other.safetensors"), &at("out.onnx")],
        &["other.safetensors", "no published network", "--arch"],
    );
    assert!(!at("out.onnx").exists(), "nothing is left behind");
    std::fs::write(at("cut.safetensors"), &std::fs::read(&plain).expect("bytes")[..1000]).expect("a file");
    refused(&[&"inspect", &at("cut.safetensors")], &["cut.safetensors", "truncated"]);
}

/// One file, two configurations that its tensors fit alike: embeddings kept of one are not those of the other.
#[test]
fn a_network_is_more_than_its_tensors() {
    let folder = tempfile::tempdir().expect("a folder");
    let embedders = [Pool::BeforeUnits, Pool::AfterUnits].map(|pool| {
        let mut net = FaceResNetConfig::small(48, 48);
        net.stages.iter_mut().for_each(|stage| stage.pool = pool);
        let input = Preproc::new(CropTarget::new(Template::Arc112, 48, 48).expect("a crop"));
        let config = BackboneConfig { network: NetworkConfig::FaceResnet(net), input };
        let shapes = config.variables().expect("variables");
        let tensors: HashMap<_, _> = shapes.iter().map(|(n, shape)| (n.clone(), tensor(n, shape.dims()))).collect();
        let [weights, arch] = ["one.safetensors", "arch.json"].map(|name| folder.path().join(name));
        candle_core::safetensors::save(&tensors, &weights).expect("a file");
        std::fs::write(&arch, serde_json::to_vec(&config).expect("JSON")).expect("a file");
        let which = Which { arch: Some(arch.display().to_string()), ..Which::default() };
        Embedder::open(&weights, &which, None, &Device::Cpu).expect("a network")
    });
    let [one, other] = &embedders;
    assert_eq!((&one.sha256, &one.weights), (&other.sha256, &other.weights));
    assert_ne!(one.network, other.network);
}
