//! Whether a card says what was measured.
use super::metadata::{Entry, Evaluation, Figure, Metadata};
use crate::error::{shown, ModelError, Result};
use serde_json::Value;

impl Metadata {
    /// Whether the model-index holds these figures, in this order, and no others. The name and type of the data may have been edited: they are
    /// words; everything else may not.
    ///
    /// # Errors
    /// The first place where it differs; a measured figure that is not finite.
    pub fn same_figures(&self, measured: &[Evaluation]) -> Result<()> {
        // As a card would give them back: control characters are spaces there.
        let entry = Entry { name: "measured".into(), results: measured.to_vec() };
        let written = Self { model_index: vec![entry], ..self.clone() }.to_yaml()?;
        let measured = Self::of(&format!("---\n{written}---\n"))?;
        let of = |card: &Self| card.model_index.iter().flat_map(|entry| entry.results.clone()).collect::<Vec<_>>();
        let (here, there) = (of(self), of(&measured));
        if here.len() != there.len() {
            return differs(format!("it has {} evaluations, measured were {}", here.len(), there.len()));
        }
        here.iter().zip(&there).try_for_each(|(here, there)| same(here, there))
    }
}

fn same(here: &Evaluation, there: &Evaluation) -> Result<()> {
    let place = format!("{}, {}", there.dataset.name, there.task.name);
    if here.task != there.task {
        return differs(format!("{place}: its task is {}", here.task.name));
    }
    let keys = here.dataset.args.keys().chain(there.dataset.args.keys());
    if let Some(key) = first(keys, |key| (here.dataset.args.get(key), there.dataset.args.get(key))) {
        return differs(format!("{place}: the data's {key}"));
    }
    if here.metrics.len() != there.metrics.len() {
        return differs(format!(
            "{place}: it has {} figures, measured were {}",
            here.metrics.len(),
            there.metrics.len()
        ));
    }
    here.metrics.iter().zip(&there.metrics).try_for_each(|(here, there)| same_figure(here, there, &place))
}

fn same_figure(here: &Figure, there: &Figure, place: &str) -> Result<()> {
    let name = &there.name;
    if (&here.r#type, &here.name) != (&there.r#type, name) {
        return differs(format!("{place}: {} in place of {name}", here.name));
    }
    if here.value != there.value {
        return differs(format!("{place}, {name}: {}, measured was {}", here.value, there.value));
    }
    match first(here.args.keys().chain(there.args.keys()), |key| (here.args.get(key), there.args.get(key))) {
        Some(key) => differs(format!("{place}, {name}: its {key}")),
        None => Ok(()),
    }
}

/// The first key whose two values differ.
fn first<'k>(
    mut keys: impl Iterator<Item = &'k String>,
    pair: impl Fn(&str) -> (Option<&'k Value>, Option<&'k Value>),
) -> Option<&'k String> {
    keys.find(|key| match pair(key) {
        (Some(a), Some(b)) => !alike(a, b),
        _ => true,
    })
}

/// Equal, where 1 is 1.0.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| alike(value, other)))
        }
        _ => a == b,
    }
}

fn differs(what: String) -> Result<()> {
    Err(ModelError::Card(shown(
        &format!("its model-index is not what was measured: {what}; package the model again, or put the figures back"),
        700,
    )))
}
