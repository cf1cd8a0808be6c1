//! The variables of a network against those of a file.
use super::fault::{refuse, shown, Checked};
use candle_core::{DType, Shape};
use std::collections::BTreeMap;

/// Names of a list that an error shows.
const SHOWN: usize = 5;

/// Names that may differ: PyTorch's counters, and what begins with one of `but`.
pub(super) fn excluded(name: &str, but: &[&str]) -> bool {
    name.ends_with("num_batches_tracked") || but.iter().any(|start| name.starts_with(start))
}

/// # Errors
/// Missing and unexpected names and wrong shapes, listed.
pub(super) fn compare(
    wanted: &BTreeMap<String, Shape>,
    held: &BTreeMap<String, (Shape, DType)>,
    but: &[&str],
) -> Checked<()> {
    let missing = wanted.keys().filter(|name| !held.contains_key(*name)).cloned();
    let unexpected = held.keys().filter(|name| !wanted.contains_key(*name) && !excluded(name, but)).cloned();
    let differs = |(name, shape): (&String, &Shape)| {
        let (is, _) = held.get(name).filter(|(held, _)| held != shape)?;
        Some(format!("{} is {:?} in place of {:?}", shown(name), is.dims(), shape.dims()))
    };
    let wrong = wanted.iter().filter_map(differs);
    let lists = [("missing", list(missing)), ("unexpected", list(unexpected)), ("of another shape", list(wrong))];
    let found: Vec<String> =
        lists.into_iter().filter_map(|(what, list)| list.map(|list| format!("{what}: {list}"))).collect();
    match found.is_empty() {
        true => Ok(()),
        false => refuse!(
            "not the weights of this network: {}; is the configuration the one they were trained with?",
            found.join("; ")
        ),
    }
}

/// The first of the names and the number of the others; none of none.
pub(super) fn list(names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| {
        format!("{}{rest}", names[..names.len() - more].iter().map(|n| shown(n)).collect::<Vec<_>>().join(", "))
    })
}
