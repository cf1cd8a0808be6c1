//! A split in IJB-A's manner: templates, comparisons, gallery and probes.

use super::cast::{Cast, Person};
use super::World;
use l2face_seed::substream;
use rand::seq::SliceRandom;
use rand::Rng;
use std::collections::BTreeSet;

/// A template: pictures of one subject under one id.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Template {
    pub id: u64,
    pub subject: u64,
    pub pictures: Vec<usize>,
}

/// One split.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Split {
    /// Training part of 1:1, one template for each person.
    pub train: Vec<Template>,
    /// The same people under the ids of 1:N.
    pub train_search: Vec<Template>,
    /// All test templates.
    pub verify: Vec<Template>,
    /// Pairs of ids from `verify`.
    pub pairs: Vec<[u64; 2]>,
    pub gallery: Vec<Template>,
    pub probes: Vec<Template>,
}

impl Split {
    /// Split number `index` (1-based).
    pub fn new(world: &World, cast: &Cast, index: usize) -> Self {
        let mut rng = substream(world.seed, "synth/eval/split", index as u64);
        let mut order: Vec<usize> = (0..cast.people.len()).collect();
        order.shuffle(&mut rng);
        let (test, train) = order.split_at(cast.people.len() / 3);
        let mut ids = 0;
        let train: Vec<Template> = sorted(train).iter().map(|&p| whole(&cast.people[p], next(&mut ids))).collect();
        let again = train.iter().map(|t| Template { id: next(&mut ids), ..t.clone() }).collect();
        let enrolled: BTreeSet<usize> = test[..test.len() - test.len() / 3].iter().copied().collect();
        let (mut verify, mut gallery, mut probes) = (Vec::new(), Vec::new(), Vec::new());
        for &p in &sorted(test) {
            let [first, rest @ ..] = &templates(&cast.people[p], &mut ids, &mut rng)[..] else {
                continue;
            };
            if enrolled.contains(&p) {
                gallery.push(first.clone());
            }
            verify.push(first.clone());
            verify.extend_from_slice(rest);
            probes.extend_from_slice(rest);
        }
        let pairs = pairs(cast, &verify, world.spec.impostors, &mut rng);
        Split { train, train_search: again, verify, pairs, gallery, probes }
    }
}

fn next(ids: &mut u64) -> u64 {
    *ids += 1;
    *ids
}

fn sorted(items: &[usize]) -> Vec<usize> {
    let mut items = items.to_vec();
    items.sort_unstable();
    items
}

/// One template with all of a person's pictures.
fn whole(person: &Person, id: u64) -> Template {
    let pictures = person.stills.iter().chain(person.videos.iter().flatten());
    Template { id, subject: person.subject, pictures: pictures.copied().collect() }
}

/// The test templates of a person: first the one for the gallery (half of the stills and the first video), then, from
/// the other media, each still, the second video, all stills together, and the second video with a still.
fn templates(person: &Person, ids: &mut u64, rng: &mut impl Rng) -> Vec<Template> {
    let mut stills = person.stills.clone();
    stills.shuffle(rng);
    let mut videos = person.videos.clone();
    videos.shuffle(rng);
    let (mine, rest) = stills.split_at(stills.len() / 2);
    let mut lists = vec![[mine, &videos[0]].concat()];
    lists.extend(rest.iter().map(|&still| vec![still]));
    lists.extend(videos[1..].iter().cloned());
    if rest.len() > 1 {
        lists.push(rest.to_vec());
    }
    lists.push([&rest[..1], &videos[1]].concat());
    let of = |pictures| Template { id: next(ids), subject: person.subject, pictures };
    lists.into_iter().map(of).collect()
}

/// All genuine pairs that share no medium, and `impostors` different impostor pairs, in random order.
fn pairs(cast: &Cast, templates: &[Template], impostors: usize, rng: &mut impl Rng) -> Vec<[u64; 2]> {
    let (mut genuine, mut foreign) = (Vec::new(), Vec::new());
    for (i, a) in templates.iter().enumerate() {
        for b in &templates[i + 1..] {
            if a.subject != b.subject {
                foreign.push([a.id, b.id]);
            } else if disjoint(cast, a, b) {
                genuine.push([a.id, b.id]);
            }
        }
    }
    let (drawn, _) = foreign.partial_shuffle(rng, impostors);
    genuine.extend_from_slice(drawn);
    genuine.shuffle(rng);
    genuine
}

fn disjoint(cast: &Cast, a: &Template, b: &Template) -> bool {
    let media = |t: &Template| -> BTreeSet<u64> { t.pictures.iter().map(|&p| cast.pictures[p].media).collect() };
    media(a).is_disjoint(&media(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::WorldSpec;
    use std::collections::BTreeMap;

    fn split(index: usize) -> (Cast, Split) {
        let world = World::new(4, WorldSpec::default()).unwrap();
        let cast = Cast::new(&world);
        let split = Split::new(&world, &cast, index);
        (cast, split)
    }

    #[test]
    fn the_default_has_the_promised_size() {
        let (cast, split) = split(1);
        assert!((2_700..=3_500).contains(&cast.pictures.len()), "{} pictures", cast.pictures.len());
        assert_eq!((split.train.len(), split.gallery.len()), (160, 54));
        let subject: BTreeMap<u64, u64> = split.verify.iter().map(|t| (t.id, t.subject)).collect();
        let genuine = split.pairs.iter().filter(|[a, b]| subject[a] == subject[b]).count();
        assert!(split.pairs.len() - genuine >= 10_000);
        assert!(genuine >= 300, "{genuine} genuine");
        let unique: BTreeSet<_> = split.pairs.iter().collect();
        assert_eq!(unique.len(), split.pairs.len());
    }

    #[test]
    fn genuine_pairs_share_no_picture() {
        let (_, split) = split(2);
        let by_id: BTreeMap<u64, &Template> = split.verify.iter().map(|t| (t.id, t)).collect();
        for [a, b] in &split.pairs {
            let (a, b) = (by_id[a], by_id[b]);
            assert!(a.pictures.iter().all(|p| !b.pictures.contains(p)), "{} and {}", a.id, b.id);
        }
    }

    #[test]
    fn training_and_test_people_are_apart_and_a_third_of_the_probes_is_not_enrolled() {
        let (_, split) = split(3);
        let people = |t: &[Template]| -> BTreeSet<u64> { t.iter().map(|t| t.subject).collect() };
        assert!(people(&split.train).is_disjoint(&people(&split.verify)));
        let enrolled = people(&split.gallery);
        assert_eq!(enrolled.len(), split.gallery.len());
        let strangers = split.probes.iter().filter(|t| !enrolled.contains(&t.subject)).count();
        let share = strangers as f64 / split.probes.len() as f64;
        assert!((0.25..0.42).contains(&share), "{share}");
    }

    #[test]
    fn template_ids_are_unique_and_templates_are_of_every_kind() {
        let (cast, split) = split(1);
        let all = split.train.iter().chain(&split.train_search).chain(&split.verify);
        let ids: BTreeSet<u64> = all.clone().map(|t| t.id).collect();
        assert_eq!(ids.len(), all.count());
        let kind = |t: &Template| {
            let frames = t.pictures.iter().filter(|&&p| cast.pictures[p].frame.is_some()).count();
            (frames.min(1), (t.pictures.len() - frames).min(2))
        };
        let kinds: BTreeSet<_> = split.verify.iter().map(kind).collect();
        for wanted in [(0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
            assert!(kinds.contains(&wanted), "no template with (frames, stills) {wanted:?}");
        }
    }

    #[test]
    fn splits_differ() {
        assert_ne!(split(1).1.train, split(2).1.train);
    }
}
