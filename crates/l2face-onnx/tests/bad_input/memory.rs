//! What a small file could make the reader or the network hold.
use crate::protobuf::{constant, error, field, gemm, int, model, node};
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
