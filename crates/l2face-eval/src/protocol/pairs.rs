//! Comparisons that say nothing, or say something twice.

use rayon::prelude::*;

use super::TemplateSpec;
use crate::EvalError;

/// The comparison, if it is of two templates.
pub(crate) fn not_itself(
    at: impl FnOnce() -> String,
    templates: &[TemplateSpec],
    (a, b): (u32, u32),
) -> Result<(u32, u32), EvalError> {
    if a != b {
        return Ok((a, b));
    }
    let problem =
        format!("template {} is compared with itself, which any network gets right", templates[a as usize].id);
    Err(EvalError::BadRow { at: at(), problem })
}

/// How many comparisons are in the list already, in this order or the other. Of IJB-C's 15.7 million it sorts eight bytes each.
pub(crate) fn repeated_pairs(pairs: &[(u32, u32)]) -> usize {
    let mut keys: Vec<u64> = pairs.iter().map(|&(a, b)| u64::from(a.min(b)) << 32 | u64::from(a.max(b))).collect();
    keys.par_sort_unstable();
    keys.windows(2).filter(|two| two[0] == two[1]).count()
}

#[cfg(test)]
mod tests {
    use super::repeated_pairs;

    #[test]
    fn the_order_of_the_two_does_not_matter() {
        assert_eq!(repeated_pairs(&[]), 0);
        assert_eq!(repeated_pairs(&[(0, 1), (0, 2), (1, 2)]), 0);
        assert_eq!(repeated_pairs(&[(0, 1), (2, 0), (1, 0), (0, 1), (0, 2)]), 3);
    }
}
