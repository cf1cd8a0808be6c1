//! Eight `f32` at once: one trait, an implementation per instruction set, chosen at run time.
//!
//! A kernel is written once over [`Simd`] and compiled for each set by [`dispatch!`](crate::cpu::simd::dispatch). The portable set is
//! what every other is tested against; without AVX2 and FMA the compiler makes of it what the target has (SSE2, NEON).
#![allow(unsafe_code)]
#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

#[cfg(target_arch = "x86_64")]
use avx2::Avx2;
use portable::Portable;

/// An array whose elements are given by an expression of the index. Not `array::map`: its closure is compiled on its own, without
/// the instruction set of the kernel.
macro_rules! each {
    (3, $i:ident => $e:expr) => { each!(@ $i $e, 0 1 2) };
    (4, $i:ident => $e:expr) => { each!(@ $i $e, 0 1 2 3) };
    (6, $i:ident => $e:expr) => { each!(@ $i $e, 0 1 2 3 4 5) };
    (8, $i:ident => $e:expr) => { each!(@ $i $e, 0 1 2 3 4 5 6 7) };
    (@ $i:ident $e:expr, $($n:literal)+) => { [$({ let $i: usize = $n; $e }),+] };
}
pub(crate) use each;

/// Eight numbers as they lie in memory.
pub(crate) type Eight = [f32; 8];
/// Sixteen numbers as they lie in memory: one cache line.
pub(crate) type Line = [f32; 16];

/// Arithmetic on eight lanes.
pub(crate) trait Simd: Copy {
    /// Eight lanes in a register.
    type V: Copy;
    fn splat(self, a: f32) -> Self::V;
    fn load(self, from: &Eight) -> Self::V;
    fn store(self, a: Self::V, to: &mut Eight);
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    /// a b + c, rounded once where the set can.
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// 2^n of whole numbers n from -126 to 127.
    fn pow2(self, n: Self::V) -> Self::V;
    /// Rows become columns.
    fn transpose(self, a: [Self::V; 8]) -> [Self::V; 8];
}

/// The two halves of a line.
#[inline(always)]
pub(crate) fn halves(line: &Line) -> (&Eight, &Eight) {
    let (a, b) = line.split_at(8);
    match (a.try_into(), b.try_into()) {
        (Ok(a), Ok(b)) => (a, b),
        _ => unreachable!("a line has two halves of eight"),
    }
}

/// One half of a line, in a register.
#[inline(always)]
pub(crate) fn read_half<S: Simd>(s: S, line: &Line, half: usize) -> S::V {
    let (a, b) = halves(line);
    s.load(if half == 0 { a } else { b })
}

/// One half of a line.
#[inline(always)]
pub(crate) fn half_mut(line: &mut Line, half: usize) -> &mut Eight {
    match (&mut line[half * 8..half * 8 + 8]).try_into() {
        Ok(eight) => eight,
        Err(_) => unreachable!("half a line is eight"),
    }
}

/// A kernel: the same code for every instruction set.
pub(crate) trait Kernel {
    /// What it gives.
    type Output;
    /// Runs it with the instructions of `s`. Must be `#[inline(always)]`, and all that it calls in its inner loops too.
    fn run<S: Simd>(self, s: S) -> Self::Output;
}

#[cfg(test)]
use tests::portable_wanted;

#[cfg(not(test))]
fn portable_wanted() -> bool {
    false
}

/// Runs a kernel with the best set that this machine has.
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    if let (Some(s), false) = (Avx2::detect(), portable_wanted()) {
        // SAFETY: AVX2 and FMA were detected.
        return unsafe { with_avx2(kernel, s) };
    }
    kernel.run(Portable)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn with_avx2<K: Kernel>(kernel: K, s: Avx2) -> K::Output {
    kernel.run(s)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::OnceLock;

    /// The tests run themselves once more with the portable set.
    pub(crate) fn portable_wanted() -> bool {
        static WANTED: OnceLock<bool> = OnceLock::new();
        *WANTED.get_or_init(|| std::env::var_os("L2FACE_SIMD").is_some_and(|v| v == "portable"))
    }

    struct All([Eight; 8]);

    impl Kernel for All {
        type Output = Vec<Eight>;
        #[inline(always)]
        fn run<S: Simd>(self, s: S) -> Vec<Eight> {
            let rows: Vec<S::V> = self.0.iter().map(|r| s.load(r)).collect();
            let Ok(rows): Result<[S::V; 8], _> = rows.try_into() else { unreachable!() };
            let [a, b, c, ..] = rows;
            let mut results = s.transpose(rows).to_vec();
            results.extend([
                s.add(a, b),
                s.sub(a, b),
                s.mul(a, b),
                s.fma(a, b, c),
                s.splat(3.),
                s.max(a, b),
                s.min(a, b),
            ]);
            results.extend([s.pow2(s.min(a, s.splat(127.))), s.pow2(s.splat(-126.))]);
            let mut out = vec![[0.; 8]; results.len()];
            results.iter().zip(&mut out).for_each(|(r, o)| s.store(*r, o));
            out
        }
    }

    #[test]
    fn the_portable_set_passes_the_tests_of_the_kernels() {
        let this = std::env::current_exe().unwrap();
        let run =
            std::process::Command::new(this).args(["winograd", "--quiet"]).env("L2FACE_SIMD", "portable").output();
        let run = run.unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    }

    #[test]
    fn the_sets_agree() {
        let mut rows = [[0.; 8]; 8];
        rows.iter_mut().flatten().enumerate().for_each(|(i, v)| *v = (i * i % 31) as f32 - 7.);
        // Small integers: no rounding anywhere.
        assert_eq!(dispatch(All(rows)), All(rows).run(Portable));
        assert_eq!(All(rows).run(Portable)[1], [0, 1, 2, 3, 4, 5, 6, 7].map(|i: usize| rows[i][1]));
    }
}
