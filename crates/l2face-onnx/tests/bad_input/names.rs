//! Networks whose weights are named as values of the file are: not written, as the two would be one.
use candle_core::{DType, Device, Tensor};
use l2face_graph::{Graph, Op, Value};
use l2face_onnx::Model;
use std::collections::{BTreeMap, HashMap};

fn written(name: &str) -> Result<Vec<u8>, String> {
    let mut graph = Graph::new([1, 2, 2]);
    let flat = graph.push("flat", Op::Reshape(vec![4]), vec![Value::IMAGE.into()]).expect("a node");
    let w = graph.weight(name, &[3, 4]).expect("a weight");
    graph.push("fc", Op::Linear, vec![flat.into(), w]).expect("a node");
    let w = Tensor::ones((3, 4), DType::F32, &Device::Cpu).expect("a tensor");
    let model = Model { graph, weights: HashMap::from([(name.into(), w)]), metadata: BTreeMap::new() };
    model.encode().map_err(|e| e.to_string())
}

#[test]
fn weights_named_as_the_file_s_values_are_refused() {
    for name in ["data", "embedding", "0_flat"] {
        let error = written(name).expect_err("two of one name");
        assert!(error.contains(&format!("a weight is named {name},")), "{error}");
    }
    let model = Model::decode(written("data.weight").expect("a file"), None).expect("a network");
    assert_eq!(model.graph.weights()["data.weight"], [3, 4]);
}
