//! A person: a point in a space of facial parameters.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

macro_rules! traits {
    ($($name:ident),* $(,)?) => {
        /// One axis of the space of people. Each is drawn from a standard normal; what a unit means on the face is in
        /// `anatomy.rs`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Trait { $($name),* }

        impl Trait {
            /// All axes, in the order of [`Identity::values`].
            pub const ALL: [Trait; [$(Trait::$name),*].len()] = [$(Trait::$name),*];
        }
    };
}

traits!(
    // head
    HeadWidth,
    FaceLength,
    Jaw,
    Cheekbone,
    CheekHeight,
    ChinSize,
    ChinWidth,
    Forehead,
    EarSize,
    EarStick, //
    // skin
    Melanin,
    Undertone,
    Flush,
    Freckles,
    Wrinkles,
    DarkCircles,
    MoleX,
    MoleY,
    MoleSize,
    Mole2X,
    Mole2Y,
    Mole2Size, //
    // hair
    HairDark,
    HairRed,
    HairGrey,
    Hairline,
    Recession,
    HairVolume,
    HairLength,
    HairPart,
    HairWave, //
    // brows
    BrowHeight,
    BrowThickness,
    BrowAngle,
    BrowArch,
    BrowLength,
    BrowDensity, //
    // eyes
    EyeSpacing,
    EyeWidth,
    EyeOpening,
    EyeSlant,
    IrisLight,
    IrisGreen,
    EyeDepth,
    LidCrease, //
    // nose
    NoseLength,
    NoseWidth,
    NoseBridge,
    NoseRise,
    NoseTip, //
    // mouth
    MouthHeight,
    MouthWidth,
    UpperLip,
    LowerLip,
    LipColour,
    MouthCurve, //
    // beard
    Beard,
    Moustache,
    BeardExtent,
);

/// A person. Two identities are as far apart as the Euclidean distance between their [`values`](Identity::values).
///
/// ```
/// use l2face_synth::{Identity, Trait};
/// let person = Identity::sample(&mut l2face_seed::substream(7, "people", 0));
/// assert_eq!(person.values().len(), Trait::ALL.len());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    values: [f64; Trait::ALL.len()],
}

impl Identity {
    /// The mean face: all traits 0.
    pub fn mean() -> Self {
        Identity { values: [0.0; Trait::ALL.len()] }
    }

    /// A person at the natural spread: independent standard normal traits, each cut at 2.5.
    pub fn sample(rng: &mut impl Rng) -> Self {
        Self::sample_spread(rng, 1.0)
    }

    /// A person whose traits are `spread` times those of [`sample`](Identity::sample): smaller means more alike.
    pub fn sample_spread(rng: &mut impl Rng, spread: f64) -> Self {
        let mut person = Self::mean();
        for value in &mut person.values {
            let z: f64 = StandardNormal.sample(rng);
            *value = z.clamp(-2.5, 2.5) * spread;
        }
        person
    }

    /// This person with one trait replaced.
    pub fn with(mut self, which: Trait, value: f64) -> Self {
        self.values[which as usize] = value;
        self
    }

    /// One trait, in standard deviations from the mean face.
    pub fn value(&self, which: Trait) -> f64 {
        self.values[which as usize]
    }

    /// All traits, in the order of [`Trait::ALL`].
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Euclidean distance between two people's traits.
    pub fn distance(&self, other: &Identity) -> f64 {
        let pairs = self.values.iter().zip(&other.values);
        pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use l2face_seed::{stream, substream};

    #[test]
    fn the_space_is_large_enough() {
        assert!(Trait::ALL.len() >= 25, "{}", Trait::ALL.len());
    }

    #[test]
    fn spread_scales_every_trait() {
        let near = Identity::sample_spread(&mut stream(1, "x"), 0.5);
        let far = Identity::sample(&mut stream(1, "x"));
        for (n, f) in near.values().iter().zip(far.values()) {
            assert_eq!(2.0 * n, *f);
        }
        assert!(far.values().iter().all(|v| v.abs() <= 2.5));
    }

    #[test]
    fn a_trait_can_be_set_and_read() {
        let person = Identity::mean().with(Trait::Beard, 2.0);
        assert_eq!(person.value(Trait::Beard), 2.0);
        assert_eq!(person.value(Trait::Moustache), 0.0);
        assert_eq!(person.distance(&Identity::mean()), 2.0);
    }

    #[test]
    fn people_of_different_streams_differ() {
        let a = Identity::sample(&mut substream(1, "synth/train/identity", 0));
        let b = Identity::sample(&mut substream(1, "synth/eval/identity", 0));
        assert!(a.distance(&b) > 1.0);
    }
}
