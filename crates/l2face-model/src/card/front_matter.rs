//! Metadata as YAML that Python reads alike, and back.
use super::metadata::Metadata;
use super::yaml_1_1::for_python;
use crate::error::{ModelError, Result};
use serde_json::Value;

/// Most bytes of metadata that are read.
const MOST: usize = 256 << 10;

impl Metadata {
    /// The metadata of a card.
    ///
    /// # Errors
    /// A card that does not begin with a line `---`, YAML that cannot be read, no licence.
    pub fn of(card: &str) -> Result<Self> {
        let yaml = front_matter(card).ok_or_else(|| {
            ModelError::Card("no metadata: it begins with a line `---`, and another one ends them".into())
        })?;
        if yaml.len() > MOST {
            return Err(ModelError::Card(format!("metadata of {} bytes, at most {MOST} are read", yaml.len())));
        }
        let metadata: Self =
            serde_norway::from_str(yaml).map_err(|e| ModelError::Card(format!("its metadata: {e}")))?;
        match metadata.license.trim() {
            "" => Err(ModelError::Card("its licence is empty: name one".into())),
            "other" if metadata.license_name.is_none() => {
                Err(ModelError::Card("license: other needs a license_name".into()))
            }
            _ => Ok(metadata),
        }
    }

    /// The YAML, with a line break at its end. Line breaks and other control characters in its texts become spaces.
    ///
    /// # Errors
    /// A figure that is not finite.
    pub fn to_yaml(&self) -> Result<String> {
        let figures = self.model_index.iter().flat_map(|e| &e.results).flat_map(|r| &r.metrics);
        if let Some(figure) = figures.into_iter().find(|f| !f.value.is_finite()) {
            return Err(ModelError::Card(format!("{} is not a number", figure.name)));
        }
        let mut value = serde_json::to_value(self).map_err(|e| ModelError::Card(e.to_string()))?;
        one_line(&mut value);
        let yaml = serde_norway::to_string(&value).map_err(|e| ModelError::Card(e.to_string()))?;
        Ok(yaml.lines().map(|line| for_python(line) + "\n").collect())
    }
}

/// No text of more than one line, anywhere.
fn one_line(value: &mut Value) {
    match value {
        Value::String(text) => {
            *text = text.replace(|c: char| c.is_control() || "\u{85}\u{2028}\u{2029}".contains(c), " ")
        }
        Value::Array(all) => all.iter_mut().for_each(one_line),
        Value::Object(all) => all.values_mut().for_each(one_line),
        _ => {}
    }
}

fn front_matter(card: &str) -> Option<&str> {
    let rest = card.strip_prefix('\u{feff}').unwrap_or(card);
    let rest = rest.strip_prefix("---\n").or_else(|| rest.strip_prefix("---\r\n"))?;
    let end = rest
        .match_indices("\n---")
        .find(|(at, _)| matches!(rest.as_bytes().get(at + 4), None | Some(b'\n' | b'\r')))?;
    rest.get(..=end.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_stand_between_two_lines() {
        assert_eq!(front_matter("---\na: 1\n---\n# b\n---\n"), Some("a: 1\n"));
        assert_eq!(front_matter("---\r\na: 1\r\n---"), Some("a: 1\r\n"));
        for none in ["", "# a", "---\na: 1\n", "a: 1\n---\n", "---\na: 1\n----\n"] {
            assert_eq!(front_matter(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_card_without_a_licence_is_refused() {
        for (card, why) in [
            ("# no metadata", "no metadata"),
            ("---\ntags: []\n---\n", "license"),
            ("---\nlicense: ''\n---\n", "empty"),
            ("---\nlicense: other\n---\n", "license_name"),
            ("---\nlicense: [\n---\n", "metadata"),
        ] {
            let error = Metadata::of(card).expect_err(card).to_string();
            assert!(error.contains(why), "{error}");
        }
        assert!(Metadata::of("---\nlicense: mit\nlanguage: en\n---\n").is_ok(), "other keys may stand there");
    }

    #[test]
    fn aliases_cannot_blow_it_up() {
        let mut yaml = "---\nlicense: mit\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_string();
        for i in 0..30 {
            yaml += &format!("a{}: &a{} [*a{i},*a{i},*a{i},*a{i},*a{i},*a{i},*a{i},*a{i},*a{i}]\n", i + 1, i + 1);
        }
        let start = std::time::Instant::now();
        let _ = Metadata::of(&(yaml + "---\n"));
        assert!(start.elapsed().as_secs() < 5);
    }
}
