//! People from labels of pairs.

use std::path::Path;

use crate::protocol::Verification;
use crate::EvalError;

/// For each of `n` templates the lowest index of its group; pairs of label 1 join groups.
pub(super) fn groups(n: usize, pairs: &[(u32, u32)], labels: &[bool]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..n as u32).collect();
    for (&(a, b), _) in pairs.iter().zip(labels).filter(|(_, same)| **same) {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b) as usize] = a.min(b);
    }
    (0..n as u32).map(|i| root(&mut parent, i)).collect()
}

fn root(parent: &mut [u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        parent[i as usize] = parent[parent[i as usize] as usize];
        i = parent[i as usize];
    }
    i
}

/// Fails at the first pair whose label disagrees with the subjects.
pub(super) fn check_labels(path: &Path, verify: &Verification, labels: &[bool]) -> Result<(), EvalError> {
    match verify.pairs.iter().zip(labels).find(|(pair, label)| verify.is_genuine(**pair) != **label) {
        None => Ok(()),
        Some((&(a, b), &label)) => Err(EvalError::LabelContradicts {
            path: path.to_owned(),
            first: verify.templates[a as usize].id,
            second: verify.templates[b as usize].id,
            label: u8::from(label),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn chains_are_one_person() {
        let pairs = [(4, 3), (0, 1), (3, 2), (5, 0), (2, 0)];
        assert_eq!(groups(6, &pairs, &[true, false, true, false, false]), [0, 1, 2, 2, 2, 5]);
    }
}
