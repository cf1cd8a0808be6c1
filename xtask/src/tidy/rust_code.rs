//! Rust source without what is not code: comments, the insides of literals, and test modules.

/// The source with every comment, string and character literal blanked; lines keep their numbers.
pub fn code_only(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let after_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let skipped = comment(rest).or_else(|| if after_word { plain_string(rest) } else { literal(rest) });
        match skipped {
            Some(length) => {
                out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
                rest = &rest[length..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// Length of the comment that the text begins with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    text.starts_with("/*").then(|| block_comment(text))
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < text.len() {
        let here = &text.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// Length of the string or character literal that the text begins with.
fn literal(text: &str) -> Option<usize> {
    raw_string(text).or_else(|| plain_string(text)).or_else(|| character(text))
}

fn raw_string(text: &str) -> Option<usize> {
    let prefix = if text.starts_with("br") { 2 } else { usize::from(text.starts_with('r')) };
    let hashes = text.get(prefix..)?.bytes().take_while(|b| *b == b'#').count();
    let open = prefix + hashes;
    if prefix == 0 || !text[open..].starts_with('"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let body = &text[open + 1..];
    Some(body.find(&close).map_or(text.len(), |at| open + 1 + at + close.len()))
}

fn plain_string(text: &str) -> Option<usize> {
    let prefix = usize::from(text.starts_with("b\"") || text.starts_with("c\""));
    let body = text.get(prefix..)?.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(prefix + at + 2),
            _ => {}
        }
    }
    Some(text.len())
}

/// `'x'` and `'\n'`, but not the lifetime `'a`.
fn character(text: &str) -> Option<usize> {
    let body = text.strip_prefix('\'')?;
    let first = body.chars().next()?;
    if first == '\\' {
        let close = body[2..].find('\'')?;
        return Some(close + 4);
    }
    body[first.len_utf8()..].starts_with('\'').then_some(first.len_utf8() + 2)
}

/// Blanks `#[cfg(test)]` items that have a body in braces; expects the output of [`code_only`].
pub fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    let mut from = 0;
    while let Some(at) = out[from..].find("#[cfg(test)]").map(|at| at + from) {
        let end = item_end(&out[at..]) + at;
        let blank: String = out[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(at..end, &blank);
        from = at + blank.len();
    }
    out
}

/// Where the item at the start of the text ends: at its first `;` or after its braces.
fn item_end(text: &str) -> usize {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Names of the modules that a file declares for tests only and keeps in files of their own.
pub fn test_module_files(code: &str) -> Vec<&str> {
    let declared = code.split("#[cfg(test)]").skip(1);
    let heads = declared
        .filter_map(|rest| rest.split(['{', ';']).next().zip(rest.find([';', '{'])).map(|(h, at)| (h, &rest[at..])));
    heads
        .filter(|(_, tail)| tail.starts_with(';'))
        .filter_map(|(head, _)| head.trim().strip_prefix("mod ").map(str::trim))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(source: &str) -> String {
        code_only(source).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(squeezed("a // b\nc /* d /* e */ f */ g"), "a c g");
        assert_eq!(squeezed("/// docs with \"quotes\nx"), "x");
    }

    #[test]
    fn literals_are_not_code() {
        assert_eq!(squeezed(r#"f("a \" // b") + g"#), "f( ) + g");
        assert_eq!(squeezed("r#\"a \" b\"# + br\"c\" + b\"d\" + e"), "+ + + e");
        assert_eq!(squeezed(r"['a', '\'', '\u{1F600}', '/', b]"), "[ , , , , b]");
    }

    #[test]
    fn lifetimes_and_names_are_code() {
        assert_eq!(squeezed("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(squeezed("bar\"x\" r"), "bar r");
    }

    #[test]
    fn lines_keep_their_numbers() {
        let source = "/* a\n b */\n\"c\nd\"\nhere";
        assert_eq!(code_only(source).lines().position(|l| l == "here"), Some(4));
    }

    #[test]
    fn test_modules_are_cut_out() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { c() }\n}\nfn d() {}";
        let cut = without_tests(code);
        assert!(cut.contains("fn a") && cut.contains("fn d") && !cut.contains("fn b"), "{cut}");
        assert_eq!(cut.lines().count(), code.lines().count());
    }

    #[test]
    fn test_modules_in_their_own_files_are_named() {
        let code = "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod inner { use a; }\nmod real;";
        assert_eq!(test_module_files(code), ["tests"]);
    }
}
