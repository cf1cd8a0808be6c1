//! `splits.txt` and `splits_corrected.txt`.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::folds::is_plain_name;
use crate::lines::{Line, Lines};
use crate::EvalError;

const ADVICE: &str =
    "it is the release's list of pairs: a header, then `fold, pair, Name/video, Name/video, 0|1` in each row";

/// Which labels count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YtfLabels {
    /// The fifth column, as published first.
    #[default]
    Original,
    /// The sixth column, which `splits_corrected.txt` has.
    Corrected,
}

impl YtfLabels {
    /// The labels that a list is for, by its content: the corrected ones if its first row has a sixth column.
    ///
    /// # Errors
    /// A list that is missing, cannot be read or has no header.
    pub fn of(list: &Path) -> Result<Self, EvalError> {
        offered(list)
    }
}

impl fmt::Display for YtfLabels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Original => "original",
            Self::Corrected => "corrected",
        })
    }
}

/// A person's video.
pub(super) struct Video {
    pub name: String,
    pub number: u32,
}

/// A row of the list.
pub(super) struct RawPair {
    pub a: Video,
    pub b: Video,
    pub same: bool,
    pub fold: u32,
    pub at: String,
}

pub(super) fn read(path: &Path, labels: YtfLabels) -> Result<Vec<RawPair>, EvalError> {
    let mut lines = Lines::open(path, ADVICE)?;
    let header = lines.expect("a header")?;
    if !header.text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(header.bad("expected a header that begins with `split number`".into()));
    }
    let mut rows = Vec::new();
    while let Some(line) = lines.next()? {
        rows.push(row(&line, labels)?);
    }
    match rows.is_empty() {
        true => Err(EvalError::EmptyFile { path: path.to_owned() }),
        false => Ok(rows),
    }
}

/// Which labels a list offers, by what stands in it: corrected ones if its first row has a sixth column.
fn offered(path: &Path) -> Result<YtfLabels, EvalError> {
    let mut lines = Lines::open(path, ADVICE)?;
    lines.expect("a header")?;
    let fields = lines.next()?.map_or(0, |line| line.text.split(',').count());
    Ok(if fields == 6 { YtfLabels::Corrected } else { YtfLabels::Original })
}

fn row(line: &Line<'_>, labels: YtfLabels) -> Result<RawPair, EvalError> {
    let fields: Vec<&str> = line.text.split(',').map(str::trim).collect();
    let label = match (&fields[..], labels) {
        ([_, _, _, _, label] | [_, _, _, _, label, _], YtfLabels::Original) => label,
        ([_, _, _, _, _, label], YtfLabels::Corrected) => label,
        ([_, _, _, _, _], YtfLabels::Corrected) => {
            return Err(line.bad("5 fields: corrected labels are the sixth, in splits_corrected.txt".into()));
        }
        _ => return Err(line.bad(format!("{} fields, expected 5 or 6", fields.len()))),
    };
    let fold: u32 = line.whole("split number", fields[0])?;
    line.whole::<u32>("pair number", fields[1])?;
    let (a, b) = (video(line, fields[2])?, video(line, fields[3])?);
    if (&a.name, a.number) == (&b.name, b.number) {
        return Err(line.bad("a video paired with itself".into()));
    }
    let fold = fold.checked_sub(1).filter(|f| *f < 1000);
    Ok(RawPair {
        a,
        b,
        same: is_same(line, label)?,
        fold: fold.ok_or_else(|| line.bad_number("split number", fields[0], "a number from 1"))?,
        at: line.at(),
    })
}

fn is_same(line: &Line<'_>, label: &str) -> Result<bool, EvalError> {
    match label {
        "1" => Ok(true),
        "0" => Ok(false),
        _ => Err(line.bad_number("is same identity", label, "0 or 1")),
    }
}

/// `Sadie_Frost/5`.
fn video(line: &Line<'_>, text: &str) -> Result<Video, EvalError> {
    match text.split_once('/') {
        Some((name, number)) if is_plain_name(name) => {
            Ok(Video { name: name.into(), number: line.whole("number of the video", number)? })
        }
        _ => Err(EvalError::BadPath { at: line.at(), column: "the video".into(), file: text.into() }),
    }
}
