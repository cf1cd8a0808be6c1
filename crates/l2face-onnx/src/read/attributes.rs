//! The settings of a node.
use super::constant::{Constant, Data};
use super::external::Beside;
use super::tensor;
use crate::proto::{Attribute, NodeProto};
use candle_core::{bail, Error, Result};

/// Reads settings by name.
pub(crate) struct Attributes<'a> {
    node: &'a NodeProto,
}

impl<'a> Attributes<'a> {
    pub fn of(node: &'a NodeProto) -> Self {
        Self { node }
    }

    fn get(&self, name: &str) -> Option<&'a Attribute> {
        self.node.attribute.iter().find(|a| a.name.as_deref() == Some(name))
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.get(name).map_or(default, |a| a.i.unwrap_or(0))
    }

    pub fn float(&self, name: &str, default: f64) -> f64 {
        self.get(name).map_or(default, |a| f64::from(a.f.unwrap_or(0.)))
    }

    pub fn ints(&self, name: &str) -> Option<&'a [i64]> {
        self.get(name).map(|a| a.ints.as_slice())
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|a| String::from_utf8_lossy(a.s.as_deref().unwrap_or_default()).into_owned())
    }

    /// Sizes that are the same on every axis.
    pub fn one_size(&self, name: &str, default: i64) -> Result<usize> {
        let values = self.ints(name).unwrap_or_default();
        let first = values.first().copied().unwrap_or(default);
        if values.iter().any(|v| *v != first) {
            bail!("{name} {values:?}: only the same on both axes is known");
        }
        size(first)
    }

    /// The constant of a `Constant` node.
    pub fn constant(&self) -> Result<Constant> {
        let only = |data| Constant { shape: vec![], data };
        if let Some(Attribute { t: Some(t), .. }) = self.get("value") {
            return tensor::constant(t.clone(), &mut Beside::new(None));
        }
        if let Some(a) = self.get("value_floats") {
            return Ok(Constant { shape: vec![a.floats.len()], data: Data::Floats(a.floats.clone()) });
        }
        if let Some(a) = self.get("value_ints") {
            return Ok(Constant::whole(a.ints.clone()));
        }
        match (self.get("value_float"), self.get("value_int")) {
            (Some(a), _) => Ok(only(Data::Floats(vec![a.f.unwrap_or(0.)]))),
            (_, Some(a)) => Ok(only(Data::Whole(vec![a.i.unwrap_or(0)]))),
            _ => Err(Error::msg("a constant of a kind that is not known")),
        }
    }
}

/// A size that cannot be negative.
pub(crate) fn size(value: i64) -> Result<usize> {
    usize::try_from(value).map_err(|_| Error::msg(format!("a size of {value}")))
}

/// An axis of a value of this rank, counted from its end if negative.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize> {
    let from_start = if axis < 0 { axis.checked_add(rank as i64) } else { Some(axis) };
    match from_start.and_then(|a| usize::try_from(a).ok()).filter(|a| *a < rank) {
        Some(axis) => Ok(axis),
        None => bail!("axis {axis} of {rank}"),
    }
}
