//! Who is in which batch.

use std::collections::HashMap;

use l2face_seed::substream;
use rand::seq::SliceRandom;

/// The vectors of each person, people in order of their first.
pub(super) fn people(labels: &[u64]) -> Vec<Vec<usize>> {
    let mut index = HashMap::new();
    let mut people: Vec<Vec<usize>> = Vec::new();
    for (i, label) in labels.iter().enumerate() {
        let at = *index.entry(label).or_insert(people.len());
        if at == people.len() {
            people.push(Vec::new());
        }
        people[at].push(i);
    }
    people
}

/// The batches of an epoch: people in random order, each whole, so that every positive pair occurs once an epoch. A batch is full
/// with `size` vectors of two people or more; a last one that is not full joins the one before. Indices rise within a batch.
pub(super) fn batches(people: &[Vec<usize>], size: usize, seed: u64, epoch: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<&Vec<usize>> = people.iter().collect();
    order.shuffle(&mut substream(seed, "tpe/order", epoch as u64));
    let (mut all, mut open, mut inside) = (Vec::new(), Vec::new(), 0);
    for person in order {
        open.extend_from_slice(person);
        inside += 1;
        if open.len() >= size && inside >= 2 {
            all.push(std::mem::take(&mut open));
            inside = 0;
        }
    }
    match all.last_mut() {
        Some(last) => last.append(&mut open),
        None => all.push(open),
    }
    all.iter_mut().for_each(|batch| batch.sort_unstable());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_stay_whole_and_every_vector_occurs_once() {
        let labels: Vec<u64> = (0..97).map(|i| (i * i) % 23).collect();
        let people = people(&labels);
        for epoch in 0..5 {
            let batches = batches(&people, 16, 3, epoch);
            let mut seen: Vec<usize> = batches.concat();
            seen.sort_unstable();
            assert_eq!(seen, (0..97).collect::<Vec<_>>());
            for batch in &batches {
                assert!(batch.len() >= 16 && batch.is_sorted());
                let inside = |i: &usize| batch.contains(i);
                assert!(people.iter().all(|p| p.iter().all(inside) || !p.iter().any(inside)));
            }
        }
        assert_ne!(batches(&people, 16, 3, 0), batches(&people, 16, 3, 1));
        assert_ne!(batches(&people, 16, 3, 0), batches(&people, 16, 4, 0));
        assert_eq!(batches(&people, 16, 3, 0), batches(&people, 16, 3, 0));
    }

    #[test]
    fn a_batch_has_two_people_even_where_one_would_fill_it() {
        let people = vec![(0..10).collect(), (10..20).collect(), (20..30).collect()];
        assert_eq!(batches(&people, 4, 0, 0).iter().map(Vec::len).collect::<Vec<_>>(), [30]);
        let people: Vec<Vec<usize>> = (0..6).map(|p| (p * 5..p * 5 + 5).collect()).collect();
        assert_eq!(batches(&people, 4, 0, 0).iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 10]);
    }
}
