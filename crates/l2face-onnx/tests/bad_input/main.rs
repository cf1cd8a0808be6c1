//! Files that are damaged, hostile, or beyond what is known: one clear error each, and never a panic.
use candle_core::{DType, Device, Tensor};
use l2face_graph::{Graph, Op, Unary, Value};
use l2face_onnx::Model;
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};

mod external;
mod memory;
mod names;
mod protobuf;
use protobuf::{constant, error, field, flatten, gemm, int, ints, model, node, text};

#[test]
fn the_writer_of_this_test_makes_a_file_that_opens() {
    let model = Model::decode(gemm(constant("w", &[4, 12], 1, &[0; 192])), None).expect("a good file");
    assert_eq!((model.graph.image(), model.graph.weights()["w"].as_slice()), ([3, 2, 2], &[4, 12][..]));
}

#[test]
fn not_onnx_or_cut_off() {
    error(b"not a network".to_vec(), &["not an ONNX file"]);
    error(vec![], &["no operator set"]);
    let whole = gemm(constant("w", &[4, 12], 1, &[0; 192]));
    for len in [1, whole.len() / 3, whole.len() - 1] {
        assert!(Model::decode(whole[..len].to_vec(), None).is_err(), "{len} bytes of {}", whole.len());
    }
    let missing = Model::open("missing.onnx".as_ref()).expect_err("no such file").to_string();
    assert!(missing.contains("missing.onnx"), "{missing}");
}

#[test]
fn operators_and_settings_that_are_not_known() {
    let one = |n: Vec<u8>| model(&[n], &[], &[1, 3, 2, 2]);
    error(one(node("Celu", &["image"], "out", &[])), &["the Celu", "operator Celu is not known", "Conv"]);
    let foreign = [node("Conv", &["image"], "out", &[]), text(7, "com.example")].concat();
    error(one(foreign), &["Conv of com.example"]);
    error(one(node("Relu", &["nobody"], "out", &[])), &["the Relu (Relu)", "takes nobody"]);
    error(one(node("Relu", &["image"], "out", &[])), &["(batch, D)", "[1, 3, 2, 2]"]);
    error(one(node("Relu", &["image"], "elsewhere", &[])), &["out does not depend on the image"]);
    let weight = constant("w", &[4, 3, 1, 1], 1, &[0; 48]);
    let conv = |attribute| {
        model(&[node("Conv", &["image", "w"], "out", &[attribute])], std::slice::from_ref(&weight), &[1, 3, 2, 2])
    };
    error(conv(ints("dilations", &[2, 2])), &["the Conv", "dilations"]);
    error(conv(ints("strides", &[1, 2])), &["strides"]);
    error(conv(ints("pads", &[-1, 0, 0, 0])), &["a size of -1"]);
    error(conv(ints("pads", &[i64::MAX, 0, 0, 0])), &["the Conv"]);
}

#[test]
fn inputs_that_are_not_images() {
    let with = |dims: &[u64]| model(&[flatten(), node("Identity", &["flat"], "out", &[])], &[], dims);
    error(with(&[1, 12]), &["image", "not images"]);
    error(with(&[8, 3, 2, 2]), &["fixed batch", "8"]);
    error(with(&[1, 3, 1 << 40, 1 << 40]), &["image", "at most 4096 pixels"]);
    let reshape = |target: &[i64]| {
        let raw: Vec<u8> = target.iter().flat_map(|v| v.to_le_bytes()).collect();
        let shape = constant("s", &[target.len() as u64], 7, &raw);
        model(&[node("Reshape", &["image", "s"], "out", &[])], &[shape], &[1, 3, 2, 2])
    };
    error(reshape(&[2, 6]), &["the Reshape", "mix images"]);
    error(reshape(&[1, -1, -1]), &["does not have the numbers"]);
    error(reshape(&[1, i64::MAX, i64::MAX]), &["does not have the numbers"]);
    assert!(Model::decode(reshape(&[1, -1]), None).is_ok() && Model::decode(reshape(&[0, 12]), None).is_ok());
}

#[test]
fn weights_that_lie_about_themselves() {
    error(gemm(constant("w", &[4, 12], 1, &[0; 191])), &["the constant w", "192 bytes", "191"]);
    error(gemm(constant("w", &[1 << 40, 1 << 40], 1, &[0; 192])), &["the constant w", "cannot be counted"]);
    error(gemm(constant("w", &[u64::MAX, 12], 1, &[0; 192])), &["the constant w", "a size of -1"]);
    error(gemm(constant("w", &[4, 12], 8, &[0; 192])), &["the constant w", "numbers of type"]);
    error(gemm(constant("w", &[4, 13], 1, &[0; 208])), &["the Gemm (Gemm)", "[4, 13]"]);
    let many = constant("big", &[1 << 30], 7, &[]);
    error(model(&[node("ConstantOfShape", &["big"], "out", &[])], &[many], &[1, 3, 2, 2]), &["the constant big"]);
    let size = constant("size", &[2], 7, &[(1i64 << 30).to_le_bytes(), (1i64 << 30).to_le_bytes()].concat());
    let described = node("ConstantOfShape", &["size"], "c", &[]);
    let used = node("Add", &["image", "c"], "out", &[]);
    error(model(&[described, used], &[size], &[1, 3, 2, 2]), &["the ConstantOfShape", "more than"]);
}

#[test]
fn constants_that_grow_are_refused_before_they_do() {
    let one = constant("c0", &[1], 7, &1i64.to_le_bytes());
    let concat = |i: usize| node("Concat", &[&format!("c{i}"), &format!("c{i}")], &format!("c{}", i + 1), &[]);
    let mut nodes: Vec<Vec<u8>> = (0..40).map(concat).collect();
    nodes.push(node("Reshape", &["image", "c40"], "out", &[]));
    error(model(&nodes, &[one], &[1, 3, 2, 2]), &["the Concat", "more than"]);
    let size = |name: &str, dims: [i64; 2]| constant(name, &[2], 7, &dims.map(i64::to_le_bytes).concat());
    let sizes = [size("s", [1 << 20, 1]), size("t", [1, 1 << 20])];
    let grown = [
        node("ConstantOfShape", &["s"], "a", &[]),
        node("ConstantOfShape", &["t"], "b", &[]),
        node("Add", &["a", "b"], "c", &[]),
        node("Add", &["image", "c"], "out", &[]),
    ];
    error(model(&grown, &sizes, &[1, 3, 2, 2]), &["the Add", "more than"]);
    // Copies: each takes of one budget.
    let large = constant("c0", &[1 << 20], 1, &vec![0; 4 << 20]);
    let mut nodes: Vec<Vec<u8>> =
        (0..40).map(|i| node("Identity", &[&format!("c{i}")], &format!("c{}", i + 1), &[])).collect();
    nodes.push(node("Add", &["image", "c40"], "out", &[]));
    error(model(&nodes, &[large], &[1, 3, 2, 2]), &["the Identity", "copied and enlarged"]);
}

#[test]
fn one_constant_named_many_times_is_not_copied_each_time() {
    let size = constant("size", &[1], 7, &(1i64 << 20).to_le_bytes());
    let zero = [text(1, "value"), field(5, &constant("zero", &[1], 7, &[0; 8])), int(20, 4)].concat();
    let made = |inputs: &[&str], op: &str, attributes: &[Vec<u8>]| {
        let nodes = [node("ConstantOfShape", &["size"], "c", attributes), flatten(), node(op, inputs, "out", &[])];
        model(&nodes, std::slice::from_ref(&size), &[1, 1, 1 << 10, 1 << 10])
    };
    error(made(&["c"; 40], "Concat", &[zero]), &["the Concat", "copied and enlarged"]);
    let sum = |times: usize| made(&[&["flat"], vec!["c"; times].as_slice()].concat(), "Sum", &[]);
    error(sum(40), &["the Sum", "copied and enlarged"]);
    assert!(Model::decode(sum(4), None).is_ok());
}

#[test]
fn axes_are_few() {
    let unsqueezed = |rank: usize| {
        let nodes = [
            node("Unsqueeze", &["one"], "u", &[ints("axes", &(1..rank as i64).collect::<Vec<_>>())]),
            node("Squeeze", &["u"], "s", &[]),
            flatten(),
            node("Add", &["flat", "s"], "out", &[]),
        ];
        model(&nodes, &[constant("one", &[1], 1, &[0; 4])], &[1, 3, 2, 2])
    };
    assert!(Model::decode(unsqueezed(8), None).is_ok());
    error(unsqueezed(9), &["the Unsqueeze", "9 axes, more than 8"]);
    error(gemm(constant("w", &[1; 9], 1, &[0; 4])), &["the constant w", "9 axes"]);
    let ones: Vec<u8> = [1i64; 9].iter().flat_map(|n| n.to_le_bytes()).collect();
    for (op, inputs) in [("Reshape", &["image", "s"][..]), ("ConstantOfShape", &["s"])] {
        error(
            model(&[node(op, inputs, "out", &[])], &[constant("s", &[9], 7, &ones)], &[1, 1, 1, 1]),
            &[op, "9 axes, more than 8"],
        );
    }
}

#[test]
fn operators_that_would_be_read_wrongly() {
    let cast = |to: u64| {
        let attribute = [text(1, "to"), int(3, to), int(20, 2)].concat();
        model(&[node("Cast", &["image"], "c", &[attribute]), node("Flatten", &["c"], "out", &[])], &[], &[1, 3, 2, 2])
    };
    assert!(Model::decode(cast(1), None).is_ok());
    error(cast(9), &["the Cast", "numbers of type 9"]);
    error(cast(7), &["the Cast", "whole numbers"]);
    // A batch alone: nothing is left of an image.
    let empty = constant("s", &[1], 7, &1i64.to_le_bytes());
    let image = |nodes: Vec<Vec<u8>>, constants: &[Vec<u8>]| model(&nodes, constants, &[1, 1, 1, 1]);
    error(
        image(vec![node("Reshape", &["image", "s"], "r", &[]), node("LeakyRelu", &["r"], "out", &[])], &[empty]),
        &["the Reshape", "leave the batch alone"],
    );
    let twice = vec![node("Relu", &["image"], "out", &[]), node("Flatten", &["image"], "out", &[])];
    error(image(twice, &[]), &["gives out"]);
    let old = |version: u64| [int(1, 7), field(8, &[text(1, ""), int(2, version)].concat())].concat();
    error(old(6), &["operator set 6"]);
    error(old(99), &["operator set 99"]);
    let weight = constant("w", &[4, 3, 1, 1], 1, &[0; 48]);
    let twice = node("Transpose", &["image"], "out", &[ints("perm", &[0, 0, 1, 2])]);
    error(model(&[twice], &[], &[1, 3, 2, 2]), &["the Transpose", "the axis of the images"]);
    let wide = [ints("pads", &[1 << 40; 4]), ints("strides", &[1 << 40; 2])];
    error(model(&[node("Conv", &["image", "w"], "out", &wide)], &[weight], &[1, 3, 2, 2]), &["the Conv", "more than"]);
}

#[test]
fn expand_repeats_what_it_says() {
    let target: Vec<u8> = [1i64, 3, 2, 2].iter().flat_map(|n| n.to_le_bytes()).collect();
    let nodes = [
        node("GlobalAveragePool", &["image"], "m", &[]),
        node("Expand", &["m", "t"], "e", &[]),
        node("Flatten", &["e"], "out", &[]),
    ];
    let model =
        Model::decode(model(&nodes, &[constant("t", &[4], 7, &target)], &[1, 3, 2, 2]), None).expect("a network");
    let x = Tensor::arange(0f32, 12., &Device::Cpu).and_then(|x| x.reshape((1, 3, 2, 2))).expect("an image");
    let y: Vec<Vec<f32>> = candle_nn::ModuleT::forward_t(&model.net(&Device::Cpu).expect("a network"), &x, false)
        .and_then(|y| y.to_vec2())
        .expect("values");
    assert_eq!(y[0], [1.5, 1.5, 1.5, 1.5, 5.5, 5.5, 5.5, 5.5, 9.5, 9.5, 9.5, 9.5]);
}

/// A small network with most kinds of operations.
fn good() -> Vec<u8> {
    let mut graph = Graph::new([3, 8, 8]);
    let mut weights = HashMap::new();
    let mut weight = |graph: &mut Graph, name: &str, shape: &[usize]| {
        weights.insert(name.to_string(), Tensor::ones(shape, DType::F32, &Device::Cpu).expect("a tensor"));
        graph.weight(name, shape).expect("a weight")
    };
    let conv = Op::Conv { stride: 2, padding: 1, groups: 1 };
    let w = weight(&mut graph, "conv.weight", &[4, 3, 3, 3]);
    let mut x = graph.push("conv", conv, vec![Value::IMAGE.into(), w]).expect("a node");
    let slope = weight(&mut graph, "prelu.weight", &[4]);
    x = graph.push("prelu", Op::Prelu, vec![x.into(), slope]).expect("a node");
    x = graph.push("clip", Op::Unary(Unary::Clip { min: 0., max: 6. }), vec![x.into()]).expect("a node");
    x = graph.push("pool", Op::MaxPool { kernel: 2, stride: 2, padding: 0 }, vec![x.into()]).expect("a node");
    x = graph.push("mean", Op::GlobalMean, vec![x.into()]).expect("a node");
    x = graph.push("flat", Op::Reshape(vec![4]), vec![x.into()]).expect("a node");
    let w = weight(&mut graph, "fc.weight", &[5, 4]);
    graph.push("fc", Op::Linear, vec![x.into(), w]).expect("a node");
    Model { graph, weights, metadata: BTreeMap::new() }.encode().expect("a file")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// What a fuzzer would do for hours, for seconds: bytes changed, removed and repeated.
    #[test]
    fn changed_bytes_are_an_error_or_another_network(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        repeat in 0usize..3,
    ) {
        let mut bytes = good();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let at = cut.index(bytes.len());
        match repeat {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..),
            _ => {}
        }
        if let Ok(model) = Model::decode(bytes, None) {
            let _ = model.net(&Device::Cpu);
        }
    }
}
