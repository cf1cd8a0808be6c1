//! `--align detect` through the whole evaluation, with detectors that say "face" everywhere and nowhere.
use crate::colours::{embedder, evaluate, photo, text, PEOPLE};
use crate::detector::{blind_detector, detector};
use crate::ijbbc::{of, paint};
use crate::made_up::nist;
use l2face_eval::IjbSet;
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

/// Five faces have no box, seven have points in the protocol's columns, the others have a box alone.
#[test]
fn what_the_detector_misses_is_counted_by_what_aligned_it() {
    let (set, folder) = (nist(IjbSet::C), tempfile::tempdir().expect("a folder"));
    for file in ["gallery_G1", "gallery_G2", "probe_mixed"] {
        set.edit(&format!("protocols/ijbc_1N_{file}.csv"), |text| {
            let place = |line: &str| match line.split(',').next() {
                Some("TEMPLATE_ID") => {
                    format!("{line},RIGHT_EYE_X,RIGHT_EYE_Y,LEFT_EYE_X,LEFT_EYE_Y,NOSE_BASE_X,NOSE_BASE_Y\n")
                }
                Some("10" | "200") => line.replace(",3,4,50,60", ",,,,") + ",,,,,,\n",
                Some("20" | "301") => line.replace(",3,4,50,60", ",36,36,40,40") + ",48,52,66,52,57,65\n",
                _ => line.replace(",3,4,50,60", ",36,36,40,40") + ",,,,,,\n",
            };
            text.lines().map(place).collect()
        });
    }
    paint(&set);
    let weights = blind_detector(folder.path());
    let results = of(&set, folder.path(), &["--align", "detect", "--detector", text(&weights)]).expect("results");
    let counted = [("three points", 7), ("box", 28), ("not found", 5)].map(|(source, n)| (source.to_owned(), n));
    assert_eq!(results.sources, counted.into());
    assert!(markdown(&results).contains("| faces | box 28, not found 5, three points 7 |"), "{}", markdown(&results));
}
