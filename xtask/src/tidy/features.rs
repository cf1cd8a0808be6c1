//! Every crate on candle forwards candle's back ends.

use super::workspace::{Member, Workspace};

const BACK_ENDS: [&str; 5] = ["accelerate", "cuda", "cudnn", "metal", "mkl"];
const CANDLE: [&str; 2] = ["candle-core", "candle-nn"];

/// All findings on the back-end features.
pub fn check(workspace: &Workspace) -> Vec<String> {
    let on_candle: Vec<&Member> = workspace.members.iter().filter(|m| uses_candle(m)).collect();
    let pairs = on_candle.iter().flat_map(|m| BACK_ENDS.iter().map(move |b| (*m, *b)));
    pairs.filter_map(|(member, back_end)| finding(member, back_end, &on_candle)).collect()
}

fn uses_candle(member: &Member) -> bool {
    member.dependencies().any(|d| !d.dev && CANDLE.contains(&d.name))
}

fn finding(member: &Member, back_end: &str, on_candle: &[&Member]) -> Option<String> {
    let Some(turned_on) = member.feature(back_end) else {
        return Some(format!("{}: no feature `{back_end}`", member.name));
    };
    let forwarded = |name: &str| {
        let plain = format!("{name}/{back_end}");
        turned_on.iter().any(|f| f.replace("?/", "/") == plain)
    };
    let takes_it = |name: &str| CANDLE.contains(&name) || on_candle.iter().any(|m| m.name == name);
    let mut needed = member.dependencies().filter(|d| !d.dev && takes_it(d.name));
    let missing = needed.find(|d| !forwarded(d.name))?;
    Some(format!("{}: feature `{back_end}` lacks \"{}/{back_end}\"", member.name, missing.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, Value};

    fn member(name: &str, needs: &[&str], forwards: &[&str]) -> Member {
        let list: Vec<Value> = needs.iter().map(|n| json!({"name": n, "kind": null})).collect();
        let features: serde_json::Map<_, _> = BACK_ENDS
            .iter()
            .map(|b| ((*b).to_owned(), forwards.iter().map(|f| format!("{f}/{b}")).collect()))
            .collect();
        Member::made_up(name, json!({"dependencies": list, "features": features}))
    }

    #[test]
    fn forwarded_features_pass() {
        let ops = member("ops", &["candle-core"], &["candle-core"]);
        let head = member("head", &["candle-nn", "ops"], &["candle-nn", "ops"]);
        let image = Member::made_up("image", json!({"dependencies": [], "features": {}}));
        assert_eq!(check(&Workspace { members: vec![ops, head, image] }), Vec::<String>::new());
    }

    #[test]
    fn a_missing_feature_is_found() {
        let bare = Member::made_up("ops", json!({"dependencies": [{"name": "candle-core"}], "features": {}}));
        assert_eq!(check(&Workspace { members: vec![bare] }).len(), BACK_ENDS.len());
    }

    #[test]
    fn a_feature_that_forgets_our_own_crate_is_found() {
        let ops = member("ops", &["candle-core"], &["candle-core"]);
        let head = member("head", &["candle-core", "ops"], &["candle-core"]);
        let found = check(&Workspace { members: vec![ops, head] });
        assert_eq!(found.len(), BACK_ENDS.len());
        assert!(found.contains(&"head: feature `cuda` lacks \"ops/cuda\"".to_owned()), "{found:?}");
    }
}
