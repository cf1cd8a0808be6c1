//! The layers of a configuration: the base, the experiment's own settings, a variant, `--set`.

use super::config::Experiment;
use anyhow::{bail, Context, Result};
use toml::{Table, Value};

const BASE: &str = include_str!("../../configs/base.toml");
const LFW: &str = include_str!("../../configs/lfw.toml");
const YTF: &str = include_str!("../../configs/ytf.toml");

/// The variants that ship with the program: name and text. What an experiment says of its own stands over `generated`, so that its
/// rows count, and under the others.
const VARIANTS: [(&str, &str); 4] = [
    (GENERATED, include_str!("../../configs/generated.toml")),
    ("quick", include_str!("../../configs/quick.toml")),
    ("photos", include_str!("../../configs/photos.toml")),
    ("paper", include_str!("../../configs/paper.toml")),
];
const GENERATED: &str = "generated";

/// All layers of a configuration in one table.
///
/// # Errors
/// An unknown variant, TOML that does not parse, an assignment without `=`.
pub(super) fn resolve(experiment: Experiment, variant: &str, assignments: &[String]) -> Result<Table> {
    let mut table: Table = BASE.parse().context("configs/base.toml")?;
    let own = match experiment {
        Experiment::Ijba => "",
        Experiment::Lfw => LFW,
        Experiment::Ytf => YTF,
    };
    let own: Table = own.parse().with_context(|| format!("configs/{experiment}.toml"))?;
    let variant_table = variant_text(variant)?.parse::<Table>().with_context(|| format!("configuration {variant}"))?;
    let layers = if variant == GENERATED { [variant_table, own] } else { [own, variant_table] };
    layers.into_iter().for_each(|layer| merge(&mut table, layer));
    for assignment in assignments {
        merge(&mut table, parse_assignment(assignment)?);
    }
    Ok(table)
}

fn variant_text(variant: &str) -> Result<String> {
    if let Some((_, text)) = VARIANTS.iter().find(|(name, _)| *name == variant) {
        return Ok((*text).to_string());
    }
    let names: Vec<_> = VARIANTS.iter().map(|(name, _)| *name).collect();
    std::fs::read_to_string(variant).with_context(|| {
        format!("--config {variant}: neither one of {} nor a TOML file that can be read", names.join(", "))
    })
}

/// `a.b=c` as a nested table; `c` is TOML, or a bare string where it is not.
fn parse_assignment(assignment: &str) -> Result<Table> {
    let Some((key, text)) = assignment.split_once('=') else {
        bail!("--set {assignment}: expected KEY=VALUE, for example --set train.epochs=5");
    };
    let (path, leaf) = split_key(key.trim());
    let value = match format!("v = {text}").parse::<Table>() {
        Ok(mut table) if table.len() == 1 => table.remove("v").unwrap_or(Value::String(text.into())),
        _ => Value::String(text.to_string()),
    };
    let mut table = Table::from_iter([(leaf.to_string(), value)]);
    for part in path.iter().rev() {
        table = Table::from_iter([(part.to_string(), Value::Table(table))]);
    }
    Ok(table)
}

/// Splits a dotted key; what follows `train.learning_rate.` is a row's name and may itself hold dots (`l2:8.5`).
fn split_key(key: &str) -> (Vec<&str>, &str) {
    const ROWS: &str = "train.learning_rate.";
    if let Some(row) = key.strip_prefix(ROWS) {
        return (vec!["train", "learning_rate"], row);
    }
    let mut parts: Vec<&str> = key.split('.').collect();
    let leaf = parts.pop().unwrap_or(key);
    (parts, leaf)
}

fn merge(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(table)) => merge(inner, table),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}
