//! The dict of tensors within a checkpoint.
use super::stored::{tensor, Stored};
use crate::weights::compare::list;
use crate::weights::fault::{refuse, shown, Checked};
use crate::weights::file::TENSORS;
use l2face_pickle::{Entries, Value};
use std::collections::BTreeMap;

/// Where checkpoints of training programs keep it.
const NESTED: [&str; 2] = ["state_dict", "model"];

/// The tensors by name: those of the dict itself, or of the one under `state_dict`, or under `model`.
///
/// # Errors
/// No tensors there, a name that stands there twice, or a tensor that does not fit its storage.
pub(super) fn state_dict(root: Value<'_>) -> Checked<BTreeMap<String, Stored>> {
    let Some(top) = entries(root) else {
        refuse!("it holds {}, not a dict of tensors; save the state_dict", root.what())
    };
    let nested = NESTED.iter().filter_map(|key| top.find(key)).filter_map(entries);
    for dict in std::iter::once(top).chain(nested) {
        let found = tensors(dict)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let keys = list(top.iter().filter_map(|(key, _)| key.text()).map(|key| format!("{key:?}")));
    refuse!(
        "no tensors are in its dict, nor under state_dict or model; it has {}",
        keys.as_deref().unwrap_or("no names")
    )
}

fn entries(value: Value<'_>) -> Option<Entries<'_>> {
    let ordered = || value.object().filter(|o| o.global() == ("collections", "OrderedDict")).map(|o| o.entries());
    value.dict().or_else(ordered)
}

fn tensors(dict: Entries<'_>) -> Checked<BTreeMap<String, Stored>> {
    let mut found = BTreeMap::new();
    for (key, value) in dict.iter() {
        let Some(name) = key.text() else { continue };
        let Some(stored) = tensor(value).map_err(|e| e.of(format_args!("data.pkl, {}", shown(name))))? else {
            continue;
        };
        if found.len() == TENSORS {
            refuse!("data.pkl: more than {TENSORS} tensors: not a network's weights");
        }
        if found.insert(name.to_owned(), stored).is_some() {
            refuse!("data.pkl: {} stands there twice: the file is damaged", shown(name));
        }
    }
    Ok(found)
}
