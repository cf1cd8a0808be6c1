//! Text files without a header, a line at a time, every line with the `file:line` it came from.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::EvalError;

/// A longer line is an error: nothing that these files hold needs it.
const LONGEST: usize = 64 * 1024;

/// A text file, read without being held in memory.
pub(crate) struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    number: u64,
    bytes: Vec<u8>,
}

/// A line without its end.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    path: &'a Path,
    number: u64,
    /// Its text; a byte order mark before the first line is cut off.
    pub text: &'a str,
}

impl Lines {
    pub fn open(path: &Path, advice: &str) -> Result<Self, EvalError> {
        match File::open(path) {
            Ok(file) => Ok(Self { path: path.to_owned(), reader: BufReader::new(file), number: 0, bytes: Vec::new() }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Err(EvalError::Missing { path: path.to_owned(), advice: advice.to_owned() })
            }
            Err(source) => Err(EvalError::Io { path: path.to_owned(), source }),
        }
    }

    /// The next line that is not blank, `None` at the end.
    pub fn next(&mut self) -> Result<Option<Line<'_>>, EvalError> {
        loop {
            if !self.fill()? {
                return Ok(None);
            }
            if !self.bytes.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let line = Line { path: &self.path, number: self.number, text: "" };
        let text = std::str::from_utf8(&self.bytes).map_err(|_| line.bad("not UTF-8 text".into()))?;
        Ok(Some(Line { text: text.trim_start_matches('\u{feff}').trim_end(), ..line }))
    }

    /// Like [`Self::next`]; the end of the file is an error that says what was expected.
    pub fn expect(&mut self, what: &str) -> Result<Line<'_>, EvalError> {
        let (path, number) = (self.path.clone(), self.number + 1);
        let end = || Line { path: &path, number, text: "" }.bad(format!("the file ends here, expected {what}"));
        self.next()?.ok_or_else(end)
    }

    fn fill(&mut self) -> Result<bool, EvalError> {
        self.bytes.clear();
        let mut limited = self.reader.by_ref().take(LONGEST as u64 + 1);
        let read = limited.read_until(b'\n', &mut self.bytes);
        let read = read.map_err(|source| EvalError::Io { path: self.path.clone(), source })?;
        self.number += 1;
        if read > LONGEST {
            let line = Line { path: &self.path, number: self.number, text: "" };
            return Err(line.bad(format!("more than {LONGEST} bytes in one line")));
        }
        Ok(read > 0)
    }
}

impl Line<'_> {
    /// `file:line`.
    pub fn at(&self) -> String {
        format!("{}:{}", self.path.display(), self.number)
    }

    /// An error of this line.
    pub fn bad(&self, problem: String) -> EvalError {
        EvalError::BadRow { at: self.at(), problem }
    }

    /// A field of this line as a whole number from 0.
    pub fn whole<T: std::str::FromStr>(&self, column: &str, text: &str) -> Result<T, EvalError> {
        text.parse().map_err(|_| self.bad_number(column, text, "a whole number"))
    }

    /// A field of this line as a finite number.
    pub fn finite(&self, column: &str, text: &str) -> Result<f64, EvalError> {
        let value = text.parse::<f64>().ok().filter(|v| v.is_finite());
        value.ok_or_else(|| self.bad_number(column, text, "a finite number"))
    }

    pub fn bad_number(&self, column: &str, text: &str, expected: &'static str) -> EvalError {
        EvalError::BadNumber { at: self.at(), column: column.into(), value: text.into(), expected }
    }
}
