//! Commands as a shell takes them.

/// A word in single quotes where anything but plain characters occurs.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-,:=+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("a/b.csv"), "a/b.csv");
        assert_eq!(quoted("my faces"), "'my faces'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
