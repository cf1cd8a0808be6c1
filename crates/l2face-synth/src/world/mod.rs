//! Data sets made of generated people.

mod cast;
mod folds;
mod layout;
mod lists;
mod protocol;
mod spec;
mod store;
mod tables;
mod write;

pub use spec::WorldSpec;

use crate::error::Result;
use crate::identity::Identity;
use crate::nuisance::Nuisance;
use crate::render::{render, Render};
use l2face_seed::substream;

/// Training and evaluation data of generated people. The people of the two sets come from streams of different names,
/// so that they never meet; every picture is a pure function of seed, settings and its index.
///
/// ```
/// use l2face_synth::{World, WorldSpec};
/// let spec = WorldSpec { train_people: 3, images_per_person: 2, canvas: 48, ..WorldSpec::default() };
/// let world = World::new(7, spec)?;
/// assert_eq!(world.train_len(), 6);
/// assert_eq!(world.train_label(5), 2);
/// assert_eq!(world.train_render(5), world.train_render(5));
/// # Ok::<(), l2face_synth::SynthError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    spec: WorldSpec,
    seed: u64,
}

impl World {
    /// A world; nothing is rendered yet.
    ///
    /// # Errors
    /// [`SynthError::Spec`](crate::SynthError::Spec) if a setting makes no sense.
    pub fn new(seed: u64, spec: WorldSpec) -> Result<Self> {
        spec.check()?;
        Ok(World { spec, seed })
    }

    /// The settings.
    pub fn spec(&self) -> &WorldSpec {
        &self.spec
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Number of training pictures.
    pub fn train_len(&self) -> usize {
        self.spec.train_people * self.spec.images_per_person
    }

    /// The person on training picture `i`, 0-based.
    pub fn train_label(&self, i: usize) -> u32 {
        (i / self.spec.images_per_person) as u32
    }

    /// The training person `label`.
    pub fn train_identity(&self, label: u32) -> Identity {
        self.identity("synth/train/identity", u64::from(label))
    }

    /// The evaluation person `subject`, 1-based as in the tables.
    pub fn eval_identity(&self, subject: u64) -> Identity {
        self.identity("synth/eval/identity", subject)
    }

    fn identity(&self, stream: &str, index: u64) -> Identity {
        Identity::sample_spread(&mut substream(self.seed, stream, index), self.spec.spread)
    }

    /// The state of training picture `i`.
    pub fn train_nuisance(&self, i: usize) -> Nuisance {
        let mut rng = substream(self.seed, "synth/train/picture", i as u64);
        Nuisance::sample(&mut rng, &self.spec.conditions)
    }

    /// Training picture `i`.
    pub fn train_render(&self, i: usize) -> Render {
        render(&self.train_identity(self.train_label(i)), &self.train_nuisance(i), self.spec.canvas)
    }
}
