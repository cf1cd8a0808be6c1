//! What the tests share.
use candle_core::{DType, Device, Result, Tensor, Var};
use proptest::prelude::ProptestConfig;

/// The numbers of the PyTorch snippets beside the tests:
/// `formula = lambda seed, *shape: (((torch.arange(prod(shape)) * 37 + seed * 11) % 101) / 50 - 1).reshape(shape)`
pub fn formula(seed: usize, shape: &[usize]) -> Tensor {
    let n: usize = shape.iter().product();
    let value = |i: usize| ((i * 37 + seed * 11) % 101) as f64 / 50. - 1.;
    let values: Vec<f64> = (0..n).map(value).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).expect("the shape fits its own product")
}

/// Numbers between -1 and 1 without a pattern: the sums of [`formula`]'s nearly cancel, which no error relative to them forgives.
pub fn noise(seed: u64, shape: &[usize], dtype: DType) -> Result<Var> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.
    };
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| next()).collect();
    Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(dtype)?)
}

/// [`formula`] as a variable of the given type.
pub fn var(seed: usize, shape: &[usize], dtype: DType) -> Result<Var> {
    Var::from_tensor(&formula(seed, shape).to_dtype(dtype)?)
}

/// sum(y * formula(3, shape of y)): a scalar whose gradient with respect to y has many values.
pub fn weighted_sum(y: &Tensor) -> Result<Tensor> {
    (y * formula(3, y.dims()).to_dtype(y.dtype())?)?.sum_all()
}

/// All numbers of `t` as f64.
pub fn values(t: &Tensor) -> Result<Vec<f64>> {
    t.to_dtype(DType::F64)?.flatten_all()?.to_vec1()
}

/// The largest |a - b| / (1 + |b|); infinite where a NaN is.
pub fn difference(a: &Tensor, b: &Tensor) -> Result<f64> {
    assert_eq!(a.dims(), b.dims());
    let pairs = values(a)?.into_iter().zip(values(b)?);
    let one = |(a, b): (f64, f64)| (a - b).abs() / (1. + b.abs());
    let larger = |m: f64, d: f64| if d.is_nan() { f64::INFINITY } else { m.max(d) };
    Ok(pairs.map(one).fold(0., larger))
}

/// max |a - b| / max |b|; infinite where a NaN is.
pub fn relative_error(a: &Tensor, b: &Tensor) -> Result<f64> {
    assert_eq!(a.dims(), b.dims());
    let (a, b) = (values(a)?, values(b)?);
    let most = b.iter().fold(f64::MIN_POSITIVE, |m, v| m.max(v.abs()));
    let larger = |m: f64, d: f64| if d.is_nan() { f64::INFINITY } else { m.max(d) };
    Ok(a.iter().zip(&b).map(|(a, b)| (a - b).abs() / most).fold(0., larger))
}

/// Asserts that the first four values, the sum and the sum of squares of `t` are those of a PyTorch
/// run (`show` in the snippets), within `tolerance` relative to 1 + |value|.
pub fn assert_summary(t: &Tensor, first: [f64; 4], sum: f64, squares: f64, tolerance: f64) {
    let all = values(t).expect("a float tensor");
    let sums = [all.iter().sum(), all.iter().map(|v| v * v).sum()];
    let got = all[..4].iter().chain(&sums);
    for (got, want) in got.zip(first.iter().chain(&[sum, squares])) {
        let close = (got - want).abs() <= tolerance * (1. + want.abs());
        assert!(close, "{got} is not {want}");
    }
}

/// The gradients of a scalar function with respect to its variables.
pub fn gradients(vars: &[&Var], f: impl Fn(&[&Tensor]) -> Result<Tensor>) -> Result<Vec<Tensor>> {
    let inputs: Vec<&Tensor> = vars.iter().map(|v| v.as_tensor()).collect();
    let grads = f(&inputs)?.backward()?;
    let get = |v: &&Var| grads.get(v).cloned().unwrap_or_else(|| panic!("no gradient"));
    Ok(vars.iter().map(get).collect())
}

/// Compares the gradients of `f` at `vars` (f64) with central differences in every coordinate.
pub fn assert_finite_differences(
    vars: &[&Var],
    f: impl Fn(&[&Tensor]) -> Result<Tensor>,
    tolerance: f64,
) -> Result<()> {
    const H: f64 = 1e-5;
    let grads = gradients(vars, &f)?;
    for (which, grad) in grads.iter().enumerate() {
        for (i, got) in values(grad)?.into_iter().enumerate() {
            let at = |step: f64| -> Result<f64> {
                let mut moved: Vec<Tensor> = vars.iter().map(|v| v.as_detached_tensor()).collect();
                let mut numbers = values(&moved[which])?;
                numbers[i] += step;
                moved[which] = Tensor::from_vec(numbers, moved[which].dims(), &Device::Cpu)?;
                f(&moved.iter().collect::<Vec<_>>())?.to_scalar::<f64>()
            };
            let want = (at(H)? - at(-H)?) / (2. * H);
            assert!(
                (got - want).abs() <= tolerance * (1. + want.abs()),
                "input {which}, coordinate {i}: gradient {got}, finite difference {want}"
            );
        }
    }
    Ok(())
}

/// So many random cases, or fewer where PROPTEST_CASES says so.
pub fn cases_of(cases: u32) -> ProptestConfig {
    let most = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    ProptestConfig { cases: cases.min(most), failure_persistence: None, ..ProptestConfig::default() }
}

/// Runs `f` on a pool of `threads` rayon threads.
pub fn with_threads<R: Send>(threads: usize, f: impl FnOnce() -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("a thread pool").install(f)
}

/// The bit patterns of an f32 tensor.
pub fn bits(t: &Tensor) -> Result<Vec<u32>> {
    let values = t.flatten_all()?.to_vec1::<f32>()?;
    Ok(values.into_iter().map(f32::to_bits).collect())
}
