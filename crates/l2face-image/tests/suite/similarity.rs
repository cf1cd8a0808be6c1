use crate::common::{distance, face, similarity};
use l2face_image::{Landmarks5, Point, Similarity, Template};

fn arc() -> [Point; 5] {
    Template::Arc112.points().0
}

fn assert_matrix(found: &Similarity, expected: [[f64; 3]; 2]) {
    for (f, e) in found.matrix().iter().flatten().zip(expected.iter().flatten()) {
        assert!((f - e).abs() < 1e-9 * e.abs().max(1.0), "{found:?} {expected:?}");
    }
}

/// Values of Umeyama's method:
/// ```python
/// def umeyama(src, dst):
///     n = len(src); ms, md = src.mean(0), dst.mean(0); s, d = src - ms, dst - md
///     u, g, vt = np.linalg.svd(d.T @ s / n)
///     e = np.diag([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
///     r = u @ e @ vt; c = np.trace(np.diag(g) @ e) / s.var(0).sum()
///     return np.c_[c * r, md - c * r @ ms]
/// face = np.array([[105.49, 115.57], [148.55, 114.41], [118.63, 137.30], [106.02, 160.15], [146.48, 160.52]])
/// arc = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
/// umeyama(face, arc); umeyama(face[[1, 0, 2, 4, 3]], arc)
/// ```
#[test]
fn agrees_with_umeyama_in_numpy() {
    let found = Similarity::estimate(&face().0, &arc()).unwrap();
    assert_matrix(
        &found,
        [
            [0.828_614_378_690_957_9, 0.008_484_335_361_826_93, -48.746_169_927_678_99],
            [-0.008_484_335_361_826_929, 0.828_614_378_690_958_1, -41.047_441_976_458_23],
        ],
    );
}

/// The second of the snippet above: exchanged sides, where an unconstrained fit would reflect.
#[test]
fn never_reflects() {
    let [a, b, n, c, d] = face().0;
    let found = Similarity::estimate(&[b, a, n, d, c], &arc()).unwrap();
    assert_matrix(
        &found,
        [
            [0.128_612_995_877_253_75, 0.012_416_323_841_291_904, 38.236_800_676_160_11],
            [-0.012_416_323_841_291_906, 0.128_612_995_877_253_75, 55.757_380_532_420_75],
        ],
    );
}

/// The slow way: the normal equations of the four unknowns a, b, tx, ty, solved by elimination.
fn by_normal_equations(from: &[Point], to: &[Point]) -> [f64; 4] {
    let mut m = [[0.0; 5]; 4];
    for (p, q) in from.iter().zip(to) {
        for row in [[p[0], -p[1], 1.0, 0.0, q[0]], [p[1], p[0], 0.0, 1.0, q[1]]] {
            for i in 0..4 {
                for j in 0..5 {
                    m[i][j] += row[i] * row[j];
                }
            }
        }
    }
    for i in 0..4 {
        let pivot = (i..4).max_by(|a, b| m[*a][i].abs().total_cmp(&m[*b][i].abs())).unwrap();
        m.swap(i, pivot);
        for k in 0..4 {
            if k != i {
                let factor = m[k][i] / m[i][i];
                let row = m[i];
                m[k].iter_mut().zip(row).for_each(|(v, r)| *v -= factor * r);
            }
        }
    }
    [0, 1, 2, 3].map(|i| m[i][4] / m[i][i])
}

#[test]
fn agrees_with_the_normal_equations() {
    for seed in 0..50 {
        let mut rng = l2face_seed::substream(seed, "similarity", 0);
        let mut point = || -> Point { [0, 1].map(|_| rand::Rng::random_range(&mut rng, -50.0..50.0)) };
        let n = 2 + seed as usize % 5;
        let from: Vec<Point> = (0..n).map(|_| point()).collect();
        let to: Vec<Point> = (0..n).map(|_| point()).collect();
        let m = Similarity::estimate(&from, &to).unwrap().matrix();
        let slow = by_normal_equations(&from, &to);
        for (f, s) in [m[0][0], m[1][0], m[0][2], m[1][2]].iter().zip(slow) {
            assert!((f - s).abs() < 1e-6, "{m:?} {slow:?}");
        }
    }
}

#[test]
fn recovers_an_exact_transform_and_inverts() {
    let truth = similarity(1.7, -2.5, 30.0, -8.0);
    let to = face().0.map(|p| truth.apply(p));
    let found = Similarity::estimate(&face().0, &to).unwrap();
    assert_matrix(&found, truth.matrix());
    assert!((found.scale() - 1.7).abs() < 1e-12 && (found.rotation() + 2.5).abs() < 1e-12);
    for p in face().0 {
        assert!(distance(found.inverse().apply(found.apply(p)), p) < 1e-9);
        let twice = found.then(&truth).apply(p);
        assert!(distance(twice, truth.apply(found.apply(p))) < 1e-9);
    }
    assert_matrix(&found.then(&found.inverse()), Similarity::identity().matrix());
}

#[test]
fn degenerate_points_give_none() {
    let arc = arc();
    assert!(Similarity::estimate(&[], &[]).is_none());
    assert!(Similarity::estimate(&arc[..1], &arc[..1]).is_none(), "one point");
    assert!(Similarity::estimate(&arc, &arc[..4]).is_none(), "lengths");
    assert!(Similarity::estimate(&[[7.0, 9.0]; 5], &arc).is_none(), "coinciding");
    assert!(Similarity::estimate(&arc, &[[7.0, 9.0]; 5]).is_none(), "scale 0");
    let noise = [[1e6, 1e6], [1e6 + 1e-6, 1e6]];
    assert!(Similarity::estimate(&noise, &arc[..2]).is_none(), "coinciding but for rounding");
    let Landmarks5(mut bad) = face();
    bad[3][1] = f64::NAN;
    assert!(Similarity::estimate(&bad, &arc).is_none());
    bad[3][1] = f64::INFINITY;
    assert!(Similarity::estimate(&bad, &arc).is_none());
    assert!(Similarity::new(0.0, 0.0, 1.0, 1.0).is_none());
    assert!(Similarity::new(1.0, f64::NAN, 1.0, 1.0).is_none());
    assert!(Similarity::new(1e-200, 0.0, 1.0, 1.0).is_none(), "its inverse is not finite");
}
