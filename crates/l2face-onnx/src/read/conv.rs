//! Convolution, its padding, and batch normalisation.
use super::attributes::{size, Attributes};
use super::importer::Importer;
use crate::proto::NodeProto;
use candle_core::{bail, Result};
use l2face_graph::{Op, Value};

pub(crate) fn conv(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let weight = importer.needed_constant(node, 1)?.clone();
    let &[o, _, kh, kw] = weight.shape.as_slice() else { bail!("weights of {:?}, not (O, C, kh, kw)", weight.shape) };
    if attributes.ints("dilations").is_some_and(|d| d.iter().any(|d| *d != 1)) {
        bail!("dilations other than 1 are not known");
    }
    let stride = attributes.one_size("strides", 1)?;
    let groups = size(attributes.int("group", 1))?;
    let x = importer.image_value(node, 0)?;
    let pads = pads(importer, attributes, x, [kh, kw], stride)?;
    let (x, padding) = padded(importer, node, x, pads)?;
    let mut inputs = vec![x.into(), importer.weight(&node.input[1], &weight, weight.shape.clone())?];
    if let Some(bias) = importer.known(node, 2)?.cloned() {
        inputs.push(importer.weight(&node.input[2], &bias, vec![o])?);
    }
    importer.push(node, Op::Conv { stride, padding, groups }, inputs)
}

/// Zeros above, left, below and right, by `pads` or `auto_pad`.
pub(crate) fn pads(
    importer: &Importer,
    attributes: &Attributes<'_>,
    x: Value,
    kernel: [usize; 2],
    stride: usize,
) -> Result<[usize; 4]> {
    let auto = attributes.text("auto_pad").unwrap_or_default();
    let &[_, h, w] = importer.graph.shape(x) else { bail!("takes (batch, C, H, W), got {:?}", importer.full_shape(x)) };
    if stride == 0 {
        bail!("a step of 0");
    }
    let total = |size: usize, kernel: usize| {
        let out = size.div_ceil(stride);
        (out.saturating_sub(1).saturating_mul(stride)).saturating_add(kernel).saturating_sub(size)
    };
    let (down, across) = (total(h, kernel[0]), total(w, kernel[1]));
    match auto.as_str() {
        "" | "NOTSET" => listed(attributes.ints("pads").unwrap_or(&[0; 4])),
        "VALID" => Ok([0; 4]),
        "SAME_UPPER" => Ok([down / 2, across / 2, down - down / 2, across - across / 2]),
        "SAME_LOWER" => Ok([down - down / 2, across - across / 2, down / 2, across / 2]),
        other => bail!("auto_pad {other} is not known"),
    }
}

fn listed(pads: &[i64]) -> Result<[usize; 4]> {
    match pads {
        [t, l, b, r] => Ok([size(*t)?, size(*l)?, size(*b)?, size(*r)?]),
        _ => bail!("pads {pads:?}: four were expected"),
    }
}

/// The value, with an operation for zeros that are not the same on all sides.
fn padded(importer: &mut Importer, node: &NodeProto, x: Value, pads: [usize; 4]) -> Result<(Value, usize)> {
    if pads == [pads[0]; 4] {
        return Ok((x, pads[0]));
    }
    Ok((importer.step(node, Op::Pad(pads), vec![x.into()])?, 0))
}

pub(crate) fn pad(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    if attributes.text("mode").is_some_and(|mode| mode != "constant") {
        bail!("only padding with zeros is known");
    }
    let value = importer.known(node, 2)?.map_or(Ok(attributes.float("value", 0.)), |c| c.scalar())?;
    let listed = attributes.ints("pads").map(<[i64]>::to_vec);
    let all = listed.map_or_else(|| importer.needed_constant(node, 1)?.integers().map(<[i64]>::to_vec), Ok)?;
    let [0, 0, t, l, 0, 0, b, r] = all[..] else { bail!("pads {all:?}: only height and width may be padded") };
    if value != 0. || importer.input(node, 3)?.is_some() {
        bail!("only padding of height and width with zeros is known");
    }
    let x = importer.image_value(node, 0)?;
    importer.push(node, Op::Pad([size(t)?, size(l)?, size(b)?, size(r)?]), vec![x.into()])
}

pub(crate) fn batch_norm(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    // Statistics of the batch are outputs of a node that trains.
    if attributes.int("training_mode", 0) != 0 || node.output.iter().skip(1).any(|name| !name.is_empty()) {
        bail!("it is in training mode: export the network for evaluation");
    }
    let mut inputs = vec![importer.image_value(node, 0)?.into()];
    for i in 1..5 {
        let constant = importer.needed_constant(node, i)?.clone();
        inputs.push(importer.weight(&node.input[i], &constant, vec![constant.len()])?);
    }
    importer.push(node, Op::BatchNorm { eps: attributes.float("epsilon", 1e-5) }, inputs)
}
