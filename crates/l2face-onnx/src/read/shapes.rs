//! Other shapes for the same numbers, and the arithmetic of sizes that exporters leave in the file.
use super::attributes::{axis, size, Attributes};
use super::constant::{Constant, Data};
use super::importer::{title, Importer, Item};
use crate::proto::NodeProto;
use candle_core::{bail, DType, Device, Result, Tensor};
use l2face_graph::{Binary, Op, Value};

/// Most numbers of a constant that the file only describes.
const DESCRIBED: usize = 1 << 20;

/// # Errors
/// A constant larger than a file may describe.
pub(crate) fn described(count: usize) -> Result<()> {
    match count <= DESCRIBED {
        true => Ok(()),
        false => bail!("a constant of more than {DESCRIBED} numbers that are not in the file"),
    }
}

/// Most axes of a value or a constant.
const RANK: usize = 8;

/// # Errors
/// More axes than a network's values have: what is done for each axis may look at all others.
pub(crate) fn ranked(axes: usize) -> Result<()> {
    match axes <= RANK {
        true => Ok(()),
        false => bail!("{axes} axes, more than {RANK}"),
    }
}

/// A value in another shape, whose first axis must stay that of the images.
fn to_shape(importer: &mut Importer, node: &NodeProto, x: Value, shape: &[usize]) -> Result<()> {
    let [1, rest @ ..] = shape else {
        bail!("{:?} to {shape:?} would mix images of a batch", importer.full_shape(x));
    };
    if rest.is_empty() {
        bail!("{:?} to {shape:?} would leave the batch alone", importer.full_shape(x));
    }
    match rest == importer.graph.shape(x) {
        true => importer.give(node, Item::Value(x)),
        false => importer.push(node, Op::Reshape(rest.to_vec()), vec![x.into()]),
    }
}

pub(crate) fn flatten(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    let full = importer.full_shape(x);
    let given = attributes.int("axis", 1);
    match axis(given, full.len()) {
        // Counted when the value was made.
        Ok(1) => to_shape(importer, node, x, &[1, full.iter().product()]),
        _ => bail!("axis {given} of {full:?}: only the second keeps images apart"),
    }
}

pub(crate) fn reshape(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let listed = attributes.ints("shape").map(<[i64]>::to_vec);
    let target = listed.map_or_else(|| importer.needed_constant(node, 1)?.integers().map(<[i64]>::to_vec), Ok)?;
    let allow_zero = attributes.int("allowzero", 0) != 0;
    match importer.needed(node, 0)?.clone() {
        Item::Constant(constant) => {
            let shape = resolve(&constant.shape, &target, allow_zero)?;
            importer.give(node, Item::Constant(constant.reshaped(shape)?))
        }
        Item::Value(x) => {
            let shape = resolve(&importer.full_shape(x), &target, allow_zero)?;
            to_shape(importer, node, x, &shape)
        }
    }
}

/// ONNX's rules: 0 keeps an axis, one -1 takes what is left.
fn resolve(from: &[usize], target: &[i64], allow_zero: bool) -> Result<Vec<usize>> {
    ranked(target.len())?;
    let kept = |(i, &n): (usize, &i64)| match n {
        0 if !allow_zero => match from.get(i) {
            Some(n) => Ok(Some(*n)),
            None => bail!("{from:?} has no axis {i} to keep"),
        },
        -1 => Ok(None),
        n => size(n).map(Some),
    };
    let sizes = target.iter().enumerate().map(kept).collect::<Result<Vec<_>>>()?;
    let total: usize = from.iter().product();
    let known = sizes.iter().flatten().try_fold(1usize, |n, &s| n.checked_mul(s)).unwrap_or(0);
    let unknown = sizes.iter().filter(|s| s.is_none()).count();
    if unknown > 1 || (unknown == 1 && (known == 0 || !total.is_multiple_of(known))) || (unknown == 0 && known != total)
    {
        bail!("{from:?} does not have the numbers of {target:?}");
    }
    Ok(sizes.into_iter().map(|s| s.unwrap_or_else(|| total / known)).collect())
}

fn axes(importer: &Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<Option<Vec<i64>>> {
    let given = importer.known(node, 1)?.map(|c| c.integers()).transpose()?;
    Ok(attributes.ints("axes").or(given).map(<[i64]>::to_vec))
}

fn without(shape: &[usize], axes: Option<Vec<i64>>) -> Result<Vec<usize>> {
    let gone = match axes {
        Some(axes) => axes.iter().map(|a| axis(*a, shape.len())).collect::<Result<Vec<_>>>()?,
        None => (0..shape.len()).filter(|&i| shape[i] == 1).collect(),
    };
    if gone.iter().any(|&i| shape[i] != 1) {
        bail!("axes {gone:?} of {shape:?} are not all 1");
    }
    Ok((0..shape.len()).filter(|i| !gone.contains(i)).map(|i| shape[i]).collect())
}

fn with(shape: &[usize], axes: &[i64]) -> Result<Vec<usize>> {
    let rank = shape.len() + axes.len();
    ranked(rank)?;
    let new = axes.iter().map(|a| axis(*a, rank)).collect::<Result<Vec<_>>>()?;
    let mut old = shape.iter();
    let sizes = (0..rank).map(|i| if new.contains(&i) { Some(1) } else { old.next().copied() });
    match sizes.collect::<Option<Vec<_>>>() {
        Some(shape) => Ok(shape),
        None => bail!("axes {axes:?} stand twice"),
    }
}

pub(crate) fn squeeze(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let axes = axes(importer, node, attributes)?;
    reshaped(importer, node, |shape| without(shape, axes))
}

pub(crate) fn unsqueeze(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let Some(axes) = axes(importer, node, attributes)? else { bail!("lacks its axes") };
    reshaped(importer, node, |shape| with(shape, &axes))
}

fn reshaped(
    importer: &mut Importer,
    node: &NodeProto,
    shape: impl FnOnce(&[usize]) -> Result<Vec<usize>>,
) -> Result<()> {
    match importer.needed(node, 0)?.clone() {
        Item::Constant(constant) => {
            let shape = shape(&constant.shape)?;
            importer.give(node, Item::Constant(constant.reshaped(shape)?))
        }
        Item::Value(x) => {
            let shape = shape(&importer.full_shape(x))?;
            to_shape(importer, node, x, &shape)
        }
    }
}

pub(crate) fn transpose(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let item = importer.needed(node, 0)?.clone();
    let rank = match &item {
        Item::Constant(constant) => constant.shape.len(),
        Item::Value(x) => importer.full_shape(*x).len(),
    };
    let reversed: Vec<i64> = (0..rank as i64).rev().collect();
    let perm = attributes.ints("perm").unwrap_or(&reversed);
    let perm = perm.iter().map(|a| axis(*a, rank)).collect::<Result<Vec<_>>>()?;
    match item {
        Item::Constant(constant) => {
            let turned = constant.permuted(perm)?;
            importer.give(node, Item::Constant(turned))
        }
        Item::Value(x) if perm.first() == Some(&0) && !perm[1..].contains(&0) => {
            let axes = perm[1..].iter().map(|a| a - 1).collect();
            importer.push(node, Op::Permute(axes), vec![x.into()])
        }
        Item::Value(_) => bail!("perm {perm:?} would move the axis of the images"),
    }
}

pub(crate) fn concat(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let items = importer.copies(node)?;
    if let Some(values) = items.iter().map(sizes).collect::<Option<Vec<_>>>() {
        described(values.iter().map(|v| v.len()).fold(0, usize::saturating_add))?;
        return importer.give(node, Item::Constant(Constant::whole(values.concat())));
    }
    let first = importer.image_value(node, 0)?;
    match axis(attributes.int("axis", 1), importer.full_shape(first).len())? {
        0 => bail!("axis 0 would join images of a batch"),
        axis => {
            let values = (0..node.input.len()).map(|i| importer.image_value(node, i).map(Into::into));
            let values = values.collect::<Result<Vec<_>>>()?;
            importer.push(node, Op::Concat(axis - 1), values)
        }
    }
}

/// A row of whole numbers.
fn sizes(item: &Item) -> Option<&[i64]> {
    match item {
        Item::Constant(Constant { shape, data: Data::Whole(values) }) if shape.len() == 1 => Some(values),
        _ => None,
    }
}

pub(crate) fn shape(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    if attributes.has("start") || attributes.has("end") {
        bail!("start and end are not known");
    }
    let shape = match importer.needed(node, 0)? {
        Item::Constant(constant) => constant.shape.clone(),
        Item::Value(x) => importer.full_shape(*x),
    };
    let sizes = shape.into_iter().map(|n| n as i64).collect();
    importer.give(node, Item::Constant(Constant::whole(sizes)))
}

pub(crate) fn gather(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let (from, index) = (importer.needed_constant(node, 0)?, importer.needed_constant(node, 1)?);
    if from.shape.len() != 1 || attributes.int("axis", 0) != 0 {
        bail!("only sizes can be picked, not numbers of {:?}", from.shape);
    }
    let values = from.integers()?;
    let picked = index.integers()?.iter().map(|i| axis(*i, values.len()).map(|i| values[i]));
    let picked = Constant { shape: index.shape.clone(), data: Data::Whole(picked.collect::<Result<_>>()?) };
    importer.give(node, Item::Constant(picked))
}

pub(crate) fn slice(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let from = importer.needed_constant(node, 0)?;
    let edge = |i: usize, name: &str| match attributes.ints(name) {
        Some([value]) => Ok(*value),
        _ => importer.needed_constant(node, i)?.scalar().map(|v| v as i64),
    };
    let values = from.integers()?;
    let step = importer.known(node, 4)?.map_or(Ok(1.), Constant::scalar)?;
    if from.shape.len() != 1 || step != 1. {
        bail!("only sizes can be cut, one by one");
    }
    let len = values.len() as i64;
    let place = |at: i64| (if at < 0 { at.saturating_add(len) } else { at }).clamp(0, len) as usize;
    let (start, end) = (place(edge(1, "starts")?), place(edge(2, "ends")?));
    let cut = Constant::whole(values[start.min(end)..end].to_vec());
    importer.give(node, Item::Constant(cut))
}

pub(crate) fn cast(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let to = attributes.int("to", 1);
    let whole = match to {
        1 | 10 | 11 | 16 => false,
        6 | 7 => true,
        other => bail!("numbers of type {other} are not known here, only f32, f64, f16, bf16, i32 and i64"),
    };
    let item = match importer.needed(node, 0)?.clone() {
        Item::Value(_) if whole => bail!("a value that depends on the image cannot become whole numbers"),
        Item::Value(x) => Item::Value(x),
        Item::Constant(Constant { shape, data }) => Item::Constant(Constant {
            shape,
            data: match (data, whole) {
                (Data::Floats(v), true) => Data::Whole(v.into_iter().map(|v| v as i64).collect()),
                (Data::Whole(v), false) => Data::Floats(v.into_iter().map(|v| v as f32).collect()),
                (data, _) => data,
            },
        }),
    };
    importer.give(node, item)
}

pub(crate) fn constant_of_shape(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let shape = importer.needed_constant(node, 0)?.integers()?;
    ranked(shape.len())?;
    let shape = shape.iter().map(|n| size(*n)).collect::<Result<Vec<_>>>()?;
    let Some(count) = shape.iter().try_fold(1usize, |n, &s| n.checked_mul(s)) else {
        bail!("{shape:?} cannot be counted")
    };
    described(count)?;
    let data = match attributes.has("value").then(|| attributes.constant()).transpose()?.map(|c| c.data) {
        Some(Data::Whole(v)) => Data::Whole(vec![v.first().copied().unwrap_or(0); count]),
        Some(Data::Floats(v)) => Data::Floats(vec![v.first().copied().unwrap_or(0.); count]),
        None => Data::Floats(vec![0.; count]),
    };
    importer.give(node, Item::Constant(Constant { shape, data }))
}

/// A sum with zeros of the target's shape, where it changes anything.
pub(crate) fn expand(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    let target = importer.needed_constant(node, 1)?.integers()?.to_vec();
    let x = importer.image_value(node, 0)?;
    let from = importer.full_shape(x);
    if from.len() != target.len() || target[0] != 1 {
        bail!("{from:?} to {target:?}: the axis of the images must stay, and the number of axes");
    }
    let target = target[1..].iter().map(|n| size(*n)).collect::<Result<Vec<_>>>()?;
    if target.iter().zip(&from[1..]).all(|(t, n)| t == n || *t == 1) {
        return importer.give(node, Item::Value(x));
    }
    let Some(count) = target.iter().try_fold(1usize, |n, &s| n.checked_mul(s)) else {
        bail!("{target:?} cannot be counted")
    };
    described(count)?;
    let zeros = importer.computed_weight(&title(node), Tensor::zeros(target, DType::F32, &Device::Cpu)?)?;
    importer.push(node, Op::Binary(Binary::Add), vec![x.into(), zeros])
}
