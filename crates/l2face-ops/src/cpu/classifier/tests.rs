//! The classifier against sums in f64.
use super::*;

fn noise(seed: u64, len: usize, size: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 40) as f32 / (1 << 23) as f32 - 1.) * size
    };
    (0..len).map(|_| next()).collect()
}

/// Loss and gradients of x, W and b by the formulas, in f64.
fn slowly(p: &Problem<'_>, upstream: f64) -> (f64, [Vec<f64>; 3]) {
    let (dim, classes, n) = (p.dim(), p.classes(), p.labels.len());
    let (mut loss, mut dx, mut dw, mut db) = (0., vec![0.; n * dim], vec![0.; classes * dim], vec![0.; classes]);
    for i in 0..n {
        let x = &p.x[i * dim..][..dim];
        let logit = |c: usize| {
            let w = &p.weight[c * dim..][..dim];
            let dot: f64 = w.iter().zip(x).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum();
            dot + p.bias.map_or(0., |b| f64::from(b[c]))
        };
        let z: Vec<f64> = (0..classes).map(logit).collect();
        let most = z.iter().copied().fold(f64::MIN, f64::max);
        let sum: f64 = z.iter().map(|z| (z - most).exp()).sum();
        let label = p.labels[i] as usize;
        loss += (sum.ln() + most - z[label]) / n as f64;
        for c in 0..classes {
            let g = ((z[c] - most).exp() / sum - f64::from(u8::from(c == label))) * upstream / n as f64;
            db[c] += g;
            for k in 0..dim {
                dx[i * dim + k] += g * f64::from(p.weight[c * dim + k]);
                dw[c * dim + k] += g * f64::from(x[k]);
            }
        }
    }
    (loss, [dx, dw, db])
}

fn relative_error(got: &[f32], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let most = want.iter().fold(f64::MIN_POSITIVE, |m, v| m.max(v.abs()));
    let larger = |m: f64, d: f64| if d.is_nan() { f64::INFINITY } else { m.max(d) };
    got.iter().zip(want).map(|(g, w)| (f64::from(*g) - w).abs() / most).fold(0., larger)
}

/// Shapes around every edge: panels of 16, blocks of 96 classes, passes of 256 features, several tasks.
const SHAPES: [[usize; 3]; 9] = [
    [1, 1, 2],
    [2, 3, 4],
    [16, 16, 96],
    [17, 15, 97],
    [5, 300, 50],
    [33, 31, 700],
    [48, 257, 193],
    [3, 512, 1000],
    [70, 40, 3001],
];

#[test]
fn both_forms_agree_with_the_formulas() {
    for (i, [n, dim, classes]) in SHAPES.into_iter().enumerate() {
        let (x, weight) = (noise(i as u64 + 1, n * dim, 1.), noise(i as u64 + 50, classes * dim, 0.5));
        let bias = noise(i as u64 + 99, classes, 1.);
        let labels: Vec<u32> = (0..n).map(|k| (k * 7919 % classes) as u32).collect();
        let p = Problem { x: &x, weight: &weight, bias: (i % 3 != 2).then_some(&bias[..]), labels: &labels };
        let (loss, [dx, dw, db]) = slowly(&p, 3.);
        for keep in [true, false] {
            let (normalisers, kept) = normalise(&p, keep);
            assert_eq!(kept.is_some(), keep);
            assert!((f64::from(normalisers.loss(n)) / loss - 1.).abs() < 1e-6, "{n} {dim} {classes}");
            let g = gradients(&p, &normalisers, kept, 3., Wanted { x: true, weight: true, bias: true });
            for (got, want) in [(g.x, &dx), (g.weight, &dw), (g.bias, &db)] {
                let error = relative_error(&got.unwrap(), want);
                assert!(error <= 1e-5, "{n} {dim} {classes} {keep}: {error}");
            }
        }
    }
}

#[test]
fn what_nobody_wants_is_not_computed() {
    let (x, weight) = (noise(1, 6, 1.), noise(2, 12, 1.));
    let p = Problem { x: &x, weight: &weight, bias: None, labels: &[3, 0] };
    let (normalisers, _) = normalise(&p, false);
    let g = gradients(&p, &normalisers, None, 1., Wanted { x: false, weight: false, bias: false });
    assert!(g.x.is_none() && g.weight.is_none() && g.bias.is_none());
}

#[test]
fn exponentials_of_half_a_million_numbers() {
    use crate::cpu::simd::{dispatch, Eight, Kernel, Simd};
    struct All<'a>(&'a mut [Eight]);
    impl Kernel for All<'_> {
        type Output = ();
        #[inline(always)]
        fn run<S: Simd>(self, s: S) {
            self.0.iter_mut().for_each(|x| {
                let y = exp::exp(s, s.load(x));
                s.store(y, x);
            });
        }
    }
    let at = |i: usize| -(i as f32) * 87. / 500_000.;
    let mut numbers: Vec<Eight> = (0..62_500).map(|i| std::array::from_fn(|k| at(i * 8 + k))).collect();
    dispatch(All(&mut numbers));
    for (i, got) in numbers.iter().flatten().enumerate() {
        let want = f64::from(at(i)).exp();
        assert!((f64::from(*got) / want - 1.).abs() < 2e-7, "{} {got} {want}", at(i));
    }
    let mut odd = [[0., -88., -1e9, f32::NEG_INFINITY, f32::NAN, -0., -87.3, -1e-30]];
    dispatch(All(&mut odd));
    assert_eq!((odd[0][0], odd[0][5], odd[0][7]), (1., 1., 1.));
    assert!(odd[0][4].is_nan() && odd[0][1..4].iter().all(|v| *v < 1.3e-38), "{odd:?}");
}
