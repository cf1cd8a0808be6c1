//! Which function reads which operator.
use super::attributes::Attributes;
use super::importer::{title, Importer, Item};
use super::{conv, elementwise, linear, pool, shapes};
use crate::proto::NodeProto;
use candle_core::{bail, Result};

type Read = fn(&mut Importer, &NodeProto, &Attributes<'_>) -> Result<()>;

const KNOWN: [(&str, Read); 40] = [
    ("Add", elementwise::binary),
    ("AveragePool", pool::mean),
    ("BatchNormalization", conv::batch_norm),
    ("Cast", shapes::cast),
    ("Clip", elementwise::clip),
    ("Concat", shapes::concat),
    ("Constant", constant),
    ("ConstantOfShape", shapes::constant_of_shape),
    ("Conv", conv::conv),
    ("Div", elementwise::binary),
    ("Dropout", same),
    ("Expand", shapes::expand),
    ("Flatten", shapes::flatten),
    ("Gather", shapes::gather),
    ("Gemm", linear::gemm),
    ("GlobalAveragePool", pool::global_mean),
    ("HardSigmoid", elementwise::hard_sigmoid),
    ("HardSwish", elementwise::hard_swish),
    ("Identity", same),
    ("LeakyRelu", elementwise::leaky_relu),
    ("LpNormalization", linear::lp_normalization),
    ("MatMul", linear::mat_mul),
    ("MaxPool", pool::max),
    ("Mul", elementwise::binary),
    ("PRelu", elementwise::prelu),
    ("Pad", conv::pad),
    ("ReduceL2", linear::reduce_l2),
    ("ReduceMean", pool::reduce_mean),
    ("Relu", elementwise::function),
    ("Reshape", shapes::reshape),
    ("Shape", shapes::shape),
    ("Sigmoid", elementwise::function),
    ("Slice", shapes::slice),
    ("Sqrt", elementwise::function),
    ("Squeeze", shapes::squeeze),
    ("Sub", elementwise::binary),
    ("Sum", elementwise::sum),
    ("Tanh", elementwise::function),
    ("Transpose", shapes::transpose),
    ("Unsqueeze", shapes::unsqueeze),
];

/// Reads one node.
pub(crate) fn node(importer: &mut Importer, node: &NodeProto) -> Result<()> {
    let kind = node.op_type.as_deref().unwrap_or_default();
    let own = matches!(node.domain.as_deref(), None | Some("" | "ai.onnx"));
    let Some((_, read)) = KNOWN.iter().find(|(name, _)| own && *name == kind) else {
        let domain = node.domain.as_deref().filter(|d| !d.is_empty()).map_or(String::new(), |d| format!(" of {d}"));
        let known: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
        bail!("node {}: the operator {kind}{domain} is not known; known are {}", title(node), known.join(", "));
    };
    read(importer, node, &Attributes::of(node)).map_err(|e| e.context(format!("node {} ({kind})", title(node))))
}

/// Gives its input.
fn same(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    if importer.known(node, 2)?.is_some_and(|training| training.scalar().unwrap_or(1.) != 0.) {
        bail!("it is in training mode: export the network for evaluation");
    }
    let item = importer.needed(node, 0)?.clone();
    importer.give(node, item)
}

fn constant(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    importer.give(node, Item::Constant(attributes.constant()?))
}
