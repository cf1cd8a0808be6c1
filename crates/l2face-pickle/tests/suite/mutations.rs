//! Thousands of seeded changes to good pickles: a value or an error, never a panic, never more than the limits.
use crate::values::{show, unhex, GLOBALS, PYTHON};
use l2face_pickle::{Limits, Pickle};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

fn seeds() -> Vec<Vec<u8>> {
    let lines = PYTHON.lines().filter(|l| !l.starts_with('#'));
    lines.filter_map(|l| l.split(' ').nth(2)).map(unhex).filter(|b| b.len() < 2000).collect()
}

/// Up to eight of: a byte changed, a byte put in, a piece taken out, a piece written over another.
fn mutate(bytes: &mut Vec<u8>, changes: &[(u8, u16, u16, u8)]) {
    for (what, at, len, byte) in changes {
        let at = usize::from(*at) % bytes.len().max(1);
        let end = (at + usize::from(*len) % 24).min(bytes.len());
        match what % 4 {
            0 if at < bytes.len() => bytes[at] = *byte,
            1 => bytes.insert(at, *byte),
            2 => drop(bytes.drain(at..end)),
            _ => {
                let piece = bytes[at..end].to_vec();
                let to = usize::from(*byte) % (bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
        }
    }
}

#[test]
fn changed_pickles_are_read_or_refused() {
    let seeds = seeds();
    let changes = prop::collection::vec(any::<(u8, u16, u16, u8)>(), 1..8);
    let config = Config { cases: 20_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let limits = Limits { values: 10_000, expanded: 100_000, ..Limits::default() };
    let read = std::cell::Cell::new(0);
    let result = runner.run(&(0..seeds.len(), changes), |(seed, changes)| {
        let mut bytes = seeds[seed].clone();
        mutate(&mut bytes, &changes);
        if let Ok(pickle) = Pickle::parse(bytes, GLOBALS, &limits) {
            prop_assert!(pickle.root().expanded() <= limits.expanded);
            prop_assert!(!show(pickle.root()).is_empty());
            read.set(read.get() + 1);
        }
        Ok(())
    });
    result.expect("no panic");
    // Both ends of the sieve are used.
    assert!((500..19_500).contains(&read.get()), "{} were read", read.get());
}
