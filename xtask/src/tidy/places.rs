//! A tracked file names no place of the machine it was written on, and no package mirror.

use std::path::Path;

/// Home folders; split in two so that this file does not find itself.
const HOMES: [&str; 3] = [concat!("/", "home/"), concat!("/", "root/"), concat!("/", "Users/")];
/// Words of package mirrors; split likewise.
const MIRRORS: [&str; 5] = [
    concat!("arti", "factory"),
    concat!("jf", "rog"),
    concat!("dev", "pi."),
    concat!("verd", "accio"),
    concat!("nexus", "-repo"),
];
/// First folders of a checkout that ordinary text mentions too.
const ORDINARY: [&str; 12] =
    ["app", "build", "builds", "code", "data", "mnt", "opt", "src", "tmp", "usr", "var", "workspace"];

/// All findings on the text of one file; `root` is where the workspace lies now.
pub fn check(root: &Path, name: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let own = own_places(root);
    for (number, line) in text.lines().enumerate() {
        let mut found = |what: &str| findings.push(format!("{name}:{}: {what}", number + 1));
        if HOMES.iter().map(|h| (*h).to_owned()).chain(own.clone()).any(|place| names(line, &place)) {
            found("a path of one machine; make it relative");
        }
        if MIRRORS.iter().any(|mirror| line.contains(mirror)) {
            found("a package mirror; it belongs into the user's own configuration");
        }
    }
    if name.starts_with(".cargo/") && text.contains("[source") {
        findings.push(format!("{name}: a [source] table; it belongs into the user's own configuration"));
    }
    findings
}

/// The root itself, and the folder at the top of the disk that it lies in.
fn own_places(root: &Path) -> Vec<String> {
    let text = root.to_string_lossy().replace('\\', "/");
    let first = text.split('/').nth(1).filter(|f| text.starts_with('/') && !ORDINARY.contains(f));
    first.map(|f| format!("/{f}/")).into_iter().chain([text.clone()]).filter(|p| p.len() > 2).collect()
}

/// Whether the line has the place as an absolute path, not as the tail of a relative one or of an address.
fn names(line: &str, place: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "._-/}~*>".contains(c);
    line.match_indices(place).any(|(at, _)| !line[..at].ends_with(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder at the top of a disk; joined to its slash only at run time.
    const FARM: &str = "farm";

    fn found(text: &str) -> usize {
        check(Path::new(&format!("/{FARM}/l2face")), "a.md", text).len()
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        for home in HOMES {
            assert_eq!(found(&format!("see {home}x")), 1, "{home}");
        }
        assert_eq!(found(&format!("cd /{FARM}/other")), 1);
        assert_eq!(found(&format!("`/{FARM}/l2face`")), 1);
    }

    #[test]
    fn relative_paths_and_addresses_pass() {
        let line = "../farm/x, target/farm/y, https://host/farm/z, $OUT/farm/, ~/farm/";
        assert_eq!(found(line), 0);
        assert_eq!(found("../shared/data and crates/l2face-head/src"), 0);
    }

    #[test]
    fn a_common_folder_is_judged_by_the_whole_root() {
        // Put together here: a checkout in that very folder must not find this test.
        let root = ["", "tmp", "checkout"].join("/");
        let at = |text: &str| check(Path::new(&root), "a.md", text).len();
        assert_eq!(at("--out /tmp/run"), 0);
        assert_eq!(at(&format!("--out {root}/run")), 1);
    }

    #[test]
    fn mirrors_are_found() {
        assert_eq!(found(&format!("index = https://{}.example", MIRRORS[0])), 1);
        assert_eq!(check(Path::new("/a/b"), ".cargo/config.toml", "[source.crates-io]\n").len(), 1);
    }
}
