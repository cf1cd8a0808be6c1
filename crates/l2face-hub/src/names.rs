//! Which names are taken: from a user's line, and from a server before any of them becomes a path.

/// The longest name of an owner or a repository, as the Hub has it.
const LONGEST_NAME: usize = 96;
/// The longest path of a file, and the longest revision.
const LONGEST_PATH: usize = 400;

/// What is wrong with an owner's or a repository's name.
pub(crate) fn fault_of_name(name: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    match name {
        "" => Some("is empty"),
        _ if name.len() > LONGEST_NAME => Some("has more than 96 characters"),
        _ if !name.chars().all(allowed) => Some("has a character other than A-Z a-z 0-9 . _ -"),
        _ if name.contains("..") || name.contains("--") => Some("has `..` or `--` in it"),
        _ if name.starts_with(['.', '-']) || name.ends_with(['.', '-']) => Some("begins or ends with . or -"),
        _ => None,
    }
}

/// What is wrong with the path of a file in a repository; folders are separated by `/`.
pub(crate) fn fault_of_file(file: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-+=~ ()/".contains(c);
    fault_of_path(file, allowed, "has a character other than A-Z a-z 0-9 . _ - + = ~ ( ) / and space")
}

/// What is wrong with a branch, a tag, a commit or a `refs/pr/1`.
pub(crate) fn fault_of_revision(revision: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-+/".contains(c);
    fault_of_path(revision, allowed, "has a character other than A-Z a-z 0-9 . _ - + /")
}

fn fault_of_path(path: &str, allowed: fn(char) -> bool, characters: &'static str) -> Option<&'static str> {
    let odd = |part: &str| part.starts_with([' ', '-']) || part.ends_with([' ', '.']);
    match path {
        "" => Some("is empty"),
        _ if path.len() > LONGEST_PATH => Some("has more than 400 characters"),
        _ if !path.chars().all(allowed) => Some(characters),
        _ if path.split('/').any(str::is_empty) => {
            Some("has an empty part between two `/`, or begins or ends with `/`")
        }
        _ if path.split('/').any(|part| [".", ".."].contains(&part)) => Some("has `.` or `..` as a part"),
        _ if path.split('/').any(odd) => Some("has a part that begins with - or space, or ends with . or space"),
        _ => None,
    }
}

/// Whether this is a commit: 40 digits of lower-case hexadecimal.
pub(crate) fn is_commit(text: &str) -> bool {
    is_hex(text, 40)
}

/// Whether this is a SHA-256.
pub(crate) fn is_sha256(text: &str) -> bool {
    is_hex(text, 64)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_taken() {
        assert!(["a", "l2face", "Face-Res_Net.v1", "0"].iter().all(|n| fault_of_name(n).is_none()));
        assert!(["a.onnx", "folder/b (1).pth", "a/b/c+d=e~.pt"].iter().all(|f| fault_of_file(f).is_none()));
        assert!(["main", "v1.0", "refs/pr/12", "feature/x"].iter().all(|r| fault_of_revision(r).is_none()));
    }

    #[test]
    fn names_that_could_become_other_paths_are_refused() {
        for name in ["", "..", ".a", "a.", "-a", "a--b", "a..b", "a/b", "a\\b", "a b", "é", &"a".repeat(97)] {
            assert!(fault_of_name(name).is_some(), "{name:?}");
        }
        for file in
            ["", "/a", "a/", "a//b", "../a", "a/../b", "a/..", "./a", "C:a", "a\\b", "a\0b", "a\nb", "a/b. ", "-o"]
        {
            assert!(fault_of_file(file).is_some(), "{file:?}");
        }
        for revision in ["", "..", "a/../b", "/a", "a b", "a@b", "-a", &"a".repeat(401)] {
            assert!(fault_of_revision(revision).is_some(), "{revision:?}");
        }
    }

    #[test]
    fn hashes_are_lower_case_and_whole() {
        assert!(is_commit(&"0f".repeat(20)) && !is_commit(&"0F".repeat(20)) && !is_commit(&"0f".repeat(32)));
        assert!(is_sha256(&"9a".repeat(32)) && !is_sha256("../9a"));
    }
}
