//! The licence that a card names.
use super::{slug::expression, License, OF_THE_HUB};
use crate::error::{shown, ModelError, Result};
use crate::Metadata;

impl License {
    /// The licence of a card's metadata, of whoever wrote them: one of the Hub's names of an SPDX licence; or `other` with a `license_name`
    /// that is an SPDX expression in lower case with dashes (`mit-or-apache-2.0`), of terms of one's own `licenseref-NAME` with a `license_link`.
    ///
    /// # Errors
    /// Anything else.
    pub fn of_card(card: &Metadata) -> Result<Self> {
        let link = card.license_link.as_deref();
        match (card.license.as_str(), card.license_name.as_deref()) {
            ("other", Some(name)) => match expression(name) {
                Some(spdx) => Self::new(&spdx, link),
                None => refused(
                    name,
                    "no license_name: an SPDX expression in lower case with dashes is one, as mit-or-apache-2.0, or licenseref-NAME with \
                     a license_link for other terms",
                ),
            },
            ("other", None) => refused("other", "needs a license_name"),
            (known, _) if OF_THE_HUB.contains(&known) => Self::new(&spdx(known), link),
            (text, _) => refused(
                text,
                "none that the Hub knows: an SPDX identifier in lower case, as cc-by-nc-4.0, or `other` with a license_name, and a \
                 license_link for terms of your own",
            ),
        }
    }
}

/// The Hub's `gpl-3.0` is SPDX's `GPL-3.0-only`.
fn spdx(of_the_hub: &str) -> String {
    let only = format!("{of_the_hub}-only");
    expression(&only).or_else(|| expression(of_the_hub)).unwrap_or_else(|| of_the_hub.into())
}

fn refused(text: &str, why: &str) -> Result<License> {
    Err(ModelError::License { text: shown(text, 80), why: why.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(yaml: &str) -> Result<License> {
        License::of_card(&Metadata::of(&format!("---\n{yaml}\n---\n")).expect("metadata"))
    }

    #[test]
    fn every_name_of_the_hub_is_a_licence() {
        for name in OF_THE_HUB {
            let license = of(&format!("license: {name}")).expect(name);
            assert_eq!(license.on_the_hub().as_deref(), Some(name));
        }
    }

    #[test]
    fn other_terms_are_named_and_linked() {
        assert_eq!(of("license: other\nlicense_name: mit-or-apache-2.0").expect("SPDX").spdx(), "MIT OR Apache-2.0");
        let own =
            of("license: other\nlicense_name: licenseref-ours\nlicense_link: https://example.org").expect("own terms");
        assert_eq!((own.spdx(), own.link()), ("LicenseRef-ours", Some("https://example.org")));
    }

    #[test]
    fn what_is_no_licence_is_refused() {
        for (yaml, why) in [
            ("license: do what you want", "none that the Hub knows"),
            ("license: MIT", "none that the Hub knows"),
            ("license: mit\nlicense_link: ftp://example.org", "https://"),
            ("license: other\nlicense_name: free", "no license_name"),
            ("license: other\nlicense_name: licenseref-ours", "need a link"),
            ("license: other\nlicense_name: licenseref-ours\nlicense_link: LICENSE", "https://"),
            ("license: other\nlicense_name: licenseref-our terms\nlicense_link: https://example.org", "not SPDX"),
        ] {
            let error = of(yaml).expect_err(yaml).to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
