//! The dependency graph of Cargo.lock: every platform and every feature, without downloading anything.

use std::collections::{BTreeMap, BTreeSet};

/// The one registry that a checkout may name.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Package name to the names of what it may depend on; versions of one name are taken together.
#[derive(Default)]
pub struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    /// Reads the text of Cargo.lock.
    pub fn parse(lock: &str) -> Self {
        let mut graph = Self::default();
        for package in lock.split("[[package]]").skip(1) {
            let mut lines = package.lines();
            let name = lines.by_ref().find_map(|l| quoted(l.strip_prefix("name = ")?));
            let Some(name) = name else { continue };
            let list = lines.skip_while(|l| *l != "dependencies = [").skip(1);
            let names = list.take_while(|l| *l != "]").filter_map(|l| quoted(l.trim().trim_end_matches(',')));
            let names = names.filter_map(|n| n.split(' ').next().map(str::to_owned));
            graph.0.entry(name.to_owned()).or_default().extend(names);
        }
        graph
    }

    /// A shortest chain of names from one package to another, both ends included.
    pub fn path(&self, from: &str, to: &str) -> Option<Vec<&str>> {
        let (start, _) = self.0.get_key_value(from)?;
        let mut seen = BTreeSet::from([start.as_str()]);
        let mut paths = std::collections::VecDeque::from([vec![start.as_str()]]);
        while let Some(path) = paths.pop_front() {
            let last = path[path.len() - 1];
            if last == to {
                return Some(path);
            }
            for next in self.0.get(last).into_iter().flatten() {
                if seen.insert(next) {
                    paths.push_back([path.as_slice(), &[next.as_str()]].concat());
                }
            }
        }
        None
    }
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

/// Packages from anywhere but the public registry or this workspace.
pub fn foreign_sources(lock: &str) -> Vec<String> {
    let sources = lock.lines().filter_map(|l| quoted(l.strip_prefix("source = ")?));
    sources
        .filter(|source| *source != REGISTRY)
        .map(|source| format!("Cargo.lock: {source}: only crates.io is allowed"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 4

[[package]]
name = "a"
version = "1.0.0"
dependencies = [
 "b",
 "c 2.0.0",
]

[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "c"
version = "2.0.0"
source = "git+https://example.org/c#1"
dependencies = [
 "candle-core",
]

[[package]]
name = "candle-core"
version = "0.1.0"
"#;

    #[test]
    fn a_chain_is_found_and_shown() {
        let graph = Graph::parse(LOCK);
        assert_eq!(graph.path("a", "candle-core"), Some(vec!["a", "c", "candle-core"]));
        assert_eq!(graph.path("b", "candle-core"), None);
        assert_eq!(graph.path("absent", "b"), None);
    }

    #[test]
    fn a_foreign_source_is_found() {
        let found = foreign_sources(LOCK);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("git+https://example.org/c"));
    }
}
