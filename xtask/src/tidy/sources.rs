//! What Rust sources must not contain.

use std::path::Path;

use anyhow::Result;

use super::rust_code::{code_only, test_module_files, without_tests};
use super::workspace::Workspace;

/// More lines than this in one file is an error; 130 is normal.
const MAX_LINES: usize = 400;
/// Where `unsafe` is allowed: the operations, and one memory map.
const UNSAFE_PLACES: [&str; 2] = ["crates/l2face-ops/src/", "crates/l2face-data/src/mmap.rs"];
/// What a library leaves to the program that uses it.
const PROGRAM_ONLY: [(&str, &str); 12] = [
    ("print!", "a library never prints"),
    ("println!", "a library never prints"),
    ("eprint!", "a library never prints"),
    ("eprintln!", "a library never prints"),
    ("dbg!", "a library never prints"),
    ("env::args", "a library never reads arguments"),
    ("env::args_os", "a library never reads arguments"),
    ("env::var", "a library never reads the environment"),
    ("env::var_os", "a library never reads the environment"),
    ("process::exit", "a library returns errors"),
    ("cuda_if_available", "a library never chooses a device"),
    ("metal_if_available", "a library never chooses a device"),
];

/// All findings on one Rust file; `name` is its path from the root, with forward slashes, and `tests_only` what
/// [`test_modules`] found.
pub fn check(name: &str, source: &str, tests_only: &[String]) -> Vec<String> {
    let code = code_only(source);
    let mut findings = too_long(name, source);
    findings.extend(unsafe_code(name, &code));
    if is_library(name) && !tests_only.iter().any(|test| name.starts_with(test.as_str())) {
        findings.extend(program_only(name, &without_tests(&code)));
    }
    findings
}

fn is_library(name: &str) -> bool {
    name.starts_with("crates/") && name.contains("/src/")
}

fn too_long(name: &str, source: &str) -> Vec<String> {
    let lines = source.lines().count();
    let finding = || format!("{name}: {lines} lines, at most {MAX_LINES}: split it by concept");
    (lines > MAX_LINES).then(finding).into_iter().collect()
}

fn unsafe_code(name: &str, code: &str) -> Vec<String> {
    if UNSAFE_PLACES.iter().any(|place| name.starts_with(place)) {
        return Vec::new();
    }
    let lines = lines_with(code, "unsafe");
    lines.map(|line| format!("{name}:{line}: `unsafe` belongs into l2face-ops")).collect()
}

fn program_only(name: &str, code: &str) -> Vec<String> {
    let finding = |word: &str, why: &str| -> Vec<String> {
        lines_with(code, word).map(|line| format!("{name}:{line}: `{word}`: {why}")).collect()
    };
    PROGRAM_ONLY.iter().flat_map(|(word, why)| finding(word, why)).collect()
}

/// Numbers, from one, of the lines that contain the whole word.
fn lines_with<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let lines = code.lines().enumerate();
    lines.filter(move |(_, line)| has_word(line, word)).map(|(at, _)| at + 1)
}

fn has_word(line: &str, word: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].ends_with(in_name);
        let after = line[at + word.len()..].starts_with(in_name);
        !before && !after
    })
}

/// Beginnings of the paths that hold tests only: `#[cfg(test)] mod name;` makes `name.rs` and `name/` such.
pub fn test_modules(root: &Path, workspace: &Workspace) -> Result<Vec<String>> {
    let mut prefixes = Vec::new();
    for member in workspace.members.iter().filter(|m| m.publish) {
        for file in rust_files(&member.dir.join("src"))? {
            let code = code_only(&std::fs::read_to_string(&file)?);
            let names = test_module_files(&code);
            let folder = module_folder(&file);
            let relative = folder.strip_prefix(root).unwrap_or(&folder).to_string_lossy().replace('\\', "/");
            prefixes.extend(names.iter().flat_map(|n| [format!("{relative}/{n}.rs"), format!("{relative}/{n}/")]));
        }
    }
    Ok(prefixes)
}

/// Where the modules declared in a file live.
fn module_folder(file: &Path) -> std::path::PathBuf {
    let root_like = ["lib.rs", "main.rs", "mod.rs"];
    if file.file_name().is_some_and(|n| root_like.iter().any(|r| n == *r)) {
        return file.parent().unwrap_or(file).to_path_buf();
    }
    file.with_extension("")
}

fn rust_files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, source: &str) -> Vec<String> {
        super::check(name, source, &["crates/l2face-head/src/b.rs".to_owned()])
    }

    const LIBRARY: &str = "crates/l2face-head/src/a.rs";

    #[test]
    fn a_library_that_acts_like_a_program_is_found() {
        for bad in [
            "fn f() { println!(\"x\") }",
            "fn f() { std::env::var(\"X\") }",
            "use std::env; fn f() { env::args().count() }",
            "fn f() { std::process::exit(1) }",
            "fn f() { Device::cuda_if_available(0) }",
        ] {
            assert_eq!(check(LIBRARY, bad).len(), 1, "{bad}");
            assert_eq!(check("experiments/src/bin/a.rs", bad), Vec::<String>::new());
        }
    }

    #[test]
    fn comments_tests_and_longer_names_pass() {
        let good = "/// println!\nfn my_println() {} // dbg!(x)\nconst A: &str = \"println!\";\n\
            #[cfg(test)]\nmod tests { fn f() { println!(\"x\") } }\n";
        assert_eq!(check(LIBRARY, good), Vec::<String>::new());
        let test_file = check("crates/l2face-head/src/b.rs", "fn f() { println!() }");
        assert_eq!(test_file, Vec::<String>::new());
    }

    #[test]
    fn the_finding_names_the_line() {
        let found = check(LIBRARY, "fn f() {}\n\nfn g() { dbg!(1); }\n");
        assert!(found[0].starts_with("crates/l2face-head/src/a.rs:3:"), "{found:?}");
    }

    #[test]
    fn unsafe_has_its_places() {
        let code = "fn f() { unsafe { g() } }";
        assert_eq!(check("xtask/src/a.rs", code).len(), 1);
        assert_eq!(check("crates/l2face-data/src/lib.rs", code).len(), 1);
        assert_eq!(check("crates/l2face-ops/src/a.rs", code), Vec::<String>::new());
        assert_eq!(check(LIBRARY, "#![deny(unsafe_code)] // unsafe"), Vec::<String>::new());
    }

    #[test]
    fn a_long_file_is_found() {
        assert_eq!(check(LIBRARY, &"\n".repeat(MAX_LINES)), Vec::<String>::new());
        assert_eq!(check(LIBRARY, &"\n".repeat(MAX_LINES + 1)).len(), 1);
    }

    #[test]
    fn modules_live_beside_or_below_their_parent() {
        assert_eq!(module_folder(Path::new("a/src/lib.rs")), Path::new("a/src"));
        assert_eq!(module_folder(Path::new("a/src/b.rs")), Path::new("a/src/b"));
    }
}
