//! Corrections that a user chooses to apply.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::pairs::{row, Photo, RawPair};
use crate::folds::ErrataUse;
use crate::lines::Lines;
use crate::EvalError;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fix {
    Same,
    Different,
    Drop,
}

struct Entry {
    fix: Fix,
    at: String,
    used: bool,
}

/// Pairs, in either order, and what is to be done with them.
pub(super) struct Errata {
    file: PathBuf,
    list: PathBuf,
    entries: HashMap<(Photo, Photo), Entry>,
}

impl Errata {
    pub fn read(path: &Path, list: &Path) -> Result<Self, EvalError> {
        let mut lines = Lines::open(path, "name an errata file that exists, or none to keep the official labels")?;
        let mut entries: HashMap<(Photo, Photo), Entry> = HashMap::new();
        while let Some(line) = lines.next()? {
            let text = line.text.split('#').next().unwrap_or("").trim();
            let Some((pair, fix)) = text.rsplit_once(char::is_whitespace) else {
                match text {
                    "" => continue,
                    _ => return Err(line.bad("expected a row of the pairs' file and same, different or drop".into())),
                }
            };
            let fix = match fix {
                "same" => Fix::Same,
                "different" => Fix::Different,
                "drop" => Fix::Drop,
                _ => return Err(line.bad(format!("{fix:?} is none of same, different, drop"))),
            };
            let (a, b, _) = row(&line, pair)?;
            let entry = Entry { fix, at: line.at(), used: false };
            if let Some(first) = entries.get(&key(&a, &b)).map(|e| e.at.clone()) {
                return Err(EvalError::Duplicate { at: entry.at, what: "pair", id: pair.into(), first });
            }
            entries.insert(key(&a, &b), entry);
        }
        Ok(Self { file: path.to_owned(), list: list.to_owned(), entries })
    }

    pub fn apply(mut self, rows: Vec<RawPair>) -> Result<(Vec<RawPair>, ErrataUse), EvalError> {
        let mut used = ErrataUse { file: self.file, relabelled: 0, dropped: 0, without_effect: 0 };
        let mut kept = Vec::with_capacity(rows.len());
        for mut row in rows {
            let entry = self.entries.get_mut(&key(&row.a, &row.b));
            let fix = entry.map(|e| {
                e.used = true;
                e.fix
            });
            match fix {
                Some(Fix::Drop) => {
                    used.dropped += 1;
                    continue;
                }
                Some(fix) if row.same != (fix == Fix::Same) => {
                    row.same = fix == Fix::Same;
                    used.relabelled += 1;
                }
                Some(_) => used.without_effect += 1,
                None => {}
            }
            kept.push(row);
        }
        let unused = self.entries.values().filter(|e| !e.used).map(|e| &e.at);
        match unused.min_by_key(|at| (at.len(), *at)) {
            Some(at) => Err(EvalError::UnknownErratum { at: at.clone(), list: self.list }),
            None => Ok((kept, used)),
        }
    }
}

fn key(a: &Photo, b: &Photo) -> (Photo, Photo) {
    if a <= b {
        (a.clone(), b.clone())
    } else {
        (b.clone(), a.clone())
    }
}
