//! Pairs in folds, in the manner of LFW and YouTube Faces: no person in two folds, as many genuine as impostor pairs.

use super::cast::{Cast, Person};
use super::World;
use crate::error::{Result, SynthError};
use l2face_seed::substream;
use rand::seq::SliceRandom;

/// A person's still or video, by its number from 1.
pub(super) type Item = (u64, usize);

/// The pairs of one fold, as many of each kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fold {
    /// Two media of one person.
    pub genuine: Vec<[Item; 2]>,
    /// Of two.
    pub impostor: Vec<[Item; 2]>,
}

/// The folds of a cast whose media are `Person::videos`; every fold has the same number of pairs.
pub(super) fn folds(world: &World, cast: &Cast) -> Result<Vec<Fold>> {
    let folds = world.spec.splits;
    if cast.people.len() < 2 * folds {
        let problem = format!("{} is too small: {folds} folds need two people each, {}", cast.people.len(), 2 * folds);
        return Err(SynthError::Spec { field: "eval_people", problem });
    }
    let mut order: Vec<usize> = (0..cast.people.len()).collect();
    order.shuffle(&mut substream(world.seed, "synth/eval/folds", 0));
    let part = |k: usize| &order[k * order.len() / folds..(k + 1) * order.len() / folds];
    let mut all: Vec<Fold> = (0..folds).map(|k| fold(world, cast, part(k), k as u64 + 1)).collect();
    let fewest = all.iter().map(|f| f.genuine.len().min(f.impostor.len())).min().unwrap_or(0);
    for fold in &mut all {
        fold.genuine.truncate(fewest.min(world.spec.impostors));
        fold.impostor.truncate(fewest.min(world.spec.impostors));
    }
    Ok(all)
}

/// All pairs among some people, each kind in random order.
fn fold(world: &World, cast: &Cast, people: &[usize], index: u64) -> Fold {
    let mut items: Vec<Item> = people.iter().flat_map(|&p| media(&cast.people[p])).collect();
    items.sort_unstable();
    let mut fold = Fold { genuine: Vec::new(), impostor: Vec::new() };
    for (i, &a) in items.iter().enumerate() {
        for &b in &items[i + 1..] {
            let kind = if a.0 == b.0 { &mut fold.genuine } else { &mut fold.impostor };
            kind.push([a, b]);
        }
    }
    let mut rng = substream(world.seed, "synth/eval/pairs", index);
    fold.genuine.shuffle(&mut rng);
    fold.impostor.shuffle(&mut rng);
    fold
}

fn media(person: &Person) -> impl Iterator<Item = Item> + '_ {
    (1..=person.videos.len()).map(|number| (person.subject, number))
}

#[cfg(test)]
mod tests {
    use super::super::layout::Layout;
    use super::*;
    use crate::world::WorldSpec;
    use std::collections::BTreeSet;

    fn all(spec: WorldSpec) -> Result<Vec<Fold>> {
        let world = World::new(4, spec)?;
        folds(&world, &Layout::Lfw.of(&Cast::new(&world)))
    }

    #[test]
    fn folds_are_equal_and_share_no_person() {
        let folds = all(WorldSpec { impostors: 150, ..WorldSpec::default() }).unwrap();
        let mut met = BTreeSet::new();
        for fold in &folds {
            assert_eq!((fold.genuine.len(), fold.impostor.len()), (150, 150));
            assert!(fold.genuine.iter().all(|[a, b]| a.0 == b.0 && a.1 != b.1));
            assert!(fold.impostor.iter().all(|[a, b]| a.0 != b.0));
            let pairs = fold.genuine.iter().chain(&fold.impostor);
            assert_eq!(pairs.clone().collect::<BTreeSet<_>>().len(), 300, "no pair twice");
            let people: BTreeSet<u64> = pairs.flatten().map(|item| item.0).collect();
            assert!(people.is_disjoint(&met));
            met.extend(people);
        }
        assert_eq!(folds.len(), 10);
    }

    #[test]
    fn too_few_people_are_refused() {
        let error = all(WorldSpec { eval_people: 19, ..WorldSpec::default() }).unwrap_err().to_string();
        assert!(error.contains("eval_people") && error.contains("20"), "{error}");
    }
}
