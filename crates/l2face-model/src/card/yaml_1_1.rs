//! YAML 1.2, as serde writes it, so that a reader of YAML 1.1 such as Python's finds the same values.

/// Words that are true or false in YAML 1.1 alone.
const SWITCHES: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

/// A line of block style whose text has no line breaks in it: `1e-5`, which would be text, gets a point; text that would be a number, a date, a
/// time or a switch gets quotes.
pub(super) fn for_python(line: &str) -> String {
    let (before, value) = line.split_at(value_at(line));
    if value.is_empty() || value.starts_with(['\'', '"', '[', '{', '|', '>', '&', '*', '!']) {
        return line.into();
    }
    match kind(value) {
        Kind::Number => format!("{before}{}", with_point(value)),
        Kind::Plain => line.into(),
        Kind::Text => format!("{before}'{}'", value.replace('\'', "''")),
    }
}

/// Where the value begins, behind dashes and a key.
fn value_at(line: &str) -> usize {
    let mut at = line.len() - line.trim_start_matches(' ').len();
    while line[at..].starts_with("- ") {
        at += 2;
    }
    let key = line[at..].find(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c)).unwrap_or(0);
    match line[at + key..].strip_prefix(':') {
        Some("") if key > 0 => line.len(),
        Some(rest) if key > 0 && rest.starts_with(' ') => at + key + 2,
        _ if &line[at..] == "-" => line.len(),
        _ => at,
    }
}

enum Kind {
    Number,
    /// Alike in both versions.
    Plain,
    /// Something else in YAML 1.1.
    Text,
}

fn kind(value: &str) -> Kind {
    let number =
        value.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()) && value.parse::<f64>().is_ok();
    let letter = value.starts_with(|c: char| c.is_ascii_alphabetic());
    match (number, letter) {
        (true, _) => Kind::Number,
        (false, true) if !SWITCHES.contains(&value.to_lowercase().as_str()) => Kind::Plain,
        _ => Kind::Text,
    }
}

/// YAML 1.1 wants a point in every number with an exponent, and a sign in the exponent.
fn with_point(number: &str) -> String {
    let Some((mantissa, exponent)) = number.split_once('e') else { return number.into() };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

#[cfg(test)]
mod tests {
    use super::for_python;

    #[test]
    fn numbers_stay_numbers() {
        for (line, want) in [
            ("  far: 1e-5", "  far: 1.0e-5"),
            ("  - -1e-17", "  - -1.0e-17"),
            ("  - - 1e-17", "  - - 1.0e-17"),
            ("  far: 1.5e-5", "  far: 1.5e-5"),
            ("x: 1e30", "x: 1.0e+30"),
            ("x: 0.1", "x: 0.1"),
            ("- 12", "- 12"),
        ] {
            assert_eq!(for_python(line), want);
        }
    }

    #[test]
    fn text_stays_text() {
        for (line, want) in [
            ("  name: '1e-5'", "  name: '1e-5'"),
            ("  name: FAR 1e-5", "  name: FAR 1e-5"),
            ("  flip: off", "  flip: 'off'"),
            ("- YES", "- 'YES'"),
            ("- - 1:30", "- - '1:30'"),
            ("day: 2020-01-01", "day: '2020-01-01'"),
            ("x: 1_000", "x: '1_000'"),
            ("x: é's", "x: 'é''s'"),
            ("x: office", "x: office"),
            ("key:", "key:"),
            ("  - key: no", "  - key: 'no'"),
            ("-", "-"),
            ("x: []", "x: []"),
        ] {
            assert_eq!(for_python(line), want);
        }
    }
}
