//! The variables of a network against those of a file.
use super::fault::{refuse, shown, Checked};
use candle_core::{DType, Shape, Tensor};
use std::collections::{BTreeMap, HashMap};

/// Names of a list that an error shows.
const SHOWN: usize = 5;

/// Names that may differ: PyTorch's counters, and what begins with one of `but`.
pub(super) fn excluded(name: &str, but: &[&str]) -> bool {
    name.ends_with("num_batches_tracked") || but.iter().any(|start| name.starts_with(start))
}

/// `held` are the file's variables under our names, each with the file's own; `given` are those that need not be there.
///
/// # Errors
/// Missing and unexpected names and wrong shapes, listed.
pub(super) fn compare(
    wanted: &BTreeMap<String, Shape>,
    held: &BTreeMap<String, (String, (Shape, DType))>,
    given: &HashMap<String, Tensor>,
    but: &[&str],
) -> Checked<()> {
    let missing = wanted.keys().filter(|name| !held.contains_key(*name) && !given.contains_key(*name)).cloned();
    let unknown = held
        .iter()
        .filter(|(name, (theirs, _))| !wanted.contains_key(*name) && !excluded(name, but) && !excluded(theirs, but));
    let unexpected = unknown.map(|(_, (theirs, _))| theirs.clone());
    let differs = |(name, shape): (&String, &Shape)| {
        let (theirs, (is, _)) = held.get(name).filter(|(_, (held, _))| held != shape)?;
        Some(format!("{} is {:?} in place of {:?}", shown(theirs), is.dims(), shape.dims()))
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
