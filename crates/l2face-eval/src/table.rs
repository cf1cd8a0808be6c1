//! CSV files read by header name, every value with the `file:line` it came from.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use crate::EvalError;

/// A CSV file held in memory, its wanted columns found by name (surrounding blanks, letter case and a byte order mark ignored).
pub(crate) struct Table {
    path: PathBuf,
    columns: Vec<(&'static str, usize)>,
    rows: Vec<(u64, StringRecord)>,
}

/// One row of a [`Table`].
pub(crate) struct Row<'a> {
    table: &'a Table,
    line: u64,
    record: &'a StringRecord,
}

impl Table {
    /// Reads a file with a header; at least one row must follow it.
    pub fn open(path: &Path, wanted: &[&'static str], advice: &str) -> Result<Self, EvalError> {
        Self::open_with(path, wanted, &[], advice)
    }

    /// Like [`Self::open`]; columns of `optional` read as empty where the header lacks them.
    pub fn open_with(
        path: &Path,
        wanted: &[&'static str],
        optional: &[&'static str],
        advice: &str,
    ) -> Result<Self, EvalError> {
        let bytes = read(path, advice)?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
        let header = reader.headers().map_err(|e| bad_row(path, &bytes, &e))?.clone();
        let mut columns = find_columns(path, &header, wanted)?;
        columns.extend(optional.iter().filter_map(|c| find_columns(path, &header, &[c]).ok()).flatten());
        Self::collect(path, &bytes, columns, reader)
    }

    /// Reads a file without a header whose columns are `names`.
    pub fn open_headless(path: &Path, names: &[&'static str], advice: &str) -> Result<Self, EvalError> {
        let bytes = read(path, advice)?;
        let reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(bytes.as_slice());
        let table = Self::collect(path, &bytes, names.iter().copied().zip(0..).collect(), reader)?;
        match table.rows.iter().find(|(_, r)| r.len() != names.len()) {
            Some((line, r)) => Err(EvalError::BadRow {
                at: format!("{}:{line}", path.display()),
                problem: format!("{} fields, expected {}", r.len(), names.len()),
            }),
            None => Ok(table),
        }
    }

    fn collect(
        path: &Path,
        bytes: &[u8],
        columns: Vec<(&'static str, usize)>,
        mut reader: csv::Reader<&[u8]>,
    ) -> Result<Self, EvalError> {
        let (mut rows, mut lines) = (Vec::new(), Lines::new(bytes));
        for record in reader.records() {
            let record = record.map_err(|e| bad_row(path, bytes, &e))?;
            let line = lines.at(record.position());
            rows.push((line, record));
        }
        if rows.is_empty() {
            return Err(EvalError::EmptyFile { path: path.to_owned() });
        }
        Ok(Self { path: path.to_owned(), columns, rows })
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row { table: self, line: *line, record })
    }
}

impl Row<'_> {
    /// `file:line`.
    pub fn at(&self) -> String {
        format!("{}:{}", self.table.path.display(), self.line)
    }

    /// The text of a wanted column, blanks cut off.
    pub fn text(&self, column: &'static str) -> &str {
        let found = self.table.columns.iter().find(|(name, _)| *name == column);
        found.and_then(|&(_, i)| self.record.get(i)).unwrap_or("")
    }

    /// A whole number from 0.
    pub fn id(&self, column: &'static str) -> Result<u64, EvalError> {
        self.text(column).parse().map_err(|_| self.bad_number(column, "a whole number"))
    }

    /// A finite number, `None` where the field is empty.
    pub fn number(&self, column: &'static str) -> Result<Option<f64>, EvalError> {
        match self.text(column) {
            "" => Ok(None),
            text => match text.parse::<f64>() {
                Ok(v) if v.is_finite() => Ok(Some(v)),
                _ => Err(self.bad_number(column, "a finite number or nothing")),
            },
        }
    }

    fn bad_number(&self, column: &'static str, expected: &'static str) -> EvalError {
        EvalError::BadNumber { at: self.at(), column: column.into(), value: self.text(column).into(), expected }
    }
}

fn read(path: &Path, advice: &str) -> Result<Vec<u8>, EvalError> {
    let mut bytes = Vec::new();
    let result = File::open(path).and_then(|mut f| f.read_to_end(&mut bytes));
    match result {
        Ok(_) if bytes.iter().all(u8::is_ascii_whitespace) => Err(EvalError::EmptyFile { path: path.to_owned() }),
        Ok(_) => Ok(bytes),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            Err(EvalError::Missing { path: path.to_owned(), advice: advice.to_owned() })
        }
        Err(source) => Err(EvalError::Io { path: path.to_owned(), source }),
    }
}

fn find_columns(
    path: &Path,
    header: &StringRecord,
    wanted: &[&'static str],
) -> Result<Vec<(&'static str, usize)>, EvalError> {
    let clean = |h: &str| h.trim_start_matches('\u{feff}').trim().to_owned();
    let names: Vec<String> = header.iter().map(clean).collect();
    let find = |&column: &&'static str| match names.iter().position(|n| n.eq_ignore_ascii_case(column)) {
        Some(i) => Ok((column, i)),
        None => Err(EvalError::MissingColumn {
            at: format!("{}:1", path.display()),
            column: column.to_owned(),
            found: names.join(", "),
        }),
    };
    wanted.iter().map(find).collect()
}

fn bad_row(path: &Path, bytes: &[u8], error: &csv::Error) -> EvalError {
    let line = Lines::new(bytes).at(error.position());
    let problem = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("{len} fields, expected {expected_len}"),
        csv::ErrorKind::Utf8 { .. } => "not UTF-8 text".to_owned(),
        _ => error.to_string(),
    };
    let at = format!("{}:{line}", path.display());
    EvalError::BadRow { at, problem }
}

/// Line numbers of ascending byte positions. The csv crate's own are one too low where lines end in CR LF.
struct Lines<'a> {
    bytes: &'a [u8],
    done: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, done: 0, line: 1 }
    }

    /// The line, from 1, of the first byte at or after `position` that ends no line.
    fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let start = position.map_or(0, |p| p.byte() as usize);
        while let Some(&byte) = self.bytes.get(self.done) {
            if self.done >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(byte == b'\n');
            self.done += 1;
        }
        self.line
    }
}
