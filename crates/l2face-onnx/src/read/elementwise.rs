//! Functions of each value, and of two.
use super::attributes::Attributes;
use super::constant::{Constant, Data};
use super::importer::{title, Importer, Item};
use super::shapes::described;
use crate::proto::NodeProto;
use candle_core::{bail, Device, Result, Tensor};
use l2face_graph::{Binary, Input, Op, Unary};

pub(crate) fn function(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    let unary = match node.op_type.as_deref() {
        Some("Relu") => Unary::Relu,
        Some("Sigmoid") => Unary::Sigmoid,
        Some("Tanh") => Unary::Tanh,
        _ => Unary::Sqrt,
    };
    let x = importer.image_value(node, 0)?;
    importer.push(node, Op::Unary(unary), vec![x.into()])
}

pub(crate) fn clip(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let bound = |i: usize, name: &str, open: f64| match importer.known(node, i)? {
        Some(constant) => constant.scalar(),
        None => Ok(attributes.float(name, open)),
    };
    let clip = Unary::Clip { min: bound(1, "min", f64::NEG_INFINITY)?, max: bound(2, "max", f64::INFINITY)? };
    let x = importer.image_value(node, 0)?;
    importer.push(node, Op::Unary(clip), vec![x.into()])
}

pub(crate) fn hard_sigmoid(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    let op = Unary::HardSigmoid { alpha: attributes.float("alpha", 0.2), beta: attributes.float("beta", 0.5) };
    importer.push(node, Op::Unary(op), vec![x.into()])
}

pub(crate) fn hard_swish(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    let gate = importer.step(node, Op::Unary(Unary::HardSigmoid { alpha: 1. / 6., beta: 0.5 }), vec![x.into()])?;
    importer.push(node, Op::Binary(Binary::Mul), vec![x.into(), gate.into()])
}

pub(crate) fn leaky_relu(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    let channels = importer.graph.shape(x)[0];
    let slope = Tensor::full(attributes.float("alpha", 0.01) as f32, channels, &Device::Cpu)?;
    let slope = importer.computed_weight(&title(node), slope)?;
    importer.push(node, Op::Prelu, vec![x.into(), slope])
}

pub(crate) fn prelu(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    let slope = importer.needed_constant(node, 1)?.clone();
    let (rank, channels) = (importer.full_shape(x).len(), importer.graph.shape(x)[0]);
    if slope.len() == 1 && channels != 1 {
        let one = slope.tensor()?.flatten_all()?.broadcast_as(channels)?.contiguous()?;
        let slope = importer.computed_weight(&node.input[1], one)?;
        return importer.push(node, Op::Prelu, vec![x.into(), slope]);
    }
    check_slope(&slope, rank, importer.graph.shape(x))?;
    let slope = importer.weight(&node.input[1], &slope, vec![channels])?;
    importer.push(node, Op::Prelu, vec![x.into(), slope])
}

/// Slopes are one for each channel: (C, 1, 1), or (C) where that cannot mean the last axis (old exporters wrote it so).
fn check_slope(slope: &Constant, rank: usize, x: &[usize]) -> Result<()> {
    let trimmed: Vec<usize> = slope.shape.iter().copied().skip_while(|n| *n == 1).collect();
    let fits = match (&trimmed[..], rank) {
        ([c, 1, 1], 4) => *c == x[0],
        ([c], 2) => *c == x[0],
        ([c], 4) => *c == x[0] && x[2] != *c,
        ([], _) => x[0] == 1,
        _ => false,
    };
    match fits {
        true => Ok(()),
        false => bail!("slopes of {:?} are not one for each channel of {x:?}", slope.shape),
    }
}

fn of(node: &NodeProto) -> Binary {
    match node.op_type.as_deref() {
        Some("Sub") => Binary::Sub,
        Some("Mul") => Binary::Mul,
        Some("Div") => Binary::Div,
        _ => Binary::Add,
    }
}

pub(crate) fn binary(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    let binary = of(node);
    let items = [importer.needed(node, 0)?.clone(), importer.needed(node, 1)?.clone()];
    if let [Item::Constant(x), Item::Constant(y)] = &items {
        return importer.give(node, Item::Constant(constants(binary, x, y)?));
    }
    let rank = rank(importer, &items);
    let mut inputs = Vec::new();
    for (item, name) in items.iter().zip(&node.input) {
        inputs.push(operand(importer, item, name, rank)?);
    }
    importer.push(node, Op::Binary(binary), inputs)
}

pub(crate) fn sum(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    let mut items: Vec<(Item, &String)> = importer.copies(node)?.into_iter().zip(&node.input).collect();
    // A value first: it is what a constant is added to.
    items.sort_by_key(|(item, _)| matches!(item, Item::Constant(_)));
    let rank = rank(importer, items.iter().map(|(item, _)| item));
    let [(Item::Value(first), _), rest @ ..] = &items[..] else { bail!("adds constants alone") };
    let mut total = *first;
    operand(importer, &Item::Value(total), "", rank)?;
    for (item, name) in rest {
        let next = operand(importer, item, name, rank)?;
        total = importer.step(node, Op::Binary(Binary::Add), vec![total.into(), next])?;
    }
    importer.give(node, Item::Value(total))
}

/// The most axes of any, that of the images among them.
fn rank<'a>(importer: &Importer, items: impl IntoIterator<Item = &'a Item>) -> usize {
    let rank = |item: &Item| match item {
        Item::Value(value) => importer.full_shape(*value).len(),
        Item::Constant(constant) => constant.shape.len(),
    };
    items.into_iter().map(rank).max().unwrap_or_default()
}

/// A constant's axes stand from the right; one in the place of the batch must be 1.
fn operand(importer: &mut Importer, item: &Item, name: &str, rank: usize) -> Result<Input> {
    match item {
        Item::Value(value) if importer.full_shape(*value).len() == rank => Ok((*value).into()),
        Item::Value(value) => bail!("{:?} would be moved against the batch", importer.full_shape(*value)),
        Item::Constant(constant) => match (constant.shape.len() == rank, constant.shape.first()) {
            (true, Some(1)) => importer.weight(name, constant, constant.shape[1..].to_vec()),
            (true, _) => bail!("a constant of {:?} is not the same for every image", constant.shape),
            (false, _) => importer.weight(name, constant, constant.shape.clone()),
        },
    }
}

fn constants(binary: Binary, x: &Constant, y: &Constant) -> Result<Constant> {
    match (&x.data, &y.data) {
        (Data::Whole(a), Data::Whole(b)) if x.shape == y.shape => whole(binary, &x.shape, a, b),
        (Data::Whole(a), Data::Whole(b)) if b.len() == 1 => whole(binary, longer(&x.shape, &y.shape), a, b),
        (Data::Whole(a), Data::Whole(b)) if a.len() == 1 => {
            whole(binary, longer(&y.shape, &x.shape), &a.repeat(b.len()), b)
        }
        (Data::Whole(_), Data::Whole(_)) => bail!("sizes {:?} and {:?} are not computed with", x.shape, y.shape),
        _ => {
            let larger = x.shape.len().max(y.shape.len());
            let at = |s: &[usize], i: usize| (i + s.len()).checked_sub(larger).map_or(1, |i| s[i]);
            let sizes = (0..larger).map(|i| at(&x.shape, i).max(at(&y.shape, i)));
            let count = sizes.fold(1usize, usize::saturating_mul);
            if count > x.len().max(y.len()) {
                described(count)?;
            }
            Constant::of(&binary.of(&x.tensor()?, &y.tensor()?)?)
        }
    }
}

/// The shape of a result with one number, which may have axes of its own only beside another single number.
fn longer<'a>(shape: &'a [usize], of_one: &'a [usize]) -> &'a [usize] {
    match shape.iter().product::<usize>() == 1 && of_one.len() > shape.len() {
        true => of_one,
        false => shape,
    }
}

fn whole(binary: Binary, shape: &[usize], a: &[i64], b: &[i64]) -> Result<Constant> {
    let one = |(a, b): (&i64, &i64)| match binary {
        Binary::Add => a.checked_add(*b),
        Binary::Sub => a.checked_sub(*b),
        Binary::Mul => a.checked_mul(*b),
        Binary::Div => a.checked_div(*b),
    };
    match a.iter().zip(b.iter().cycle()).map(one).collect::<Option<Vec<_>>>() {
        Some(values) => Ok(Constant { shape: shape.to_vec(), data: Data::Whole(values) }),
        None => bail!("sizes that cannot be computed"),
    }
}
