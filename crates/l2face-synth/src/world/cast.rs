//! The evaluation people and their media: who is on which picture, in which state.

use super::World;
use crate::nuisance::Nuisance;
use crate::walk::walk;
use l2face_seed::substream;
use rand::Rng;

/// One picture of the evaluation set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    /// Path below the data set's folder.
    pub file: String,
    pub subject: u64,
    pub media: u64,
    /// Number of the frame in its video, 1-based; none for a still.
    pub frame: Option<usize>,
    pub state: Nuisance,
}

/// A person and their media, each a list of picture indices.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Person {
    pub subject: u64,
    pub stills: Vec<usize>,
    pub videos: Vec<Vec<usize>>,
}

/// Everybody.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cast {
    pub pictures: Vec<Picture>,
    pub people: Vec<Person>,
}

impl Cast {
    pub fn new(world: &World) -> Self {
        let mut cast = Cast { pictures: Vec::new(), people: Vec::new() };
        let (mut media, mut stills, mut videos) = (0, 0, 0);
        for subject in 1..=world.spec.eval_people as u64 {
            let mut rng = substream(world.seed, "synth/eval/media", subject);
            let mut person = Person { subject, stills: Vec::new(), videos: Vec::new() };
            for _ in 0..rng.random_range(world.spec.stills[0]..=world.spec.stills[1]) {
                (media, stills) = (media + 1, stills + 1);
                let state = Nuisance::sample(&mut rng, &world.spec.conditions);
                let file = format!("img/{stills}.png");
                person.stills.push(cast.add(Picture { file, subject, media, frame: None, state }));
            }
            for _ in 0..world.spec.videos {
                (media, videos) = (media + 1, videos + 1);
                let states = walk(&mut rng, &world.spec.conditions, world.spec.frames);
                let frames = states.into_iter().enumerate().map(|(i, state)| {
                    let file = format!("frame/{videos}_{}.png", i + 1);
                    cast.add(Picture { file, subject, media, frame: Some(i + 1), state })
                });
                person.videos.push(frames.collect());
            }
            cast.people.push(person);
        }
        cast
    }

    fn add(&mut self, picture: Picture) -> usize {
        self.pictures.push(picture);
        self.pictures.len() - 1
    }
}
