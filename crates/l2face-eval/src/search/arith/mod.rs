//! Sums of products over 32-bit words, one probe a lane, for the instruction sets that pulp finds at run time.

mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use pulp::bytemuck::Pod;
use pulp::NullaryFnOnce;

use super::scan::{Scan, ScanWith};

/// What a word holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One f32.
    Float,
    /// Two i16, multiplied pairwise and added to an i32, which must not overflow.
    Whole,
}

/// Registers of words.
pub(super) trait Arith: Copy {
    /// A register; as many words as it has lanes.
    type Vector: Pod;
    /// Lanes.
    const LANES: usize;

    /// A word in all lanes.
    fn splat(self, word: u32) -> Self::Vector;
    /// `a * b + sum` in each lane.
    fn multiply_add(self, a: Self::Vector, b: Self::Vector, sum: Self::Vector) -> Self::Vector;
    /// `sum * scale` in each lane, as f32.
    fn scores(self, sum: Self::Vector, scale: f32) -> Self::Vector;
    /// A bit for each lane where `sum * scale` is not below the lane's bar. NaN is not below.
    fn reaches(self, sum: Self::Vector, scale: f32, bars: Self::Vector) -> u32;
}

/// An instruction set.
#[derive(Clone, Copy, Debug)]
pub(super) enum Isa {
    #[cfg(target_arch = "x86_64")]
    Vnni(pulp::x86::V4, x86::Vnni),
    #[cfg(target_arch = "x86_64")]
    V4(pulp::x86::V4),
    #[cfg(target_arch = "x86_64")]
    V3(pulp::x86::V3),
    Portable,
}

impl Isa {
    /// The best of this machine.
    pub fn best() -> Self {
        Self::all()[0]
    }

    /// All that this machine has, the best first.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let v4 = pulp::x86::V4::try_new();
            all.extend(v4.zip(x86::Vnni::try_new()).map(|(v4, vnni)| Self::Vnni(v4, vnni)));
            all.extend(v4.map(Self::V4));
            all.extend(pulp::x86::V3::try_new().map(Self::V3));
        }
        all.push(Self::Portable);
        all
    }

    /// Probes of a panel.
    pub fn width(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Vnni(..) | Self::V4(_) => 3 * 16,
            #[cfg(target_arch = "x86_64")]
            Self::V3(_) => 2 * 8,
            Self::Portable => 2 * 4,
        }
    }

    /// Runs a scan: registers of a panel's row times gallery rows is what fits the set's registers.
    pub fn scan(self, kind: Kind, scan: Scan<'_>) {
        match (self, kind) {
            #[cfg(target_arch = "x86_64")]
            (Self::Vnni(s, _) | Self::V4(s), Kind::Float) => s.vectorize(ScanWith::<_, 3, 8>(x86::V4Float(s), scan)),
            #[cfg(target_arch = "x86_64")]
            (Self::Vnni(s, vnni), Kind::Whole) => vnni.vectorize(ScanWith::<_, 3, 6>(x86::V4Whole(s), scan)),
            #[cfg(target_arch = "x86_64")]
            (Self::V4(s), Kind::Whole) => s.vectorize(ScanWith::<_, 3, 6>(x86::V4Whole(s), scan)),
            #[cfg(target_arch = "x86_64")]
            (Self::V3(s), Kind::Float) => s.vectorize(ScanWith::<_, 2, 6>(x86::V3Float(s), scan)),
            #[cfg(target_arch = "x86_64")]
            (Self::V3(s), Kind::Whole) => s.vectorize(ScanWith::<_, 2, 6>(x86::V3Whole(s), scan)),
            (Self::Portable, Kind::Float) => ScanWith::<_, 2, 4>(portable::Float, scan).call(),
            (Self::Portable, Kind::Whole) => ScanWith::<_, 2, 4>(portable::Whole, scan).call(),
        }
    }
}
