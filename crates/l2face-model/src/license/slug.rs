//! The name of a licence that the Hub does not know: its SPDX expression in lower case, with dashes in place of spaces; and back.
use spdx::identifiers::{EXCEPTIONS, LICENSES};

/// What stands between two terms.
const JOINTS: [(&str, &str); 3] = [("-or-", " OR "), ("-and-", " AND "), ("-with-", " WITH ")];
/// Terms of somebody's own; all that follows is their name.
const OWN: [(&str, &str); 2] = [("licenseref-", "LicenseRef-"), ("documentref-", "DocumentRef-")];

/// The expression of `mit-or-apache-2.0`, with SPDX's capitals; none where a term is not known.
pub(super) fn expression(slug: &str) -> Option<String> {
    let (mut rest, mut out) = (slug, String::new());
    loop {
        let open = rest.trim_start_matches('(');
        out += &rest[..rest.len() - open.len()];
        let (term, after) = term(open)?;
        out += &term;
        let closed = after.trim_start_matches(')');
        out += &after[..after.len() - closed.len()];
        if closed.is_empty() {
            return Some(out);
        }
        let (joint, more) = JOINTS.iter().find_map(|(dashes, words)| Some((words, closed.strip_prefix(dashes)?)))?;
        out += joint;
        rest = more;
    }
}

/// The term at the beginning, and what follows it.
fn term(text: &str) -> Option<(String, &str)> {
    for (small, name) in OWN {
        if let Some(own) = text.strip_prefix(small) {
            let end = own.find(')').unwrap_or(own.len());
            return Some((format!("{name}{}", &own[..end]), &own[end..]));
        }
    }
    let names = LICENSES.iter().map(|l| l.name).chain(EXCEPTIONS.iter().map(|e| e.name));
    // `gpl-2.0` begins `gpl-2.0-or-later`: the longest one is meant.
    let (name, rest) = names.filter_map(|name| Some((name, after(text, name)?))).max_by_key(|(name, _)| name.len())?;
    match rest.strip_prefix('+') {
        Some(rest) => Some((format!("{name}+"), rest)),
        None => Some((name.into(), rest)),
    }
}

/// What follows `name` in `text`, if `text` begins with it as a whole term.
fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let rest = text.get(name.len()..).filter(|_| text[..name.len()].eq_ignore_ascii_case(name))?;
    let ends =
        rest.is_empty() || rest.starts_with([')', '+']) || JOINTS.iter().any(|(dashes, _)| rest.starts_with(dashes));
    ends.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::expression;
    use crate::License;

    #[test]
    fn every_expression_comes_back() {
        for spdx in [
            "MIT",
            "MIT OR Apache-2.0",
            "GPL-2.0-or-later",
            "GPL-2.0-or-later OR MIT",
            "MIT AND GPL-2.0-only",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "(MIT OR ISC) AND (CERN-OHL-S-2.0 OR Apache-2.0+)",
            "LicenseRef-our-terms.2",
        ] {
            let license = License::new(spdx, Some("https://example.org")).expect(spdx);
            assert_eq!(expression(&license.slug()).as_deref(), Some(spdx));
        }
    }

    #[test]
    fn what_is_no_term_is_none() {
        for slug in ["", "free", "mit-", "mit-or", "mit-or-", "mit-but-isc", "mitt", "-or-mit", "mit or isc", "é", "()"]
        {
            assert_eq!(expression(slug), None, "{slug}");
        }
    }
}
