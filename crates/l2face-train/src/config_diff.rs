//! Where two configurations differ, in dotted keys.

use std::collections::BTreeMap;

use serde_json::Value;

/// At most this many differences are told.
const MOST: usize = 5;

/// The first differing keys as `a.b (stored 1, now 2)`; empty when the values agree.
pub(crate) fn differences(stored: &Value, now: &Value) -> Vec<String> {
    let (stored, now) = (leaves(stored), leaves(now));
    let mut keys: Vec<_> = stored.keys().chain(now.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.retain(|key| stored.get(*key) != now.get(*key));
    let mut told: Vec<_> = keys.iter().take(MOST).map(|k| tell(k, &stored, &now)).collect();
    if keys.len() > MOST {
        told.push(format!("and {} more", keys.len() - MOST));
    }
    told
}

fn tell(key: &str, stored: &Leaves<'_>, now: &Leaves<'_>) -> String {
    let text = |side: &Leaves<'_>| side.get(key).map_or("absent".into(), |v| v.to_string());
    let key = if key.is_empty() { "it all" } else { key };
    format!("{key} (stored {}, now {})", text(stored), text(now))
}

type Leaves<'a> = BTreeMap<String, &'a Value>;

fn leaves(value: &Value) -> Leaves<'_> {
    let mut found = BTreeMap::new();
    collect("", value, &mut found);
    found
}

/// Lists, and empty tables, are leaves.
fn collect<'a>(at: &str, value: &'a Value, found: &mut Leaves<'a>) {
    match value {
        Value::Object(table) if !table.is_empty() => {
            for (key, inner) in table {
                let dot = if at.is_empty() { "" } else { "." };
                collect(&format!("{at}{dot}{key}"), inner, found);
            }
        }
        leaf => {
            found.insert(at.to_string(), leaf);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_changed_added_and_removed_keys() {
        let a = json!({"lr": 0.1, "net": {"stages": [1, 2], "bn": true}, "old": {}});
        let b = json!({"lr": 0.1, "net": {"stages": [1, 3], "bn": true}, "new": null});
        let expected =
            ["net.stages (stored [1,2], now [1,3])", "new (stored absent, now null)", "old (stored {}, now absent)"];
        assert_eq!(differences(&a, &b), expected);
        assert!(differences(&a, &a).is_empty());
    }

    #[test]
    fn tells_a_few_and_counts_the_rest() {
        let many: serde_json::Map<_, _> = (0..9).map(|i| (format!("k{i}"), json!(i))).collect();
        let told = differences(&Value::Object(many), &json!(1));
        assert_eq!(told.len(), 6);
        assert_eq!(told[5], "and 5 more");
    }
}
