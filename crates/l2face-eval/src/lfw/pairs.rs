//! `pairs.txt` and the Dev lists.

use std::path::Path;

use crate::folds::is_plain_name;
use crate::lines::{Line, Lines};
use crate::EvalError;

pub(super) const ADVICE: &str = "it is one of the lists that LFW's authors publish beside the photographs";

/// One photograph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Photo {
    pub name: String,
    pub number: u32,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub(super) struct RawPair {
    pub a: Photo,
    pub b: Photo,
    pub same: bool,
    pub fold: u32,
    pub at: String,
}

/// Number of folds and all rows.
pub(super) fn read(path: &Path) -> Result<(usize, Vec<RawPair>), EvalError> {
    let mut lines = Lines::open(path, ADVICE)?;
    let (folds, size) = header(&lines.expect("the number of folds and of pairs")?)?;
    let mut rows = Vec::new();
    for fold in 0..folds {
        for (same, form) in [(true, "a row `name n1 n2`"), (false, "a row `name1 n1 name2 n2`")] {
            for _ in 0..size {
                let line = lines.expect(form)?;
                let (a, b, is_same) = row(&line, line.text)?;
                if is_same != same {
                    return Err(line.bad(format!("{:?} is not {form}", line.text)));
                }
                rows.push(RawPair { a, b, same, fold, at: line.at() });
            }
        }
    }
    match lines.next()? {
        None => Ok((folds as usize, rows)),
        Some(line) => Err(line.bad(format!("a row after the last of {folds} folds of {size} + {size} pairs"))),
    }
}

/// `10<TAB>300`, or `1100` in the Dev lists.
fn header(line: &Line<'_>) -> Result<(u32, u32), EvalError> {
    let fields: Vec<&str> = line.text.split_whitespace().collect();
    let (folds, size) = match fields[..] {
        [size] => (1, line.whole("number of pairs", size)?),
        [folds, size] => (line.whole("number of folds", folds)?, line.whole("number of pairs", size)?),
        _ => return Err(line.bad(format!("{} fields, expected the number of folds and of pairs", fields.len()))),
    };
    if folds == 0 || size == 0 {
        return Err(line.bad("no folds or no pairs".into()));
    }
    Ok((folds, size))
}

/// The two photographs of a row, and whether the row names one person.
pub(super) fn row(line: &Line<'_>, text: &str) -> Result<(Photo, Photo, bool), EvalError> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let (a, b) = match fields[..] {
        [name, n, m] => (photo(line, name, n)?, photo(line, name, m)?),
        [first, n, second, m] => (photo(line, first, n)?, photo(line, second, m)?),
        _ => return Err(line.bad(format!("{} fields, expected 3 or 4", fields.len()))),
    };
    if a == b {
        return Err(line.bad("a photograph paired with itself".into()));
    }
    if fields.len() == 4 && a.name == b.name {
        return Err(line.bad(format!("a pair of two people that names {} twice", a.name)));
    }
    Ok((a, b, fields.len() == 3))
}

fn photo(line: &Line<'_>, name: &str, number: &str) -> Result<Photo, EvalError> {
    let bad_path = || EvalError::BadPath { at: line.at(), column: "the name".into(), file: name.into() };
    if !is_plain_name(name) {
        return Err(bad_path());
    }
    Ok(Photo { name: name.into(), number: line.whole("number of the photograph", number)? })
}
