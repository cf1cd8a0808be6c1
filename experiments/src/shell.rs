//! Commands as a shell takes them.

/// A word in single quotes where anything but plain characters occurs.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-,:=+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// The words of a command that [`quoted`] made.
pub fn words(command: &str) -> Vec<String> {
    let (mut all, mut word, mut inside, mut escaped) = (vec![], String::new(), false, false);
    for c in command.chars() {
        match c {
            _ if escaped => {
                word.push(c);
                escaped = false;
            }
            '\\' if !inside => escaped = true,
            '\'' => inside = !inside,
            ' ' if !inside => all.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    all.push(word);
    all
}

#[cfg(test)]
mod tests {
    use super::{quoted, words};

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("a/b.csv"), "a/b.csv");
        assert_eq!(quoted("my faces"), "'my faces'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }

    #[test]
    fn words_come_back() {
        let all = ["a/b.csv", "my faces", "it's", "", "a\\b", "'", "é"];
        let command = all.map(quoted).join(" ");
        assert_eq!(words(&command), all);
    }
}
