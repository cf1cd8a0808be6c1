//! The licence of a model, which nobody but its maker can choose.
mod on_card;
mod slug;

use crate::error::{shown, ModelError, Result};

/// Licences that the Hub knows by name: their SPDX identifiers in lower case, without `-only` and `-or-later`.
const OF_THE_HUB: [&str; 47] = [
    "afl-3.0",
    "agpl-3.0",
    "apache-2.0",
    "artistic-2.0",
    "bsd-2-clause",
    "bsd-3-clause",
    "bsd-3-clause-clear",
    "bsl-1.0",
    "cc-by-2.0",
    "cc-by-2.5",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-nc-2.0",
    "cc-by-nc-3.0",
    "cc-by-nc-4.0",
    "cc-by-nc-nd-3.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-2.0",
    "cc-by-nc-sa-3.0",
    "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "cdla-permissive-1.0",
    "cdla-permissive-2.0",
    "cdla-sharing-1.0",
    "ecl-2.0",
    "epl-1.0",
    "epl-2.0",
    "etalab-2.0",
    "eupl-1.1",
    "gpl-2.0",
    "gpl-3.0",
    "isc",
    "lgpl-2.1",
    "lgpl-3.0",
    "lppl-1.3c",
    "mit",
    "mpl-2.0",
    "ms-pl",
    "ncsa",
    "ofl-1.1",
    "osl-3.0",
    "postgresql",
    "unlicense",
    "zlib",
];

/// An SPDX expression: `MIT`, `CC-BY-NC-4.0`, `MIT OR Apache-2.0`, `LicenseRef-NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    spdx: String,
    link: Option<String>,
}

impl License {
    /// Reads an expression; `link` is where the terms stand, needed for a `LicenseRef-`.
    ///
    /// # Errors
    /// An empty text, an identifier that SPDX does not know, terms of one's own without a link, a link that is no address.
    pub fn new(spdx: &str, link: Option<&str>) -> Result<Self> {
        let refuse = |why: String| Err(ModelError::License { text: shown(spdx, 80), why });
        if spdx.trim().is_empty() {
            return refuse("none was given, and there is no default: say under which terms the weights may be used, for example CC-BY-NC-4.0".into());
        }
        if let Err(error) = spdx::Expression::parse(spdx) {
            return refuse(format!(
                "not SPDX: {}; examples are MIT, CC-BY-NC-4.0, \"MIT OR Apache-2.0\", and LicenseRef-NAME with a link for other terms",
                error.reason
            ));
        }
        if spdx.contains("LicenseRef-") && link.is_none() {
            return refuse("terms of their own need a link to them".into());
        }
        let address = |link: &str| link.starts_with("https://") && link.bytes().all(|b| b.is_ascii_graphic());
        if let Some(link) = link.filter(|link| !address(link)) {
            return refuse(format!("the link `{}` does not begin with https://", shown(link, 80)));
        }
        let spdx = spdx.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self { spdx, link: link.map(str::to_owned) })
    }

    /// The expression as it was given.
    pub fn spdx(&self) -> &str {
        &self.spdx
    }

    /// Where the terms stand, if that was said.
    pub fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// The Hub's name of it; `None` where the Hub has none and the card says `other`.
    pub fn on_the_hub(&self) -> Option<String> {
        let lower = self.spdx.to_lowercase();
        let plain = lower.trim_end_matches("-or-later").trim_end_matches("-only").to_string();
        OF_THE_HUB.contains(&plain.as_str()).then_some(plain)
    }

    /// What stands beside `other`: the expression in lower case, with dashes.
    pub(crate) fn slug(&self) -> String {
        self.spdx.to_lowercase().replace(' ', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_have_the_hubs_names() {
        let name = |spdx| License::new(spdx, Some("https://example.org/terms")).expect("SPDX").on_the_hub();
        assert_eq!(name("CC-BY-NC-4.0").as_deref(), Some("cc-by-nc-4.0"));
        assert_eq!(name("GPL-3.0-or-later").as_deref(), Some("gpl-3.0"));
        for other in ["MIT OR Apache-2.0", "LicenseRef-our-terms", "CERN-OHL-S-2.0"] {
            assert_eq!(name(other), None, "{other}");
        }
        assert_eq!(License::new("MIT OR Apache-2.0", None).expect("SPDX").slug(), "mit-or-apache-2.0");
    }

    #[test]
    fn every_name_of_the_hub_is_spdx() {
        for name in OF_THE_HUB {
            let known = |id: String| spdx::license_id(&id).is_some();
            let found = spdx::identifiers::LICENSES.iter().any(|l| {
                let lower = l.name.to_lowercase();
                lower == name || lower == format!("{name}-only")
            });
            assert!(found || known(name.into()), "{name}");
        }
    }

    #[test]
    fn what_is_no_licence_is_refused() {
        for (spdx, link, why) in [
            ("", None, "no default"),
            ("  ", None, "no default"),
            ("free", None, "not SPDX"),
            ("MIT\n---", None, "not SPDX"),
            ("LicenseRef-ours", None, "need a link"),
            ("LicenseRef-ours", Some("ftp://a"), "https://"),
            ("MIT", Some("https://a b"), "https://"),
        ] {
            let error = License::new(spdx, link).expect_err(spdx).to_string();
            assert!(error.contains(why) && !error.contains('\n'), "{error}");
        }
    }
}
