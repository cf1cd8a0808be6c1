//! Text with places to fill.

/// Puts each value in place of its `{{name}}`; values are not looked into, and a place without a value stays.
pub(super) fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut parts = template.split("{{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let found = part
            .split_once("}}")
            .and_then(|(name, rest)| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (value, rest)));
        match found {
            Some((value, rest)) => out += &format!("{value}{rest}"),
            None => out += &format!("{{{{{part}"),
        }
    }
    out
}

/// Text of a user on one line, without anything that ends a table's cell or begins a tag.
pub(super) fn plain(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once() {
        let values = [("a", "{{b}}".to_string()), ("b", "2".into())];
        assert_eq!(fill("x {{a}} {{b}} {{c}} y", &values), "x {{b}} 2 {{c}} y");
        assert_eq!(fill("{{", &values), "{{");
    }

    #[test]
    fn a_users_text_stays_in_its_line() {
        assert_eq!(plain("a\n---\n# b | <script>"), "a --- # b \\| &lt;script>");
    }
}
