//! Metadata as YAML that Python reads alike, and back.
use super::metadata::Metadata;
use crate::error::{ModelError, Result};

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

    /// The YAML, with a line break at its end.
    ///
    /// # Errors
    /// A figure that is not finite.
    pub fn to_yaml(&self) -> Result<String> {
        let figures = self.model_index.iter().flat_map(|e| &e.results).flat_map(|r| &r.metrics);
        if let Some(figure) = figures.into_iter().find(|f| !f.value.is_finite()) {
            return Err(ModelError::Card(format!("{} is not a number", figure.name)));
        }
        let yaml = serde_norway::to_string(self).map_err(|e| ModelError::Card(e.to_string()))?;
        Ok(yaml.lines().map(|line| for_yaml_1_1(line) + "\n").collect())
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

/// Python reads YAML 1.1, where `1e-5` is text and `1.0e-5` the number. Text that looks like a number stands in quotes already.
fn for_yaml_1_1(line: &str) -> String {
    let (before, value) = match line.rfind(' ') {
        Some(at) => line.split_at(at + 1),
        None => ("", line),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match value.split_once("e-") {
        Some((mantissa, exponent))
            if digits(mantissa.trim_start_matches('-'))
                && digits(exponent)
                && (before.ends_with(": ") || before.ends_with("- ")) =>
        {
            format!("{before}{mantissa}.0e-{exponent}")
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_have_a_point() {
        for (line, want) in [
            ("  far: 1e-5", "  far: 1.0e-5"),
            ("  - -1e-17", "  - -1.0e-17"),
            ("  far: 1.5e-5", "  far: 1.5e-5"),
            ("  name: '1e-5'", "  name: '1e-5'"),
            ("  name: FAR 1e-5", "  name: FAR 1e-5"),
            ("x: 0.1", "x: 0.1"),
        ] {
            assert_eq!(for_yaml_1_1(line), want);
        }
    }

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
