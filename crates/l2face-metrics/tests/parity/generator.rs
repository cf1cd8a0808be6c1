//! Scores from a generator of their names, the same as in generator.py.

/// Numbers in [-1, 1): splitmix64 of the position, started from FNV-1a of the name.
pub fn numbers(name: &str, n: usize) -> Vec<f64> {
    let start = |hash: u64, b: u8| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3);
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, start);
    (1..=n as u64).map(|i| number(seed.wrapping_add(i.wrapping_mul(0x9e37_79b9_7f4a_7c15)))).collect()
}

fn number(z: u64) -> f64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / 2f64.powi(52) - 1.
}

/// Around a centre, cut to multiples of 1/steps; 0 leaves them distinct.
pub fn scores(name: &str, n: usize, centre: f64, steps: u32) -> Vec<f64> {
    let (x, y) = (numbers(&format!("{name}/x"), n), numbers(&format!("{name}/y"), n));
    x.iter().zip(&y).map(|(x, y)| cut(centre + 0.25 * (x + y), steps)).collect()
}

pub fn cut(value: f64, steps: u32) -> f64 {
    let steps = f64::from(steps);
    if steps > 0. {
        (value * steps).floor() / steps
    } else {
        value
    }
}

/// Which scores: those of the files, or others by a seed.
#[derive(Clone, Debug)]
pub struct Source {
    /// What every name begins with.
    pub seed: String,
    /// Numbers of scores that are powers of two, so that every rate is a binary fraction and no rounding decides between equals.
    pub fresh: bool,
}

impl Source {
    /// The scores of the files beside the scripts.
    pub const fn kept() -> Self {
        Self { seed: String::new(), fresh: false }
    }

    /// Others for each seed.
    #[allow(dead_code)] // the peers' tests
    pub fn fresh(seed: &str) -> Self {
        Self { seed: format!("{seed}/"), fresh: true }
    }

    /// The name of a list of numbers.
    pub fn name(&self, name: &str) -> String {
        format!("{}{name}", self.seed)
    }
}

const SETS: [(&str, usize, usize, u32); 6] = [
    ("distinct", 150, 2000, 0),
    ("ties", 150, 2000, 32),
    ("coarse", 80, 90, 4),
    ("few", 7, 11, 8),
    ("many", 1000, 20_000, 0),
    ("many-ties", 1000, 20_000, 256),
];

const FRESH: [(&str, usize, usize, u32); 5] = [
    ("distinct", 128, 2048, 0),
    ("ties", 128, 2048, 32),
    ("coarse", 64, 64, 4),
    ("few", 8, 16, 8),
    ("many-ties", 1024, 16_384, 256),
];

const EDGES: [(&str, &[f64], &[f64]); 8] = [
    ("one-each", &[0.5], &[0.25, 0.25]),
    ("all-tied", &[0.5, 0.5, 0.5], &[0.5, 0.5]),
    ("separated", &[0.9, 0.8, 0.7], &[0.3, 0.2, 0.1, 0.0]),
    ("reversed", &[0.1, 0.2], &[0.7, 0.8, 0.9]),
    ("tied-at-top", &[0.9, 0.9, 0.1], &[0.9, 0.5, 0.5, 0.2]),
    ("equal-gaps", &[0.9, 0.9, 0.5, 0.1], &[0.5, 0.5, 0.5, 0.1]),
    ("equal-gaps-within", &[0.9, 0.9, 0.5, 0.5], &[0.9, 0.1, 0.1, 0.1]),
    ("zeros", &[0.0, 0.5], &[-0.0, 0.0, -0.5]),
];

/// Name, genuine and impostor scores of every set.
pub fn all_sets(source: &Source) -> Vec<(&'static str, Vec<f64>, Vec<f64>)> {
    let of = |name: String, n: usize, centre: f64, steps: u32| scores(&source.name(&name), n, centre, steps);
    let shapes: &[_] = if source.fresh { &FRESH } else { &SETS };
    let made = shapes.iter().map(|&(name, g, i, steps)| {
        (name, of(format!("{name}/g"), g, 0.4, steps), of(format!("{name}/i"), i, 0.0, steps))
    });
    made.chain(EDGES.iter().map(|&(name, g, i)| (name, g.to_vec(), i.to_vec()))).collect()
}
