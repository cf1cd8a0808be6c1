//! What every Cargo.toml of the workspace has in common.

use super::workspace::Member;

/// All findings on one manifest.
pub fn check(name: &str, manifest: &str) -> Vec<String> {
    let mut findings = own_versions(name, manifest);
    if !shares_lints(manifest) {
        findings.push(format!("{name}: Cargo.toml lacks `[lints]` with `workspace = true`"));
    }
    findings
}

/// A published crate shows its README on its page.
pub fn readme(member: &Member) -> Option<String> {
    let missing = member.publish && !member.dir.join("README.md").is_file();
    missing.then(|| format!("{}: has no README.md", member.name))
}

fn shares_lints(manifest: &str) -> bool {
    sections(manifest).any(|(title, lines)| title == "lints" && lines.iter().any(|l| takes_workspace(l)))
}

/// Dependencies that state a version, path or source of their own.
fn own_versions(name: &str, manifest: &str) -> Vec<String> {
    let why = "versions stand once, in [workspace.dependencies]; write `workspace = true`";
    let mut findings = Vec::new();
    for (title, lines) in sections(manifest) {
        let Some(table) = title.split('.').position(|part| part.ends_with("dependencies")) else {
            continue;
        };
        if title.split('.').count() > table + 1 {
            // [dependencies.foo]: one dependency over several lines
            if !lines.iter().any(|l| takes_workspace(l)) {
                findings.push(format!("{name}: [{title}]: {why}"));
            }
            continue;
        }
        let own = lines.iter().filter(|l| l.contains('=') && !takes_workspace(l));
        findings.extend(own.map(|line| format!("{name}: {}: {why}", line.trim())));
    }
    findings
}

fn takes_workspace(line: &str) -> bool {
    let squeezed: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    squeezed.contains("workspace=true")
}

/// The tables of a manifest: title without brackets, lines without comments.
fn sections(manifest: &str) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = vec![("", Vec::new())];
    for line in manifest.lines().map(str::trim).filter(|l| !l.starts_with('#')) {
        match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            Some(title) => all.push((title.trim_matches(|c| c == '[' || c == ']'), Vec::new())),
            None => all.last_mut().into_iter().for_each(|(_, lines)| lines.push(line)),
        }
    }
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nversion.workspace = true\n[lints]\nworkspace = true\n\
        [dependencies]\n# a comment = 1\nserde = { workspace = true }\nrand.workspace = true\n\
        [dev-dependencies.proptest]\nworkspace = true\n";

    #[test]
    fn a_good_manifest_passes() {
        assert_eq!(check("a", GOOD), Vec::<String>::new());
    }

    #[test]
    fn a_version_of_its_own_is_found() {
        for bad in [
            "[dependencies]\nserde = \"1\"\n",
            "[dev-dependencies]\nrand = { version = \"0.9\" }\n",
            "[target.'cfg(unix)'.dependencies]\nlibc = { path = \"../libc\" }\n",
            "[dependencies.serde]\nversion = \"1\"\n",
        ] {
            let found = check("a", &format!("{GOOD}{bad}"));
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
        }
    }

    #[test]
    fn missing_lints_are_found() {
        assert_eq!(check("a", "[package]\nname = \"a\"\n[lints]\n").len(), 1);
    }

    #[test]
    fn a_missing_readme_is_found() {
        let member = Member::made_up("nowhere/at/all", serde_json::json!({}));
        assert!(readme(&member).is_some());
    }
}
