//! A tiny protocol folder and vectors by formula, shared by the tests; `reference_ijba.py` repeats the formula.
#![allow(dead_code)] // each test program uses a part

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use l2face_eval::{Embeddings, IjbA};

pub const DIM: usize = 16;
pub const HEADER: &str = "TEMPLATE_ID,SUBJECT_ID,FILE,MEDIA_ID,SIGHTING_ID,FRAME,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT,\
RIGHT_EYE_X,RIGHT_EYE_Y,LEFT_EYE_X,LEFT_EYE_Y,NOSE_BASE_X,NOSE_BASE_Y,FACE_YAW,FOREHEAD_VISIBLE,EYES_VISIBLE,\
NOSE_MOUTH_VISIBLE,INDOOR,GENDER,SKIN_TONE,AGE,FACIAL_HAIR\n";
const PEOPLE: usize = 15;
const TEMPLATES: usize = 3;

fn fnv(text: &str) -> u64 {
    let step = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3);
    text.bytes().fold(0xCBF2_9CE4_8422_2325, step)
}

fn uniform(key: u64, d: u64) -> f64 {
    let mut z = key.wrapping_add((d + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / 2f64.powi(53)
}

/// Person + noise, of varying norm; the weaker the norm, the stronger the noise. One face in eleven has none.
pub fn formula(file: &str, subject: u64) -> Option<Vec<f32>> {
    let (person, face) = (fnv(&format!("subject {subject}")), fnv(&format!("{file}#{subject}")));
    if face % 11 == 0 {
        return None;
    }
    let scale = 0.5 + 2.0 * uniform(face, 1000);
    let sigma = 3.5 / (0.5 + scale);
    let value = |d: u64| scale * ((uniform(person, d) - 0.5) + sigma * (uniform(face, d) - 0.5));
    Some((0..DIM as u64).map(|d| value(d) as f32).collect())
}

/// The formula's vectors for all faces of a protocol.
pub fn embed(protocol: &IjbA) -> Embeddings {
    let mut subjects = HashMap::new();
    for s in &protocol.splits {
        let lists = [&s.verify.train, &s.verify.templates, &s.search.train, &s.search.gallery, &s.search.probes];
        for t in lists.into_iter().flatten() {
            subjects.extend(t.media.iter().flatten().map(|&f| (f as usize, t.subject)));
        }
    }
    let mut embeddings = Embeddings::new(protocol.faces.len(), DIM);
    for (i, face) in protocol.faces.iter().enumerate() {
        if let Some(v) = formula(&face.file, subjects[&i]) {
            embeddings.set(i, &v).unwrap();
        }
    }
    embeddings
}

fn subject(split: usize, person: usize) -> usize {
    100 + (person * 7 + split) % 23
}

/// Rows of the `j`-th template of a person: stills, videos of three frames, one photograph shared by two people.
fn rows(split: usize, person: usize, j: usize) -> String {
    let (s, id, mut out) = (subject(split, person), split * 1000 + person * 10 + j, String::new());
    for m in 0..1 + (person + j + split) % 3 {
        let still = (s + m) % 2 == 0;
        for f in 0..if still { 1 } else { 3 } {
            let file = match (still, m) {
                (true, 0) => format!("img/group_{}.jpg", s / 4),
                (true, _) => format!("img/{s}_{j}_{m}.jpg"),
                _ => format!("frame/{s}_{j}_{m}_{f}.png"),
            };
            let frame = if still { String::new() } else { f.to_string() };
            let eye = if f == 1 { "," } else { "31.5,40" };
            let _ = writeln!(
                out,
                "{id},{s},{file},{},{f},{frame},{s},20.5,60,70,{eye},,,45,61,,,,,,,,,",
                s * 100 + j * 10 + m
            );
        }
    }
    out
}

/// Writes ten splits of 45 templates, about 240 comparisons, a gallery of 10 and 30 probes each.
pub fn write_tiny(root: &Path) {
    for k in 1..=10 {
        let (a, b) = (root.join(format!("IJB-A_11_sets/split{k}")), root.join(format!("IJB-A_1N_sets/split{k}")));
        fs::create_dir_all(&a).unwrap();
        fs::create_dir_all(&b).unwrap();
        let all: Vec<(usize, usize)> = (0..PEOPLE).flat_map(|p| (0..TEMPLATES).map(move |j| (p, j))).collect();
        let table = |keep: &dyn Fn(usize, usize) -> bool| {
            let kept = all.iter().filter(|(p, j)| keep(*p, *j));
            kept.fold(HEADER.to_owned(), |text, &(p, j)| text + &rows(k, p, j))
        };
        let train = HEADER.to_owned() + &rows(k, 16, 0) + &rows(k, 17, 1);
        fs::write(a.join(format!("train_{k}.csv")), &train).unwrap();
        fs::write(b.join(format!("train_{k}.csv")), &train).unwrap();
        fs::write(a.join(format!("verify_metadata_{k}.csv")), table(&|_, _| true)).unwrap();
        fs::write(a.join(format!("verify_comparisons_{k}.csv")), comparisons(k, &all)).unwrap();
        fs::write(b.join(format!("search_gallery_{k}.csv")), table(&|p, j| p < 10 && j == 0)).unwrap();
        fs::write(b.join(format!("search_probe_{k}.csv")), table(&|_, j| j > 0)).unwrap();
    }
}

/// All genuine pairs and a fifth of the others.
fn comparisons(k: usize, all: &[(usize, usize)]) -> String {
    let mut out = String::new();
    for (a, &(p, i)) in all.iter().enumerate() {
        for (b, &(q, j)) in all.iter().enumerate().skip(a + 1) {
            if p == q || (a * 31 + b * 17 + k).is_multiple_of(5) {
                let _ = writeln!(out, "{},{}", k * 1000 + p * 10 + i, k * 1000 + q * 10 + j);
            }
        }
    }
    out
}
