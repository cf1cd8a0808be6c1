//! `--align detect` through the whole evaluation, with a detector that says "face" everywhere.
use crate::colours::{embedder, evaluate, photo, text, PEOPLE};
use crate::detector::detector;
use l2face_experiments::evaluate::markdown;
use std::fs;

const PHOTO: usize = 64;

#[test]
fn lfw_by_a_detectors_points() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, out, cache) = (folder.path().join("lfw"), folder.path().join("out"), folder.path().join("cache"));
    let (model, weights) = (embedder(folder.path()), detector(folder.path()));
    let mut list = "2\t3\n".to_owned();
    for fold in [0..3, 3..PEOPLE] {
        list += &fold.clone().map(|p| format!("P{p}\t1\t2\n")).collect::<String>();
        list += &fold.map(|p| format!("P{p}\t1\tP{}\t2\n", (p + 1) % PEOPLE)).collect::<String>();
    }
    for (person, number) in (0..PEOPLE).flat_map(|p| [(p, 1), (p, 2)]) {
        let folder = data.join(format!("P{person}"));
        fs::create_dir_all(&folder).expect("a folder");
        let image = photo(PHOTO, person, number).encode_jpeg(95).expect("a photograph");
        fs::write(folder.join(format!("P{person}_{number:04}.jpg")), image).expect("a file");
    }
    fs::write(data.join("pairs.txt"), list).expect("a list");
    let words = ["lfw", "--data", text(&data), "--model", text(&model), "--cache", text(&cache), "--out", text(&out)];
    let how = ["--preproc", "rgb,127.5,128", "--align", "detect", "--detector", text(&weights)];
    let results = evaluate(&[&words[..], &how].concat()).expect("results");
    assert_eq!(results.sources, [("detector".to_owned(), 2 * PEOPLE)].into());
    assert_eq!(results.accuracy.as_ref().expect("folds").mean, 100.);
    let page = markdown(&results);
    for part in ["| alignment | detect |", "| faces | detector 12 |", "--detector"] {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
}
