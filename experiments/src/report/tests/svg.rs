//! A check that a picture is well-formed XML, as far as pictures go: one root, every tag closed in
//! order, attributes quoted and named once, no bare `<` or `&`.

/// Panics with the place of the first fault.
pub(super) fn check(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut roots = 0;
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        check_text(&rest[..at]);
        let end = at + rest[at..].find('>').expect("a tag without an end");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed out of order");
            continue;
        }
        roots += usize::from(open.is_empty());
        let name = check_tag(tag.trim_end_matches('/'));
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && roots == 1, "{open:?} open, {roots} roots");
}

fn check_text(text: &str) {
    assert!(!text.contains('>'), "bare > in {text:?}");
    assert!(text.chars().all(|c| !c.is_control() || c == '\n'));
    for part in text.split('&').skip(1) {
        let entity = part.split(';').next().unwrap_or_default();
        let known = ["amp", "lt", "gt", "quot", "apos", "#39"];
        assert!(known.contains(&entity), "bare & in {text:?}");
    }
}

/// The name of the tag, its attributes checked.
fn check_tag(tag: &str) -> &str {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{tag}");
    let mut seen = Vec::new();
    while !rest.trim().is_empty() {
        let (key, after) = rest.trim_start().split_once("=\"").expect("a bare attribute");
        let (value, after) = after.split_once('"').expect("a quote without an end");
        assert!(!seen.contains(&key), "{key} twice in {tag}");
        check_text(value);
        seen.push(key);
        rest = after;
    }
    name
}

#[test]
fn faults_are_found() {
    check("<svg a=\"1\"><g><text>a &amp; b</text></g><rect/></svg>");
    for bad in [
        "<svg><g></svg></g>",
        "<svg><g></svg>",
        "<svg>a & b</svg>",
        "<svg a=\"1\" a=\"2\"></svg>",
        "<svg></svg><svg></svg>",
        "<svg a=1></svg>",
    ] {
        assert!(std::panic::catch_unwind(|| check(bad)).is_err(), "{bad}");
    }
}
