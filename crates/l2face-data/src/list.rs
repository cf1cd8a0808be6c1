//! Lists of people: one name a line.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{DataError, Result};

/// A person of a list.
pub(crate) struct Listed {
    pub(crate) name: String,
    /// From 1.
    pub(crate) line: usize,
}

/// `name` or `name<TAB>count` a line; blank lines and those that start with `#` are skipped; the count is ignored.
///
/// # Errors
/// An unreadable file, no name in it, a name twice, a name that is no plain folder name, a count that is no number.
pub(crate) fn read(path: &Path) -> Result<Vec<Listed>> {
    let text = std::fs::read_to_string(path).map_err(DataError::io(path))?;
    let mut seen = BTreeMap::new();
    let mut people = Vec::new();
    for (i, row) in text.lines().enumerate() {
        let row = row.strip_prefix('\u{feff}').unwrap_or(row);
        if row.trim().is_empty() || row.starts_with('#') {
            continue;
        }
        let line = i + 1;
        let name = parse(row).map_err(|reason| error(path, line, reason))?;
        if let Some(first) = seen.insert(name.to_string(), line) {
            return Err(error(path, line, format!("{name} is already on line {first}; remove one")));
        }
        let name = name.to_string();
        people.push(Listed { name, line });
    }
    match people.is_empty() {
        false => Ok(people),
        true => Err(DataError::Nothing { path: path.into(), reason: "names no person; write one folder name a line" }),
    }
}

pub(crate) fn error(path: &Path, line: usize, reason: impl ToString) -> DataError {
    DataError::List { path: path.into(), line, reason: reason.to_string() }
}

fn parse(row: &str) -> std::result::Result<&str, String> {
    let mut fields = row.split('\t');
    let name = fields.next().unwrap_or_default().trim();
    if let Some(count) = fields.next() {
        let ok = count.trim().parse::<u64>().is_ok();
        ok.then_some(()).ok_or_else(|| format!("\"{count}\" is no count; write NAME or NAME<TAB>COUNT"))?;
    }
    if fields.next().is_some() {
        return Err("more than two fields; write NAME or NAME<TAB>COUNT".into());
    }
    if matches!(name, "" | "." | "..") || name.contains(['/', '\\']) {
        return Err(format!("\"{name}\" is not the name of a folder of one person"));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("people.txt");
        std::fs::write(&path, text).unwrap();
        Ok(read(&path)?.into_iter().map(|p| format!("{}:{}", p.line, p.name)).collect())
    }

    #[test]
    fn names_counts_comments_and_blanks() {
        let text = "\u{feff}# people\n\nAda Lovelace\t3\r\n  \nBlaise_Pascal\n";
        assert_eq!(read_text(text).unwrap(), ["3:Ada Lovelace", "5:Blaise_Pascal"]);
    }

    #[test]
    fn lines_that_cannot_be_followed_are_named() {
        for (text, says) in [
            ("a\nb\na\n", "people.txt:3: a is already on line 1; remove one"),
            ("a\n../b\n", "people.txt:2: \"../b\" is not the name of a folder"),
            ("..\n", "people.txt:1: \"..\" is not the name of a folder"),
            ("\t4\n", "people.txt:1: \"\" is not the name of a folder"),
            ("a\tmany\n", "people.txt:1: \"many\" is no count"),
            ("a\t1\t2\n", "people.txt:1: more than two fields"),
            ("# nobody\n\n", "people.txt: names no person"),
        ] {
            let message = read_text(text).unwrap_err().to_string();
            assert!(message.contains(says), "{message}");
        }
        let absent = read(Path::new("no/such/list.txt")).err().unwrap().to_string();
        assert!(absent.starts_with("no/such/list.txt: "), "{absent}");
    }
}
