//! Values of numpy 1.26, scikit-learn 1.9 and scipy 1.17, made by this script:
//! ```python
//! import numpy as np
//! from sklearn.metrics import roc_curve, roc_auc_score
//! from scipy.optimize import brentq
//! from scipy.stats import beta
//! def lcg(seed, n):
//!     out = []
//!     for _ in range(n):
//!         seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
//!         out.append((seed >> 33) % 60)
//!     return np.array(out)
//! g = (lcg(1, 200) + 20) / 64; i = lcg(2, 300) / 64          # many ties, exact in binary
//! y = np.r_[np.ones(200), np.zeros(300)]; s = np.r_[g, i]
//! far, tar, thr = roc_curve(y, s, drop_intermediate=False)
//! u = np.unique(far); best = np.array([tar[far == f].max() for f in u])
//! for x in (1e-4, 1e-3, 1e-2, .1, .5):
//!     print("interp", x, repr(np.interp(x, u, best)))
//!     print("conservative", x, repr(best[u <= x].max()), repr(u[u <= x].max()))
//! print("auc", repr(roc_auc_score(y, s)), "points", len(far))
//! print("eer", repr(brentq(lambda x: 1 - x - np.interp(x, far, tar), 0, 1, xtol=1e-15)))
//! for k, n, c in ((0,10,.95), (10,10,.95), (3,10,.95), (950,1000,.99), (1,100000,.95), (8000,10270,.95)):
//!     a = (1 - c) / 2
//!     print(k, n, c, beta.ppf(a, k, n-k+1) if k else 0.0, beta.ppf(1-a, k+1, n-k) if k < n else 1.0)
//! ```
use l2face_metrics::{clopper_pearson, FarMode, ScoreSet};

fn lcg(mut seed: u64, n: usize, add: u64) -> Vec<f64> {
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) % 60 + add) as f64 / 64.0
    };
    (0..n).map(|_| next()).collect()
}

fn scores() -> ScoreSet {
    ScoreSet::new(lcg(1, 200, 20), lcg(2, 300, 0)).unwrap()
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} {b}");
}

#[test]
fn tar_at_far_agrees() {
    // target, interpolated TAR, conservative TAR, its FAR
    let expected = [
        (1e-4, 0.31025, 0.31, 0.0),
        (1e-3, 0.3125, 0.31, 0.0),
        (1e-2, 0.335, 0.335, 0.01),
        (0.1, 0.4161111111111111, 0.405, 0.08666666666666667),
        (0.5, 0.79, 0.785, 0.49),
    ];
    let s = scores();
    for (far, interp, tar, achieved) in expected {
        close(s.tar_at_far(far, FarMode::Interp).unwrap().tar, interp);
        let c = s.tar_at_far(far, FarMode::Conservative).unwrap();
        close(c.tar, tar);
        close(c.achieved_far, achieved);
        assert_eq!(c.k_zero, far < 1.0 / 300.0);
        assert_eq!((s.tar(c.threshold), s.far(c.threshold)), (c.tar, c.achieved_far));
    }
}

#[test]
fn curve_agrees() {
    let s = scores();
    let roc = s.roc();
    assert_eq!(roc.len(), 80);
    assert_eq!((roc[0].far, roc[0].tar, roc[79].far, roc[79].tar), (0.0, 0.0, 1.0, 1.0));
    assert!(roc.iter().skip(1).all(|p| (s.far(p.threshold), s.tar(p.threshold)) == (p.far, p.tar)));
    close(s.auc(), 0.775_166_666_666_666_7);
    close(s.eer(), 0.311_428_571_428_571_44);
}

#[test]
fn intervals_agree() {
    let expected = [
        (0, 10, 0.95, 0.0, 0.3084971078187607),
        (10, 10, 0.95, 0.6915028921812392, 1.0),
        (3, 10, 0.95, 0.0667395111777345, 0.6524528500599973),
        (950, 1000, 0.99, 0.9294956247985419, 0.9660733372897797),
        (1, 100_000, 0.95, 2.531780477933316e-07, 5.571516034774275e-05),
        (8000, 10_270, 0.95, 0.7708155753253582, 0.7869616819037917),
    ];
    for (k, n, c, low, high) in expected {
        let (a, b) = clopper_pearson(k, n, c).unwrap();
        assert!((a - low).abs() <= 1e-10 * low.max(1e-3), "{k}/{n}: {a} {low}");
        assert!((b - high).abs() <= 1e-10 * high.max(1e-3), "{k}/{n}: {b} {high}");
    }
    assert!(clopper_pearson(0, 0, 0.95).is_err());
    assert!(clopper_pearson(2, 1, 0.95).is_err());
    assert!(clopper_pearson(1, 2, 1.0).is_err());
}
