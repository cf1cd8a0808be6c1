//! Every instruction set and both first passes against sorting all scores.

use proptest::prelude::*;

use super::arith::Isa;
use super::first_pass::FirstPass;
use super::float_pass::FloatPass;
use super::quantised_pass::{QuantisedPass, QuantisedRows};
use super::tasks::run_on;
use super::{Hit, Subjects};
use crate::{dot, Pooled, UnitRows};

/// Rows of small whole numbers times a scale: ties, zeros and failed rows are frequent.
fn rows(dim: usize, values: &[i8], scale: f32, failing: usize) -> UnitRows {
    let row = |(i, v): (usize, &[i8])| {
        let vector = v.iter().map(|x| f64::from(f32::from(*x) * scale)).collect();
        (i % 7 != failing).then_some(Pooled { vector, feature_norm: 1.0 })
    };
    UnitRows::new(&values.chunks_exact(dim).enumerate().map(row).collect::<Vec<_>>())
}

/// All scores, sorted.
fn slow(probes: &UnitRows, gallery: &UnitRows, k: usize, subjects: Option<&Subjects<'_>>) -> Vec<Vec<Hit>> {
    let of_probe = |p: usize| {
        let Some(a) = probes.get(p) else { return vec![] };
        let hit = |g: usize| Some(Hit { index: g as u32, score: dot(a, gallery.get(g)?) + 0.0 });
        let mut all: Vec<Hit> = (0..gallery.len()).filter_map(hit).collect();
        let mate = |h: &Hit| subjects.is_some_and(|s| s.probes[p] == s.gallery[h.index as usize]);
        all.sort_by(|x, y| y.score.partial_cmp(&x.score).unwrap().then((mate(x), x.index).cmp(&(mate(y), y.index))));
        all.truncate(k);
        all
    };
    (0..probes.len()).map(of_probe).collect()
}

fn agree(probes: &UnitRows, gallery: &UnitRows, k: usize, subjects: Option<&Subjects<'_>>) {
    let want = slow(probes, gallery, k, subjects);
    let small = QuantisedRows::new(gallery).unwrap();
    for isa in Isa::all() {
        let float = FloatPass::new(probes, gallery).unwrap();
        let whole = QuantisedPass::new(probes, gallery, &small).unwrap();
        assert!(run_on(isa, &float, probes, gallery, k, subjects) == want, "f32, {isa:?}");
        assert!(run_on(isa, &whole, probes, gallery, k, subjects) == want, "8-bit, {isa:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn all_paths_sort_alike(
        dim in 1usize..40,
        k in 1usize..12,
        scale in prop_oneof![Just(1f32), Just(0.003), Just(1e-25), Just(1e12)],
        few in proptest::collection::vec(-3i8..4, 0..400),
        many in proptest::collection::vec(any::<i8>(), 0..4000),
        failing in 0usize..9,
        people in 1u64..9,
    ) {
        let (probes, gallery) = (rows(dim, &few, scale, failing), rows(dim, &many, 1.0, failing));
        agree(&probes, &gallery, k, None);
        agree(&gallery, &probes, k, None);
        agree(&probes, &probes, k, None);
        let of = |n: usize| (0..n as u64).map(|i| i * i % people).collect::<Vec<_>>();
        let (a, b) = (of(probes.len()), of(gallery.len()));
        agree(&probes, &gallery, k, Some(&Subjects { probes: &a, gallery: &b }));
    }
}

/// A seeded stream.
fn noise(n: usize, seed: u64) -> Vec<f32> {
    let mut z = seed;
    let mut next = || {
        z = z.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (z >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

#[test]
fn galleries_of_many_tiles_and_blocks_agree() {
    for (probes, gallery, dim) in [(500, 3000, 33), (3, 20_000, 8), (1, 513, 128)] {
        let made = |n: usize, seed| UnitRows::from_data(dim, noise(n * dim, seed)).unwrap();
        agree(&made(probes, 1), &made(gallery, 2), 50, None);
    }
}

#[test]
fn a_gallery_of_twins_stays_small_and_in_order() {
    let one = noise(16, 3);
    let gallery = UnitRows::from_data(16, one.repeat(5000)).unwrap();
    agree(&UnitRows::from_data(16, one).unwrap(), &gallery, 20, None);
}

/// The first rows are the best by far: every guess from them is too high, and every probe is searched again.
#[test]
fn a_gallery_in_order_misleads_nobody() {
    let one = noise(24, 3);
    let near = |(i, v): (usize, f32)| if i < 25 * 24 { one[i % 24] + 0.01 * v } else { v };
    let data = noise(3000 * 24, 4).into_iter().enumerate().map(near).collect();
    let gallery = UnitRows::from_data(24, data).unwrap();
    let probes = UnitRows::from_data(24, one.repeat(100)).unwrap();
    agree(&probes, &gallery, 40, None);
}

/// The bounds are what all rests on: the fast score never errs by more.
#[test]
fn bounds_hold_and_are_not_idle() {
    for (dim, scale) in [(1, 1.0), (128, 1.0), (511, 1e-6), (512, 1e6)] {
        let made = |n: usize, seed| {
            UnitRows::from_data(dim, noise(n * dim, seed).iter().map(|v| v * scale).collect()).unwrap()
        };
        let (probes, gallery) = (made(20, 5), made(600, 6));
        let small = QuantisedRows::new(&gallery).unwrap();
        let whole = QuantisedPass::new(&probes, &gallery, &small).unwrap();
        let mut worst = 0f64;
        for p in 0..probes.len() {
            for g in 0..gallery.len() {
                let error = whole.error(p, g / super::first_pass::TILE);
                let gap = (fast(&whole, p, g) - dot(probes.row(p), gallery.row(g))).abs();
                assert!(gap <= error, "dim {dim}: probe {p}, row {g} errs by {gap:e}, bound {error:e}");
                worst = worst.max(gap / error);
            }
        }
        assert!(worst > 0.02, "dim {dim}: a bound {} times too wide says nothing", 1.0 / worst);
    }
}

/// The fast score by its definition.
fn fast(pass: &impl FirstPass, probe: usize, row: usize) -> f64 {
    let mut words = vec![0u32; pass.words()];
    pass.write_probe(probe, &mut words, 1);
    let mut scratch = Vec::new();
    let low = |w: u32| i64::from(w as u16 as i16);
    let rows = pass.rows(row, row + 1, &mut scratch).to_vec();
    let pairs = words.iter().zip(&rows);
    let sum: i64 = pairs.map(|(a, b)| low(*a) * low(*b) + low(a >> 16) * low(b >> 16)).sum();
    assert!(i32::try_from(sum).is_ok());
    f64::from(sum as i32 as f32 * pass.scales(row, row + 1)[0]) * pass.scale(probe)
}
