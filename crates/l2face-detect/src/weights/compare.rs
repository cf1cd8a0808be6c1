//! What a file holds against what the networks need.
use candle_core::{bail, Result};
use std::collections::BTreeMap;

/// Shapes by name.
pub type Shapes = BTreeMap<String, Vec<usize>>;

/// Names of a list that an error shows.
const SHOWN: usize = 5;

/// # Errors
/// Lists what is missing, unexpected and of another shape.
pub fn compare(wanted: &Shapes, held: &Shapes) -> Result<()> {
    let missing = wanted.keys().filter(|name| !held.contains_key(*name)).cloned();
    let unexpected = held.keys().filter(|name| !wanted.contains_key(*name)).cloned();
    let differs = |(name, shape): (&String, &Vec<usize>)| {
        let is = held.get(name).filter(|held| *held != shape)?;
        Some(format!("{name} is {is:?} in place of {shape:?}"))
    };
    let wrong = wanted.iter().filter_map(differs);
    let lists = [("missing", list(missing)), ("unexpected", list(unexpected)), ("of another shape", list(wrong))];
    let found: Vec<String> = lists.into_iter().filter_map(|(what, list)| Some(format!("{what}: {}", list?))).collect();
    match found.is_empty() {
        true => Ok(()),
        false => bail!("not MTCNN's weights: {}; those of facenet-pytorch are meant", found.join("; ")),
    }
}

/// The first of the names and the number of the others; none of none.
fn list(names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{}{rest}", names[..names.len() - more].join(", ")))
}
