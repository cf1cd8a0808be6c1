//! Files of comparisons, which have millions of rows.

use std::collections::HashMap;
use std::path::Path;

use crate::lines::{Line, Lines};
use crate::protocol::{not_itself, TemplateSpec};
use crate::EvalError;

/// Comparisons, as indices of templates.
pub(super) type Pairs = Vec<(u32, u32)>;

/// Where a template id stands in a list.
pub(super) struct TemplateIndex<'a> {
    places: HashMap<u64, u32>,
    templates: &'a [TemplateSpec],
    metadata: &'a Path,
}

impl<'a> TemplateIndex<'a> {
    pub fn new(templates: &'a [TemplateSpec], metadata: &'a Path) -> Self {
        Self { places: templates.iter().map(|t| t.id).zip(0..).collect(), templates, metadata }
    }

    /// Two different templates.
    fn pair(&self, line: &Line<'_>, first: &str, second: &str) -> Result<(u32, u32), EvalError> {
        let first = self.find(line, "first template", first)?;
        not_itself(|| line.at(), self.templates, (first, self.find(line, "second template", second)?))
    }

    fn find(&self, line: &Line<'_>, column: &str, text: &str) -> Result<u32, EvalError> {
        let template: u64 = line.whole(column, text)?;
        let metadata = self.metadata.to_owned();
        let unknown = || EvalError::UnknownTemplate { at: line.at(), template, metadata };
        self.places.get(&template).copied().ok_or_else(unknown)
    }
}

/// Two template ids a line, a comma between them; a first line of words is a header.
pub(super) fn read_matches(path: &Path, advice: &str, templates: &TemplateIndex<'_>) -> Result<Pairs, EvalError> {
    let mut lines = Lines::open(path, advice)?;
    let mut pairs = Vec::new();
    let mut first = true;
    while let Some(line) = lines.next()? {
        if std::mem::take(&mut first) && line.text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let Some((a, b)) = line.text.split_once(',').filter(|(_, b)| !b.contains(',')) else {
            return Err(line.bad(format!("{} fields, expected 2", line.text.split(',').count())));
        };
        pairs.push(templates.pair(&line, a.trim(), b.trim())?);
    }
    not_empty(path, pairs)
}

/// Two template ids and a label a line, blanks between them.
pub(super) fn read_labelled(
    path: &Path,
    advice: &str,
    templates: &TemplateIndex<'_>,
) -> Result<(Pairs, Vec<bool>), EvalError> {
    let mut lines = Lines::open(path, advice)?;
    let (mut pairs, mut labels) = (Vec::new(), Vec::new());
    while let Some(line) = lines.next()? {
        let mut fields = line.text.split_ascii_whitespace();
        let (Some(a), Some(b), Some(label), None) = (fields.next(), fields.next(), fields.next(), fields.next()) else {
            let found = line.text.split_ascii_whitespace().count();
            return Err(line.bad(format!("{found} fields, expected two templates and a label")));
        };
        pairs.push(templates.pair(&line, a, b)?);
        labels.push(match label {
            "1" => true,
            "0" => false,
            _ => return Err(line.bad_number("the label", label, "0 or 1")),
        });
    }
    Ok((not_empty(path, pairs)?, labels))
}

fn not_empty<T>(path: &Path, rows: Vec<T>) -> Result<Vec<T>, EvalError> {
    match rows.is_empty() {
        true => Err(EvalError::EmptyFile { path: path.to_owned() }),
        false => Ok(rows),
    }
}
