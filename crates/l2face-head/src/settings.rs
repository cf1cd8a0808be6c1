//! The one place where settings of a head are checked.

use crate::{alpha_lower_bound, Alpha, HeadError, Warning};

/// Refuses what cannot work and warns of what works badly; `alpha` is `None` for the plain softmax.
///
/// # Errors
/// No dimension, fewer than 2 classes, an alpha that is not positive and finite, or one that starts at the bound of fewer
/// than 3 classes.
pub fn check(dim: usize, classes: usize, alpha: Option<Alpha>) -> Result<Vec<Warning>, HeadError> {
    if dim == 0 {
        return Err(HeadError::Dim);
    }
    if classes < 2 {
        return Err(HeadError::Classes { classes, least: 2, needs: "a softmax" });
    }
    let Some(alpha) = alpha else {
        return Ok(Vec::new());
    };
    let alpha = alpha.start(classes)?;
    let bound = alpha_lower_bound(classes, 0.9).ok();
    let low = bound.filter(|&bound| alpha < bound);
    Ok(low.map(|bound| Warning::AlphaBelowBound { alpha, bound }).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXED: Option<Alpha> = Some(Alpha::Fixed(16.));

    #[test]
    fn what_cannot_work_is_refused() {
        assert_eq!(check(0, 10, None), Err(HeadError::Dim));
        for (classes, alpha) in [(0, None), (1, None), (1, FIXED)] {
            let error = check(4, classes, alpha).unwrap_err();
            assert_eq!(error.to_string(), format!("{classes} classes: a softmax needs at least 2"));
        }
        for bad in [0., -1., f64::INFINITY] {
            assert_eq!(check(4, 10, Some(Alpha::Fixed(bad))), Err(HeadError::Alpha(bad)));
            assert_eq!(check(4, 10, Some(Alpha::Trained(Some(bad)))), Err(HeadError::Alpha(bad)));
        }
        let nan = check(4, 10, Some(Alpha::Fixed(f64::NAN))).unwrap_err();
        assert_eq!(nan.to_string(), "alpha = NaN: must be positive and finite");
        let two = check(4, 2, Some(Alpha::Trained(None))).unwrap_err();
        assert!(matches!(two, HeadError::Classes { least: 3, .. }));
    }

    #[test]
    fn what_works_badly_is_told() {
        let warnings = check(512, 13_403, Some(Alpha::Fixed(8.))).unwrap();
        let [Warning::AlphaBelowBound { alpha, bound }] = warnings[..] else { panic!("{warnings:?}") };
        assert_eq!(alpha, 8.);
        assert!((bound - 11.70).abs() < 0.005);
        assert!(warnings[0].to_string().starts_with("alpha = 8 is below 11.70"));
    }

    #[test]
    fn what_works_is_quiet() {
        let quiet = [None, FIXED, Some(Alpha::Trained(None)), Some(Alpha::Trained(Some(12.)))];
        for alpha in quiet {
            assert_eq!(check(512, 13_403, alpha), Ok(vec![]), "{alpha:?}");
        }
        assert_eq!(check(2, 2, FIXED), Ok(vec![]), "two classes have no bound");
    }
}
