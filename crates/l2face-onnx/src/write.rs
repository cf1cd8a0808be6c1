//! From a graph to the messages of a file.
use crate::model::Model;
use crate::proto::*;
use candle_core::{bail, DType, Result, Tensor};
use l2face_graph::{Binary, Graph, Input, Node, Op, Unary, Value};
use prost::bytes::Bytes;
use std::collections::HashSet;

const FLOAT: i32 = 1;
const INT64: i32 = 7;
/// The operator set, and the version of the format that came with it.
const OPSET: i64 = 13;
const IR: i64 = 7;
const INPUT: &str = "data";
const OUTPUT: &str = "embedding";
const BATCH: &str = "batch";

/// The whole file.
pub(crate) fn model(model: &Model) -> Result<ModelProto> {
    let graph = &model.graph;
    let [d] = *graph.shape(graph.output()) else {
        bail!("an embedder gives (D), this network {:?}", graph.shape(graph.output()));
    };
    let mut writer = Writer { graph, nodes: Vec::new(), constants: Vec::new() };
    for (i, node) in graph.nodes().iter().enumerate() {
        writer.node(i, node)?;
    }
    for (name, shape) in graph.weights() {
        let Some(tensor) = model.weights.get(name) else { bail!("the weight {name} is missing") };
        writer.constants.push(writer.weight(name, shape, tensor)?);
    }
    writer.check_names()?;
    let (c, [_, h, w]) = (graph.image()[0], graph.image());
    let entry = |(key, value): (&String, &String)| Entry { key: Some(key.clone()), value: Some(value.clone()) };
    Ok(ModelProto {
        ir_version: Some(IR),
        producer_name: Some("l2face".into()),
        producer_version: Some(env!("CARGO_PKG_VERSION").into()),
        opset_import: vec![OperatorSet { domain: Some(String::new()), version: Some(OPSET) }],
        metadata_props: model.metadata.iter().map(entry).collect(),
        graph: Some(GraphProto {
            name: Some("l2face".into()),
            node: writer.nodes,
            initializer: writer.constants,
            input: vec![value_info(INPUT, &[c, h, w])],
            output: vec![value_info(OUTPUT, &[d])],
        }),
    })
}

fn value_info(name: &str, shape: &[usize]) -> ValueInfo {
    let batch = Dimension { dim_param: Some(BATCH.into()), dim_value: None };
    let size = |&n: &usize| Dimension { dim_value: Some(n as i64), dim_param: None };
    let dim = std::iter::once(batch).chain(shape.iter().map(size)).collect();
    let tensor_type = TensorType { elem_type: Some(FLOAT), shape: Some(TensorShape { dim }) };
    ValueInfo { name: Some(name.into()), r#type: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}

fn int(name: &str, value: usize) -> Attribute {
    Attribute { name: Some(name.into()), i: Some(value as i64), kind: Some(2), ..Default::default() }
}

fn ints(name: &str, values: &[usize]) -> Attribute {
    let ints = values.iter().map(|&v| v as i64).collect();
    Attribute { name: Some(name.into()), ints, kind: Some(7), ..Default::default() }
}

fn float(name: &str, value: f64) -> Attribute {
    Attribute { name: Some(name.into()), f: Some(value as f32), kind: Some(1), ..Default::default() }
}

struct Writer<'a> {
    graph: &'a Graph,
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
}

impl Writer<'_> {
    fn name(&self, value: Value) -> String {
        match value.node() {
            None => INPUT.into(),
            Some(_) if value == self.graph.output() => OUTPUT.into(),
            Some(node) => format!("{node}_{}", self.graph.nodes()[node].name),
        }
    }

    /// # Errors
    /// A weight with a name that a value of the file has: the two would be one.
    fn check_names(&self) -> Result<()> {
        let values = self.nodes.iter().flat_map(|node| &node.output).map(String::as_str).chain([INPUT]);
        let constants = self.constants.iter().filter_map(|constant| constant.name.as_deref());
        let mut seen = HashSet::new();
        match values.chain(constants).find(|name| !seen.insert(*name)) {
            Some(name) => bail!("a weight is named {name}, as a value of the file must be: give it another name"),
            None => Ok(()),
        }
    }

    fn node(&mut self, i: usize, node: &Node) -> Result<()> {
        let output = self.name(Value::of_node(i));
        let (op_type, attribute) = self.operation(node)?;
        let mut input: Vec<String> = node
            .inputs
            .iter()
            .map(|input| match input {
                Input::Value(value) => self.name(*value),
                Input::Weight(name) => name.clone(),
            })
            .collect();
        input.extend(self.settings(&output, &node.op));
        let name = Some(format!("{i}_{}", node.name));
        self.nodes.push(NodeProto {
            input,
            output: vec![output],
            name,
            op_type: Some(op_type.into()),
            attribute,
            domain: None,
        });
        Ok(())
    }

    /// ONNX's operator and its attributes.
    fn operation(&self, node: &Node) -> Result<(&'static str, Vec<Attribute>)> {
        let window = |kernel: &[usize], stride: usize, padding: usize| {
            vec![ints("kernel_shape", kernel), ints("strides", &[stride; 2]), ints("pads", &[padding; 4])]
        };
        Ok(match &node.op {
            Op::Conv { stride, padding, groups } => {
                let mut attributes = window(&self.kernel(node), *stride, *padding);
                attributes.extend([int("group", *groups), ints("dilations", &[1, 1])]);
                ("Conv", attributes)
            }
            Op::Pad(_) => ("Pad", vec![]),
            Op::BatchNorm { eps } => ("BatchNormalization", vec![float("epsilon", *eps)]),
            Op::Prelu => ("PRelu", vec![]),
            Op::Unary(unary) => function(*unary),
            Op::Binary(binary) => (binary_name(*binary), vec![]),
            Op::MaxPool { kernel, stride, padding } => ("MaxPool", window(&[*kernel; 2], *stride, *padding)),
            Op::MeanPool { kernel, stride } => ("AveragePool", window(&[*kernel; 2], *stride, 0)),
            Op::GlobalMean => ("GlobalAveragePool", vec![]),
            Op::Reshape(shape) if shape.len() == 1 => ("Flatten", vec![int("axis", 1)]),
            Op::Reshape(_) => ("Reshape", vec![]),
            Op::Permute(axes) => {
                let axes: Vec<usize> = std::iter::once(0).chain(axes.iter().map(|axis| axis + 1)).collect();
                ("Transpose", vec![ints("perm", &axes)])
            }
            Op::Concat(axis) => ("Concat", vec![int("axis", axis + 1)]),
            Op::Linear => ("Gemm", vec![int("transB", 1)]),
            Op::Norm => ("ReduceL2", vec![ints("axes", &[1]), int("keepdims", 1)]),
        })
    }

    fn kernel(&self, node: &Node) -> Vec<usize> {
        let weight = node.inputs.iter().find_map(|input| match input {
            Input::Weight(name) => self.graph.weights().get(name),
            Input::Value(_) => None,
        });
        weight.map_or_else(Vec::new, |shape| shape[2..].to_vec())
    }

    /// Names of constants that stand for settings which ONNX takes as inputs.
    fn settings(&mut self, output: &str, op: &Op) -> Vec<String> {
        let constants = match op {
            Op::Reshape(shape) if shape.len() != 1 => {
                vec![whole(std::iter::once(-1).chain(shape.iter().map(|&n| n as i64)).collect())]
            }
            Op::Pad([top, left, bottom, right]) => {
                vec![whole([0, 0, *top, *left, 0, 0, *bottom, *right].map(|n| n as i64).to_vec())]
            }
            Op::Unary(Unary::Clip { min, max }) => vec![scalar(*min), scalar(*max)],
            _ => vec![],
        };
        let named = constants.into_iter().enumerate().map(|(i, constant)| {
            let name = format!("{output}.setting{i}");
            self.constants.push(TensorProto { name: Some(name.clone()), ..constant });
            name
        });
        named.collect()
    }

    fn weight(&self, name: &str, shape: &[usize], tensor: &Tensor) -> Result<TensorProto> {
        if tensor.dims() != shape {
            bail!("the weight {name} is {:?}, the network takes {shape:?}", tensor.dims());
        }
        let mut dims: Vec<i64> = shape.iter().map(|&n| n as i64).collect();
        if self.is_slope_of_a_map(name) {
            dims.extend([1, 1]);
        }
        let values: Vec<f32> = tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?;
        let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        Ok(TensorProto {
            dims,
            data_type: Some(FLOAT),
            name: Some(name.into()),
            raw_data: Some(Bytes::from(raw)),
            ..Default::default()
        })
    }

    /// ONNX broadcasts slopes from the right: those of (C, H, W) are (C, 1, 1).
    fn is_slope_of_a_map(&self, name: &str) -> bool {
        let takes = |node: &Node| node.inputs.iter().any(|input| matches!(input, Input::Weight(n) if n == name));
        self.graph.nodes().iter().any(|node| node.op == Op::Prelu && node.shape.len() == 3 && takes(node))
    }
}

fn whole(values: Vec<i64>) -> TensorProto {
    TensorProto { dims: vec![values.len() as i64], data_type: Some(INT64), int64_data: values, ..Default::default() }
}

fn scalar(value: f64) -> TensorProto {
    TensorProto { data_type: Some(FLOAT), float_data: vec![value as f32], ..Default::default() }
}

fn function(unary: Unary) -> (&'static str, Vec<Attribute>) {
    match unary {
        Unary::Relu => ("Relu", vec![]),
        Unary::Sigmoid => ("Sigmoid", vec![]),
        Unary::Tanh => ("Tanh", vec![]),
        Unary::Sqrt => ("Sqrt", vec![]),
        Unary::Clip { .. } => ("Clip", vec![]),
        Unary::HardSigmoid { alpha, beta } => ("HardSigmoid", vec![float("alpha", alpha), float("beta", beta)]),
    }
}

fn binary_name(binary: Binary) -> &'static str {
    match binary {
        Binary::Add => "Add",
        Binary::Sub => "Sub",
        Binary::Mul => "Mul",
        Binary::Div => "Div",
    }
}
