//! Eight `f32` at once: one trait, an implementation per instruction set, chosen at run time.
//!
//! A kernel is written once over [`Simd`] and compiled for each set by [`dispatch!`](crate::cpu::simd::dispatch). The portable set is
//! what every other is tested against; without AVX2 and FMA the compiler makes of it what the target has (SSE2, NEON).
#![allow(unsafe_code)]
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

#[cfg(target_arch = "x86_64")]
use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
use neon::Neon;
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

/// Arithmetic on eight lanes, and on sixteen.
pub(crate) trait Simd: Copy {
    /// Eight lanes in a register.
    type V: Copy;
    /// Sixteen lanes: one register, or two of eight.
    type W: Copy;
    fn splat(self, a: f32) -> Self::V;
    fn load(self, from: &Eight) -> Self::V;
    fn store(self, a: Self::V, to: &mut Eight);
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    /// a b + c, rounded once where the set can.
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// The larger; where one of them is NaN, `b` (or NaN).
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// The smaller; where one of them is NaN, `b` (or NaN).
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// 2^n of whole numbers n from -126 to 127.
    fn pow2(self, n: Self::V) -> Self::V;
    /// Rows become columns.
    fn transpose(self, a: [Self::V; 8]) -> [Self::V; 8];

    fn wide_splat(self, a: f32) -> Self::W;
    fn wide_load(self, from: &Line) -> Self::W;
    fn wide_store(self, a: Self::W, to: &mut Line);
    fn wide_add(self, a: Self::W, b: Self::W) -> Self::W;
    /// a b + c.
    fn wide_fma(self, a: Self::W, b: Self::W, c: Self::W) -> Self::W;
}

/// The sixteen lanes of a set whose registers have no more than eight.
macro_rules! wide_from_halves {
    () => {
        type W = [Self::V; 2];
        #[inline(always)]
        fn wide_splat(self, a: f32) -> Self::W {
            [self.splat(a); 2]
        }
        #[inline(always)]
        fn wide_load(self, from: &$crate::cpu::simd::Line) -> Self::W {
            let (low, high) = $crate::cpu::simd::halves(from);
            [self.load(low), self.load(high)]
        }
        #[inline(always)]
        fn wide_store(self, a: Self::W, to: &mut $crate::cpu::simd::Line) {
            self.store(a[0], $crate::cpu::simd::half_mut(to, 0));
            self.store(a[1], $crate::cpu::simd::half_mut(to, 1));
        }
        #[inline(always)]
        fn wide_add(self, a: Self::W, b: Self::W) -> Self::W {
            [self.add(a[0], b[0]), self.add(a[1], b[1])]
        }
        #[inline(always)]
        fn wide_fma(self, a: Self::W, b: Self::W, c: Self::W) -> Self::W {
            [self.fma(a[0], b[0], c[0]), self.fma(a[1], b[1], c[1])]
        }
    };
}
pub(crate) use wide_from_halves;

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

/// Whether a set may be used; the tests forbid all but one to see that each works.
#[cfg(not(test))]
fn allowed(_set: &str) -> bool {
    true
}
#[cfg(test)]
use tests::allowed;

/// Runs a kernel with the best set that this machine has.
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if let (Some(s), true) = (Avx512::detect(), allowed("avx512")) {
            // SAFETY: the machine has what `detect` looked for.
            return unsafe { with_avx512(kernel, s) };
        }
        if let (Some(s), true) = (Avx2::detect(), allowed("avx2")) {
            // SAFETY: AVX2 and FMA were detected.
            return unsafe { with_avx2(kernel, s) };
        }
    }
    #[cfg(target_arch = "aarch64")]
    if let (Some(s), true) = (Neon::detect(), allowed("neon")) {
        // SAFETY: NEON was detected.
        return unsafe { with_neon(kernel, s) };
    }
    kernel.run(Portable)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn with_avx2<K: Kernel>(kernel: K, s: Avx2) -> K::Output {
    kernel.run(s)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512vl")]
unsafe fn with_avx512<K: Kernel>(kernel: K, s: Avx512) -> K::Output {
    kernel.run(s)
}

#[cfg(target_arch = "aarch64")]
#[target_feature(enable = "neon")]
unsafe fn with_neon<K: Kernel>(kernel: K, s: Neon) -> K::Output {
    kernel.run(s)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::OnceLock;

    /// Every set there is, the best first.
    const SETS: [&str; 4] = ["avx512", "avx2", "neon", "portable"];

    /// The tests run themselves once more for each set, named in the environment.
    pub(crate) fn allowed(set: &str) -> bool {
        static ONLY: OnceLock<Option<String>> = OnceLock::new();
        let only = ONLY.get_or_init(|| std::env::var("L2FACE_SIMD").ok());
        only.as_ref().is_none_or(|only| only == set)
    }

    fn has(set: &str) -> bool {
        match set {
            #[cfg(target_arch = "x86_64")]
            "avx512" => Avx512::detect().is_some(),
            #[cfg(target_arch = "x86_64")]
            "avx2" => Avx2::detect().is_some(),
            #[cfg(target_arch = "aarch64")]
            "neon" => Neon::detect().is_some(),
            other => other == "portable",
        }
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
            let line = |k: usize| -> Line { std::array::from_fn(|i| self.0[k + i / 8][i % 8]) };
            let (a, b, c) = (s.wide_load(&line(0)), s.wide_load(&line(2)), s.wide_load(&line(4)));
            for wide in [s.wide_add(a, b), s.wide_fma(a, b, c), s.wide_splat(5.)] {
                let mut line = [0.; 16];
                s.wide_store(wide, &mut line);
                let (low, high) = halves(&line);
                out.extend([*low, *high]);
            }
            out
        }
    }

    #[test]
    fn every_set_passes_the_tests_of_the_kernels() {
        if std::env::var_os("L2FACE_SIMD").is_some() {
            return; // One of the runs below.
        }
        for set in SETS {
            if !has(set) {
                eprintln!("SKIPPED: this machine has no {set}");
                continue;
            }
            let this = std::env::current_exe().unwrap();
            let run = std::process::Command::new(this).args(["cpu::", "--quiet"]).env("L2FACE_SIMD", set).output();
            let run = run.unwrap();
            let printed = String::from_utf8_lossy(&run.stdout);
            assert!(run.status.success() && !printed.contains("running 0 tests"), "{set}: {printed}");
        }
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
