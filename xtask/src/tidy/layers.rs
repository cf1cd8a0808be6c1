//! Who may depend on whom.

use super::lock::Graph;
use super::workspace::{Member, Workspace};

/// Parts that experiments combine freely, because none knows another.
const APART: [&str; 5] = ["l2face-backbone", "l2face-data", "l2face-detect", "l2face-head", "l2face-train"];
/// Crates that stay light: they build in seconds and run where no tensor library does.
const WITHOUT_CANDLE: [&str; 7] =
    ["l2face-eval", "l2face-hub", "l2face-image", "l2face-metrics", "l2face-pickle", "l2face-seed", "l2face-synth"];
/// Joins parts into what is published; only programs may build on it.
const JOINED: &str = "l2face-model";
/// What "depends on candle" means.
const CANDLE: [&str; 2] = ["candle-core", "candle-nn"];
const XTASK: &str = "xtask";

/// All findings on the direction of dependencies.
pub fn check(workspace: &Workspace, graph: &Graph) -> Vec<String> {
    let mut findings = apart(workspace);
    findings.extend(joined(workspace));
    findings.extend(without_candle(workspace, graph));
    findings.extend(xtask_alone(workspace, graph));
    findings
}

fn apart(workspace: &Workspace) -> Vec<String> {
    let declared = |m: &Member, n: &str| m.dependencies().any(|d| d.name == n);
    let pairs = APART.iter().flat_map(|a| APART.iter().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| a != b && workspace.member(a).is_some_and(|m| declared(m, b)))
        .map(|(a, b)| format!("{a} depends on {b}: these two never know each other; join them in an experiment"))
        .collect()
}

fn joined(workspace: &Workspace) -> Vec<String> {
    let library = |m: &&Member| m.name.starts_with("l2face-") && m.name != JOINED && m.name != "l2face-experiments";
    let users = workspace.members.iter().filter(library).filter(|m| m.dependencies().any(|d| d.name == JOINED));
    users.map(|m| format!("{} depends on {JOINED}: libraries stand below it, only programs use it", m.name)).collect()
}

fn without_candle(workspace: &Workspace, graph: &Graph) -> Vec<String> {
    let present = WITHOUT_CANDLE.iter().filter(|name| workspace.member(name).is_some());
    let paths = present.flat_map(|name| CANDLE.iter().filter_map(|candle| graph.path(name, candle)));
    paths.map(|path| format!("{} reaches candle ({}): it must build without", path[0], path.join(" -> "))).collect()
}

fn xtask_alone(workspace: &Workspace, graph: &Graph) -> Vec<String> {
    let ours = workspace.members.iter().map(|m| m.name.as_str());
    let forbidden = ours.filter(|name| *name != XTASK).chain(CANDLE);
    let paths = forbidden.filter_map(|name| graph.path(XTASK, name));
    paths.map(|path| format!("{}: xtask runs cargo and reads JSON, nothing else", path.join(" -> "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn workspace(edges: &[(&str, &[&str])]) -> (Workspace, Graph) {
        let mut lock = String::new();
        let mut members = Vec::new();
        for (name, needs) in edges {
            let quoted: Vec<_> = needs.iter().map(|n| format!(" \"{n}\",\n")).collect();
            lock += &format!("[[package]]\nname = \"{name}\"\ndependencies = [\n{}]\n", quoted.concat());
            let list: Vec<_> = needs.iter().map(|n| json!({"name": n, "kind": "dev"})).collect();
            if !name.starts_with("other") {
                members.push(Member::made_up(name, json!({"dependencies": list})));
            }
        }
        (Workspace { members }, Graph::parse(&lock))
    }

    fn findings(edges: &[(&str, &[&str])]) -> Vec<String> {
        let (workspace, graph) = workspace(edges);
        check(&workspace, &graph)
    }

    #[test]
    fn a_good_tree_passes() {
        let good: &[(&str, &[&str])] = &[
            ("l2face-head", &["candle-core", "l2face-ops"]),
            ("l2face-train", &["l2face-seed"]),
            ("l2face-eval", &["l2face-image", "other"]),
            ("xtask", &["anyhow"]),
        ];
        assert_eq!(findings(good), Vec::<String>::new());
    }

    #[test]
    fn parts_that_know_each_other_are_found() {
        let found = findings(&[("l2face-head", &["l2face-backbone"]), ("l2face-backbone", &[])]);
        assert!(found.iter().any(|f| f.starts_with("l2face-head depends on l2face-backbone")), "{found:?}");
    }

    #[test]
    fn a_library_on_the_joined_one_is_found() {
        let found = findings(&[("l2face-onnx", &["l2face-model"]), ("l2face-experiments", &["l2face-model"])]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("l2face-onnx depends on l2face-model"), "{found:?}");
    }

    #[test]
    fn candle_behind_another_crate_is_found() {
        let found = findings(&[("l2face-image", &["other"]), ("other", &["candle-nn"]), ("other-nn", &[])]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("l2face-image -> other -> candle-nn"), "{found:?}");
    }

    #[test]
    fn an_xtask_with_our_crates_is_found() {
        let found = findings(&[("xtask", &["l2face-metrics"]), ("l2face-metrics", &[])]);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
