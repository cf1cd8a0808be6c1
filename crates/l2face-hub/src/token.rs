//! The user's secret, which appears in requests and nowhere else.
use std::fmt;

/// What stands in place of the token wherever text is shown.
const HIDDEN: &str = "<token>";

/// A token; its `Debug` does not tell it.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    /// Takes what can stand in a header: visible ASCII.
    pub(crate) fn new(text: String) -> Option<Self> {
        let visible = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        visible.then_some(Self(text))
    }

    /// For the header of a request.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// The most of a server's text that is shown.
const LONGEST: usize = 300;

/// Text from elsewhere, fit to be shown: without the token (a server may send it back), without control characters, not long.
pub(crate) fn clean(text: &str, token: Option<&Token>) -> String {
    let hidden = token.map_or_else(|| text.to_owned(), |token| text.replace(token.reveal(), HIDDEN));
    let visible: String = hidden.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match visible.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &visible[..end]),
        None => visible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_visible_ascii() {
        assert!(Token::new("hf_abc".into()).is_some());
        for bad in ["", "hf abc", "hf\n", "hf\u{e9}"] {
            assert!(Token::new(bad.into()).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn it_is_shown_nowhere() {
        let token = Token::new("hf_secret".into());
        assert_eq!(format!("{token:?}"), "Some(<token>)");
        let shown = clean("Bearer hf_secret\u{1b}[2J is wrong", token.as_ref());
        assert_eq!(shown, "Bearer <token> [2J is wrong");
        assert_eq!(clean(&"é".repeat(1000), None).chars().count(), LONGEST + 3);
    }
}
