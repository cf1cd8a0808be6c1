//! IJB-B's and IJB-C's tables in every mode against `reference_ijbbc.py`, on a generated set, with and without ties.
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use l2face_eval::{evaluate_ijbbc_by, legacy_insightface_1n, Embeddings, EvalError, IjbBc, IjbSet, Pooling};
use l2face_metrics::FarMode;
use serde_json::Value;

use crate::python::{close, found, key, seed, vector};

const HEADER: &str = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT\n";
/// People: the first third is in one gallery, the second in the other, the last in none.
const PEOPLE: u64 = 90;
const PROBES: u64 = 4;

/// A template's rows: one or two media, the first a photograph, the second three frames.
fn rows(template: u64, person: u64) -> String {
    let mut out = String::new();
    for (sighting, frames) in [(1, 1), (2, 3)].into_iter().take(1 + (template % 2) as usize) {
        for frame in 0..frames {
            let _ = writeln!(
                out,
                "{template},{person},img/{person}_{template}_{sighting}_{frame}.jpg,{sighting},1,2,30,40"
            );
        }
    }
    out
}

/// Writes NIST's four files. Every person has a gallery template (those of the last third are not listed) and some probes.
fn write(folder: &Path, set: IjbSet) {
    let (prefix, [x, y]) = (set.prefix(), set.galleries());
    let gallery = |of: std::ops::Range<u64>| of.fold(HEADER.to_owned(), |text, p| text + &rows(p, p));
    let probe = |p: u64, i: u64| 1000 + 10 * p + i;
    let probes = (1..=PEOPLE).flat_map(|p| (0..PROBES).map(move |i| rows(probe(p, i), p)));
    let mut matches = String::new();
    for (p, q) in (1..=2 * PEOPLE / 3).flat_map(|p| (1..=PEOPLE).map(move |q| (p, q))) {
        for i in 0..if p == q { PROBES } else { 1 } {
            let _ = writeln!(matches, "{p},{}", probe(q, i));
        }
    }
    let write = |name: String, text: String| fs::write(folder.join(name), text).unwrap();
    write(format!("{prefix}_1N_gallery_{x}.csv"), gallery(1..PEOPLE / 3 + 1));
    write(format!("{prefix}_1N_gallery_{y}.csv"), gallery(PEOPLE / 3 + 1..2 * PEOPLE / 3 + 1));
    write(format!("{prefix}_1N_probe_mixed.csv"), HEADER.to_owned() + &probes.collect::<String>());
    write(format!("{prefix}_11_{x}_{y}_matches.csv"), matches);
}

/// The vectors of a seed, and the same as the table that the script reads.
fn embeddings(protocol: &IjbBc, seed: u64, ties: bool) -> (Embeddings, String) {
    let (mut embeddings, mut table) = (Embeddings::new(protocol.faces.len(), 16), String::new());
    for (i, face) in protocol.faces.iter().enumerate() {
        let numbers: Vec<u64> = face.file[4..].split(['_', '.']).filter_map(|n| n.parse().ok()).collect();
        // Of one template all vectors have one axis where there are to be ties, so that its mean is that axis.
        let which = if ties { numbers[1] } else { key(&numbers) };
        let Some(v) = vector(seed, numbers[0], which, ties) else { continue };
        embeddings.set(i, &v).unwrap();
        table += &face.file;
        v.iter().for_each(|x| write!(table, ",{x:?}").unwrap());
        table.push('\n');
    }
    (embeddings, table)
}

fn compare(name: &str, protocol: &IjbBc, embeddings: &Embeddings, want: &Value) {
    for (mode_name, mode) in FarMode::NAMES {
        let (got, scores) = evaluate_ijbbc_by(protocol, embeddings, &Pooling::default(), *mode).unwrap();
        assert_eq!(scores.scores.len(), got.verify.genuine + got.verify.impostor);
        assert_eq!(
            [got.verify.genuine, got.verify.impostor].map(Value::from),
            [&want["genuine"], &want["impostor"]].map(Clone::clone)
        );
        for (row, want) in got.verify.tar.iter().zip(want["tar"].as_array().unwrap()) {
            let what = format!("{name}, {mode_name}, FAR {}", row.far);
            close(&what, row.tar(), &want[*mode_name]);
            close(&what, row.conservative, &want["conservative"]);
            close(&what, row.interp, &want["interp"]);
            close(&what, row.threshold, &want["threshold"]);
        }
        let search = got.search.as_ref().unwrap();
        for (i, rank) in search.ranks.iter().enumerate() {
            close(&format!("{name}, rank {} of both", rank.rank), rank.rate, &want["ranks"][i]);
        }
        for (i, (fpir, tpir)) in search.tpir.iter().enumerate() {
            close(&format!("{name}, {mode_name}, FPIR {fpir}"), *tpir, &want["tpir"][got.fpir_mode.name()][i]);
        }
        for (g, (gallery, want)) in got.galleries.iter().zip(want["galleries"].as_array().unwrap()).enumerate() {
            assert_eq!(
                [gallery.mated, gallery.non_mated].map(Value::from),
                [want["mated"].clone(), want["non_mated"].clone()]
            );
            for (i, rank) in gallery.ranks.iter().enumerate() {
                close(&format!("{name}, gallery {g}, rank {}", rank.rank), rank.rate, &want["ranks"][i]);
            }
            for (i, at) in gallery.tpir.iter().enumerate() {
                let want = &want["tpir"][got.fpir_mode.name()][i];
                close(&format!("{name}, {mode_name}, gallery {g}, FPIR {}", at.target), at.tpir, want);
            }
        }
    }
}

/// The old script's figures, of the probes that have a mate: the others it refuses, and so do we.
fn compare_legacy(name: &str, protocol: &IjbBc, embeddings: &Embeddings, want: &Value) {
    let refused = legacy_insightface_1n(protocol, embeddings, &Pooling::default());
    assert!(matches!(refused, Err(EvalError::NotOneMate { mates: 0, .. })), "{name}");
    let mut mated = protocol.clone();
    mated.searches[0].probes.retain(|p| p.subject <= 2 * PEOPLE / 3);
    let got = legacy_insightface_1n(&mated, embeddings, &Pooling::default()).unwrap();
    assert_eq!((got.gallery as u64, got.probes as u64), (2 * PEOPLE / 3, PROBES * 2 * PEOPLE / 3));
    for (i, rank) in got.ranks.iter().enumerate() {
        close(&format!("{name}, old script, rank {}", rank.rank), rank.rate, &want["ranks"][i]);
    }
    for (i, at) in got.tpir.iter().enumerate() {
        close(&format!("{name}, old script, {}", at.target), at.tpir, &want["tpir"][i]);
    }
}

#[test]
#[ignore = "needs numpy: cargo xtask peers"]
fn ijb_b_and_c_on_fresh_vectors() {
    let seed = seed();
    for (set, ties) in [(IjbSet::B, false), (IjbSet::C, true), (IjbSet::C, false)] {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), set);
        let protocol = IjbBc::load_nist(set, dir.path()).unwrap();
        let (embeddings, table) = embeddings(&protocol, key(&[seed, set as u64, u64::from(ties)]), ties);
        let csv = dir.path().join("embeddings.csv");
        fs::write(&csv, table).unwrap();
        let ([x, y], root) = (set.galleries(), dir.path().to_str().unwrap());
        let want = found("peers/reference_ijbbc.py", &[root, set.prefix(), x, y, csv.to_str().unwrap()]);
        let name = format!("seed {seed}, {set}, {}", if ties { "ties" } else { "no ties" });
        println!(
            "{name}: {} genuine, {} impostor, {} failed templates, TAR at 1e-1 {}",
            want["genuine"], want["impostor"], want["failed"], want["tar"][5]
        );
        assert!(want["failed"].as_u64().unwrap() > 0, "{name}");
        compare(&name, &protocol, &embeddings, &want);
        compare_legacy(&name, &protocol, &embeddings, &want["old_script"]);
    }
}
