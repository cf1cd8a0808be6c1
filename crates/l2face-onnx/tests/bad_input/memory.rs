//! What a small file could make the reader or the network hold.
use crate::protobuf::{constant, error, field, flatten, gemm, int, model, node, text};
use l2face_onnx::Model;

#[test]
fn empty_messages_are_refused_before_they_are_decoded() {
    let file = |inside: Vec<u8>| [int(1, 7), field(7, &inside)].concat();
    error(file(field(1, &[]).repeat(1 << 20)), &["far more memory"]);
    error(file(field(1, &field(1, &[]).repeat(1 << 22))), &["far more memory"]);
    error(file(field(5, &field(13, &[]).repeat(1 << 21))), &["far more memory"]);
    error(file(field(1, &field(5, &field(8, &vec![1; 1 << 25])))), &["far more memory"]);
}

#[test]
fn whole_numbers_are_few() {
    let (many, image) = (1 << 21, [1, 3, 2, 2]);
    for kind in [6u64, 7, 9] {
        let width = [(6, 4), (7, 8), (9, 1)].iter().find(|(k, _)| *k == kind).map_or(0, |(_, width)| *width);
        let mask = constant("mask", &[many as u64], kind, &vec![0; many * width]);
        let reshaped = node("Reshape", &["image", "mask"], "out", &[]);
        error(model(&[reshaped], &[mask], &image), &["the constant mask", "whole numbers"]);
    }
    assert!(Model::decode(gemm(constant("w", &[1 << 20, 12], 1, &vec![0; 48 << 20])), None).is_ok());
}

#[test]
fn numbers_in_constant_nodes_count_as_the_file_s_own() {
    let transposed = [text(1, "transB"), int(3, 1), int(20, 2)].concat();
    let with = |value: Vec<u8>| {
        let value = [text(1, "value"), field(5, &value), int(20, 4)].concat();
        let nodes = [
            flatten(),
            node("Constant", &[], "w", &[value]),
            node("Gemm", &["flat", "w"], "out", std::slice::from_ref(&transposed)),
        ];
        model(&nodes, &[], &[1, 3, 2, 2])
    };
    // 12 million weights: more than a file may have that only describes them.
    let held = with(constant("", &[1 << 20, 12], 1, &vec![0; 48 << 20]));
    assert_eq!(Model::decode(held, None).map(|m| m.weights["w"].elem_count()).expect("a network"), 12 << 20);
    error(with(constant("", &[1 << 20, 12], 1, &[0; 48])), &["the Constant", "truncated"]);
}

/// 40 copies of a constant of 2^20 numbers are refused, however large a constant the file claims in a node that is never reached.
#[test]
fn numbers_that_a_node_only_claims_do_not_count() {
    let large = constant("c0", &[1 << 20], 1, &vec![0; 4 << 20]);
    let mut nodes: Vec<Vec<u8>> =
        (0..40).map(|i| node("Identity", &[&format!("c{i}")], &format!("c{}", i + 1), &[])).collect();
    nodes.push(node("Add", &["image", "c40"], "out", &[]));
    let beside = [field(13, &[text(1, "location"), text(2, "x")].concat()), int(14, 1)].concat();
    for claim in [constant("", &[1 << 30], 1, &[]), [int(1, 1 << 30), int(2, 1), beside].concat()] {
        let value = [text(1, "value"), field(5, &claim), int(20, 4)].concat();
        let nodes = [nodes.as_slice(), &[node("Constant", &[], "never", &[value])]].concat();
        error(model(&nodes, std::slice::from_ref(&large), &[1, 3, 2, 2]), &["the Identity", "copied and enlarged"]);
    }
}

/// A kernel as large as the map is described in a few bytes, and unfolds the map a million times.
#[test]
fn what_a_convolution_unfolds_is_bounded() {
    let conv = |kernel: [i64; 4], image: [u64; 4]| {
        let size = constant("size", &[4], 7, &kernel.map(i64::to_le_bytes).concat());
        let nodes = [
            node("ConstantOfShape", &["size"], "w", &[]),
            node("Concat", &["image"; 8], "wide", &[]),
            node("Conv", &["wide", "w"], "conv", &[]),
            node("Flatten", &["conv"], "out", &[]),
        ];
        model(&nodes, &[size], &image)
    };
    let holds = ["the Conv", "numbers of one image at once"];
    error(conv([1, 8, 300, 300], [1, 1, 1024, 1024]), &holds);
    assert!(Model::decode(conv([1, 8, 3, 3], [1, 1, 1024, 1024]), None).is_ok());
}

/// Twice as many maps of 4096 x 4096 as may be held, each taken to one number: all made first, or one after the other.
fn maps(all_first: bool) -> Vec<u8> {
    let names: Vec<[String; 2]> = (0..64).map(|i| [format!("map{i}"), format!("mean{i}")]).collect();
    let made = names.iter().map(|[map, _]| node("Sigmoid", &["image"], map, &[]));
    let used = names.iter().map(|[map, mean]| node("GlobalAveragePool", &[map], mean, &[]));
    let mut nodes: Vec<Vec<u8>> = match all_first {
        true => made.chain(used).collect(),
        false => made.zip(used).flat_map(|(made, used)| [made, used]).collect(),
    };
    let means: Vec<&str> = names.iter().map(|[_, mean]| mean.as_str()).collect();
    nodes.push(node("Sum", &means, "sum", &[]));
    nodes.push(node("Flatten", &["sum"], "out", &[]));
    model(&nodes, &[], &[1, 1, 4096, 4096])
}

#[test]
fn values_that_are_held_at_once_are_bounded() {
    error(maps(true), &["the Sigmoid", "holds 1090519040 numbers of one image at once"]);
    assert!(Model::decode(maps(false), None).is_ok());
}
