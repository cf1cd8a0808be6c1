//! An error as one line.

/// The error and its causes, from the outermost to the innermost, without those that the one before already tells.
pub fn message(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        match text.is_empty() {
            true => text = cause,
            false if text.contains(&cause) => {}
            false => text = format!("{text}: {cause}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn nothing_is_said_twice() {
        let io = || std::io::Error::new(std::io::ErrorKind::NotFound, "no such file");
        let error = l2face_data::DataError::Io { path: "a".into(), source: io() };
        assert_eq!(message(&anyhow::Error::new(error).context("--train a")), "--train a: a: no such file");
        assert_eq!(message(&anyhow::Error::new(io()).context("b")), "b: no such file");
    }
}
