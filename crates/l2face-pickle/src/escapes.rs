//! Text forms of protocol 0: quoted strings, raw unicode, numbers.
use crate::Problem;

/// `'...'` or `"..."` of Python 2's `repr(str)`, the line of opcode STRING.
pub(crate) fn quoted(line: &[u8]) -> Result<Box<[u8]>, Problem> {
    let line = line.trim_ascii();
    let quote = *line.first().filter(|q| **q == b'\'' || **q == b'"').ok_or(Problem::BadString)?;
    let inner = line[1..].strip_suffix(&[quote]).ok_or(Problem::BadString)?;
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'\\' => rest = escape(tail, &mut out)?,
            byte => out.push(*byte),
        }
    }
    Ok(out.into())
}

/// What stands behind a backslash, as in Python's string literals; gives the rest.
fn escape<'a>(tail: &'a [u8], out: &mut Vec<u8>) -> Result<&'a [u8], Problem> {
    let (first, rest) = tail.split_first().ok_or(Problem::BadString)?;
    let byte = match first {
        b'\n' => return Ok(rest),
        b'\\' | b'\'' | b'"' => *first,
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'x' => {
            out.push(hex(rest, 2)? as u8);
            return Ok(&rest[2..]);
        }
        b'0'..=b'7' => return Ok(octal(tail, out)),
        other => {
            out.push(b'\\');
            *other
        }
    };
    out.push(byte);
    Ok(rest)
}

fn octal<'a>(tail: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let digits = tail.iter().take(3).take_while(|d| (b'0'..=b'7').contains(d)).count();
    out.push(tail[..digits].iter().fold(0u8, |sum, d| sum.wrapping_mul(8).wrapping_add(d - b'0')));
    &tail[digits..]
}

fn hex(text: &[u8], digits: usize) -> Result<u32, Problem> {
    let text = text.get(..digits).filter(|t| t.iter().all(u8::is_ascii_hexdigit)).ok_or(Problem::BadString)?;
    let text = std::str::from_utf8(text).map_err(|_| Problem::BadString)?;
    u32::from_str_radix(text, 16).map_err(|_| Problem::BadString)
}

/// The line of opcode UNICODE (`raw-unicode-escape`): Latin-1, but `\uXXXX` and `\UXXXXXXXX` are code points. UTF-8 comes out.
pub(crate) fn raw_unicode(line: &[u8]) -> Result<Box<[u8]>, Problem> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((first, tail)) = rest.split_first() {
        let digits = match (first, tail.first()) {
            (b'\\', Some(b'u')) => 4,
            (b'\\', Some(b'U')) => 8,
            _ => {
                out.push(char::from(*first));
                rest = tail;
                continue;
            }
        };
        out.push(char::from_u32(hex(&tail[1..], digits)?).ok_or(Problem::BadString)?);
        rest = &tail[1 + digits..];
    }
    Ok(out.into_bytes().into())
}

/// A number in text form.
pub(crate) fn number<T: std::str::FromStr>(line: &[u8], what: &'static str) -> Result<T, Problem> {
    let text = std::str::from_utf8(line).ok().map(str::trim);
    text.and_then(|t| t.parse().ok()).ok_or_else(|| Problem::BadNumber(shown(line), what))
}

/// An integer in text form; one that has only digits but too many is told apart.
pub(crate) fn integer(line: &[u8]) -> Result<i64, Problem> {
    let line = line.trim_ascii();
    let digits = line.strip_prefix(b"-").unwrap_or(line);
    match number(line, "an integer") {
        Err(_) if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => Err(Problem::LargeInteger),
        other => other,
    }
}

/// The beginning of it, for a message.
pub(crate) fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(&text[..text.len().min(240)]);
    let mut shown: String = text.chars().take(60).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
