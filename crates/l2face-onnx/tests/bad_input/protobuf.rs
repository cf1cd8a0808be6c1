//! A writer of protobuf of ten lines, and of ONNX files with it: field by field, wrong where a test wants it.
use l2face_onnx::Model;

/// One field of a message: its number and its bytes.
pub fn field(number: u64, bytes: &[u8]) -> Vec<u8> {
    [varint(number << 3 | 2), varint(bytes.len() as u64), bytes.to_vec()].concat()
}

/// A field that is a whole number.
pub fn int(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3), varint(value)].concat()
}

/// Seven bits a byte.
pub fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 128 {
        bytes.push((value as u8 & 127) | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A field that is text.
pub fn text(number: u64, value: &str) -> Vec<u8> {
    field(number, value.as_bytes())
}

/// A value of floats of this shape.
pub fn value_info(name: &str, dims: &[u64]) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|d| field(1, &int(1, *d))).collect();
    [text(1, name), field(2, &field(1, &[int(1, 1), field(2, &dims)].concat()))].concat()
}

/// A node named `the OP`.
pub fn node(op: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let inputs: Vec<u8> = inputs.iter().flat_map(|i| text(1, i)).collect();
    let attributes: Vec<u8> = attributes.iter().flat_map(|a| field(5, a)).collect();
    [inputs, text(2, output), text(3, &format!("the {op}")), text(4, op), attributes].concat()
}

/// A setting.
pub fn ints(name: &str, values: &[i64]) -> Vec<u8> {
    [text(1, name), values.iter().flat_map(|v| int(8, *v as u64)).collect(), int(20, 7)].concat()
}

/// A constant of a type, by its bytes.
pub fn constant(name: &str, dims: &[u64], kind: u64, raw: &[u8]) -> Vec<u8> {
    [dims.iter().flat_map(|d| int(1, *d)).collect(), int(2, kind), text(8, name), field(9, raw)].concat()
}

/// A file with the input `image` and the output `out`.
pub fn model(nodes: &[Vec<u8>], constants: &[Vec<u8>], input: &[u64]) -> Vec<u8> {
    let parts = [
        nodes.iter().flat_map(|n| field(1, n)).collect(),
        constants.iter().flat_map(|c| field(5, c)).collect(),
        field(11, &value_info("image", input)),
        field(12, &value_info("out", &[1, 4])),
    ];
    [int(1, 7), field(8, &[text(1, ""), int(2, 13)].concat()), field(7, &parts.concat())].concat()
}

/// The image as a row, `flat`.
pub fn flatten() -> Vec<u8> {
    node("Flatten", &["image"], "flat", &[])
}

/// Refused, with words that say why.
pub fn error(bytes: Vec<u8>, parts: &[&str]) {
    let error = Model::decode(bytes, None).expect_err("must be refused").to_string();
    for part in parts {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
}

/// A product with the weight `w`.
pub fn gemm(weight: Vec<u8>) -> Vec<u8> {
    let transposed = [text(1, "transB"), int(3, 1), int(20, 2)].concat();
    model(&[flatten(), node("Gemm", &["flat", "w"], "out", &[transposed])], &[weight], &[1, 3, 2, 2])
}
