//! The least alpha that lets the right class win.

use crate::HeadError;

/// ln(p (C - 2) / (1 - p)): the alpha from which on the right one of `classes` classes can reach mean probability `p`.
///
/// From p = e^a / (e^a + C - 2 + e^-a) without its last term (paper, section 4.2 on the bound of alpha; p = 0.9 there). It
/// assumes class centres spread so that C - 2 are orthogonal to the right one and one is opposite, that is C < 2 D for
/// features of dimension D: for the thousands of people of a face set it is a guide.
///
/// ```
/// assert_eq!(format!("{:.2}", l2face_head::alpha_lower_bound(13_403, 0.9)?), "11.70");
/// # Ok::<(), l2face_head::HeadError>(())
/// ```
///
/// # Errors
/// Fewer than 3 classes, or `p` outside (0, 1).
pub fn alpha_lower_bound(classes: usize, p: f64) -> Result<f64, HeadError> {
    if classes < 3 {
        return Err(HeadError::Classes { classes, least: 3, needs: "the lower bound of alpha" });
    }
    if !(p > 0. && p < 1.) {
        return Err(HeadError::Probability(p));
    }
    Ok((p * (classes - 2) as f64 / (1. - p)).ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 11.70 for 13,403 and 13.17 for 58,207 people are the paper's own numbers; the rest follow from its formula.
    #[test]
    fn the_paper_s_numbers() {
        let table = [(10, 4.28, 6.67), (10_572, 11.46, 13.86), (13_403, 11.70, 14.10), (58_207, 13.17, 15.57)];
        for (classes, at_90, at_99) in table {
            assert!((alpha_lower_bound(classes, 0.9).unwrap() - at_90).abs() < 0.005);
            assert!((alpha_lower_bound(classes, 0.99).unwrap() - at_99).abs() < 0.005);
        }
    }

    /// Slow formula: softmax over explicit centres, one right, one opposite, the others orthogonal.
    #[test]
    fn at_the_bound_the_probability_is_p_up_to_the_opposite_centre() {
        for (classes, p) in [(10, 0.9), (100, 0.5), (13_403, 0.99)] {
            let a = alpha_lower_bound(classes, p).unwrap();
            let cosines = (0..classes).map(|j| [1., -1.].get(j).copied().unwrap_or(0.));
            let total: f64 = cosines.map(|c: f64| (a * c).exp()).sum();
            let got = a.exp() / total;
            assert!((got - p).abs() < 0.01 && got <= p, "{classes} {p} {got}");
        }
    }

    #[test]
    fn too_few_classes_and_impossible_probabilities_are_errors() {
        for classes in [0, 1, 2] {
            let message = alpha_lower_bound(classes, 0.9).unwrap_err().to_string();
            assert_eq!(message, format!("{classes} classes: the lower bound of alpha needs at least 3"));
        }
        for p in [0., 1., -0.1, 1.1, f64::NAN] {
            assert!(matches!(alpha_lower_bound(10, p), Err(HeadError::Probability(_))));
        }
    }
}
