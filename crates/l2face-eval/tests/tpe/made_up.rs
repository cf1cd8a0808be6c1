//! Numbers by formula; `reference_tpe.py` repeats it.

/// The `d`-th number of a key, in [0, 1): SplitMix64.
pub fn uniform(key: u64, d: u64) -> f64 {
    let mut z = key.wrapping_add((d + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / 2f64.powi(53)
}

/// `rows` rows of `cols` numbers from -1/2 to 1/2.
pub fn matrix(key: u64, rows: u64, cols: u64) -> Vec<Vec<f64>> {
    (0..rows).map(|i| (0..cols).map(|d| uniform(key + i, d) - 0.5).collect()).collect()
}

/// People of 1, 2, .. `largest` vectors of `cols` numbers, a person's being alike.
pub fn people(largest: u64, cols: u64) -> (Vec<Vec<f64>>, Vec<u64>) {
    people_of(0, largest, cols)
}

/// The same by a seed; 0 for those of the kept reference values.
pub fn people_of(seed: u64, largest: u64, cols: u64) -> (Vec<Vec<f64>>, Vec<u64>) {
    let from = seed.wrapping_mul(1_000_003);
    let (mut vectors, mut labels) = (vec![], vec![]);
    for p in 0..largest {
        for i in 0..=p {
            let number = |d| {
                uniform(from.wrapping_add(1000 + p), d) - 0.5
                    + 0.9 * (uniform(from.wrapping_add(2000 + 50 * p + i), d) - 0.5)
            };
            vectors.push((0..cols).map(number).collect());
            labels.push(70 + p);
        }
    }
    (vectors, labels)
}

/// Scalar product.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
