//! Matrix products and norms.
use super::attributes::{axis, Attributes};
use super::constant::Constant;
use super::importer::Importer;
use crate::proto::NodeProto;
use candle_core::{bail, Result, Tensor};
use l2face_graph::{Binary, Input, Op, Unary, Value};

pub(crate) fn gemm(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let (alpha, beta) = (attributes.float("alpha", 1.), attributes.float("beta", 1.));
    if attributes.int("transA", 0) != 0 {
        bail!("transA is not known");
    }
    let x = importer.image_value(node, 0)?;
    let weight = matrix(importer, node, attributes.int("transB", 0) == 0, alpha)?;
    let outputs = match &weight {
        Input::Weight(name) => importer.graph.weights()[name][0],
        Input::Value(_) => bail!("the second factor must be a constant"),
    };
    let mut inputs = vec![x.into(), weight];
    if let Some(bias) = importer.known(node, 2)? {
        let row = row(bias, outputs)?;
        inputs.push(match beta == 1. {
            true => importer.weight_tensor(&node.input[2], row)?,
            false => importer.computed_weight(&node.input[2], (row * beta)?)?,
        });
    }
    importer.push(node, Op::Linear, inputs)
}

/// The summand as (O). Shapes are broadcast from the right: an axis of images before it must be 1.
fn row(bias: &Constant, outputs: usize) -> Result<Tensor> {
    match bias.shape[..] {
        [] | [1] | [1, 1] => bias.tensor()?.flatten_all()?.broadcast_as(outputs)?.contiguous(),
        [o] | [1, o] if o == outputs => bias.tensor()?.flatten_all(),
        _ => bail!("a third input of {:?} is not the same for every image of (batch, {outputs})", bias.shape),
    }
}

/// The second factor as (O, D): under its own name where it stands so in the file.
fn matrix(importer: &mut Importer, node: &NodeProto, turned: bool, scale: f64) -> Result<Input> {
    let constant = importer.needed_constant(node, 1)?;
    if constant.shape.len() != 2 {
        bail!("the second factor must be a matrix, got {:?}", constant.shape);
    }
    let own = constant.tensor()?;
    let mut tensor = own.clone();
    if turned {
        tensor = tensor.t()?.contiguous()?;
    }
    if scale != 1. {
        tensor = (tensor * scale)?;
    }
    match turned || scale != 1. {
        true => importer.computed_weight(&node.input[1], tensor),
        false => importer.weight_tensor(&node.input[1], own),
    }
}

pub(crate) fn mat_mul(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    let weight = matrix(importer, node, true, 1.)?;
    importer.push(node, Op::Linear, vec![x.into(), weight])
}

/// Whether the axes are the one of an embedding (batch, D).
fn is_last(importer: &Importer, x: Value, axes: &[i64]) -> Result<()> {
    let shape = importer.full_shape(x);
    match (shape.len(), axes) {
        (2, [a]) if axis(*a, 2)? == 1 => Ok(()),
        _ => bail!("only the norm of (batch, D) over D is known, not over axes {axes:?} of {shape:?}"),
    }
}

pub(crate) fn reduce_l2(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    let given = importer.known(node, 1)?.map(|c| c.integers()).transpose()?;
    is_last(importer, x, attributes.ints("axes").or(given).unwrap_or_default())?;
    if attributes.int("keepdims", 1) == 0 {
        bail!("keepdims 0 would leave (batch)");
    }
    importer.push(node, Op::Norm, vec![x.into()])
}

pub(crate) fn lp_normalization(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    is_last(importer, x, &[attributes.int("axis", -1)])?;
    if attributes.int("p", 2) != 2 {
        bail!("only the Euclidean norm, p = 2, is known");
    }
    let norm = importer.step(node, Op::Norm, vec![x.into()])?;
    // Nothing but zeros stays so.
    let some = Unary::Clip { min: f64::from(f32::MIN_POSITIVE), max: f64::INFINITY };
    let norm = importer.step(node, Op::Unary(some), vec![norm.into()])?;
    importer.push(node, Op::Binary(Binary::Div), vec![x.into(), norm.into()])
}
