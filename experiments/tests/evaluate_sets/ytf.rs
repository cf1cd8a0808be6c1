//! `evaluate ytf`: aligned frames, whole frames with boxes, both lists, and a video without a box by each policy.
use crate::colours::{embedder, evaluate, photo, text, PEOPLE, SIDE};
use l2face_experiments::evaluate::{markdown, Results};
use std::fs;
use std::path::Path;

const HEADER: &str = "split number, pair number, first name, second name, is same identity";
const FRAMES: usize = 3;

/// Six people of two videos; two folds of three pairs of each kind. `corrected` adds the sixth column, which has one label more as "same".
fn list(corrected: bool) -> String {
    let mut text = format!("{HEADER}{}\n", if corrected { ", corrected" } else { "" });
    for person in 0..PEOPLE {
        let (fold, other) = (1 + person / 3, (person + 1) % PEOPLE);
        for (b, same) in [(person, 1), (other, 0)] {
            let label = if corrected { format!(", {same}") } else { String::new() };
            // The fifth column is wrong in one row where a sixth corrects it.
            let published = if corrected && person == 0 { 0 } else { same };
            text += &format!("{fold}, {}, P{person}/0, P{b}/1, {published}{label}\n", 1 + person % 3);
        }
    }
    text
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

/// `aligned_images_DB`: crops.
fn aligned(root: &Path) {
    each_frame(|person, video, frame| {
        let name = format!("aligned_images_DB/P{person}/{video}/aligned_detect_{video}.{frame}.jpg");
        write(&root.join(name), photo(SIDE, person, frame).encode_jpeg(95).expect("a frame"));
    });
}

/// `frame_images_DB`: four times as large, each with a box in its middle, but those of `without`.
fn whole_frames(root: &Path, without: &str) {
    each_frame(|person, video, frame| {
        let name = format!("frame_images_DB/P{person}/{video}/{video}.{frame}.jpg");
        write(&root.join(name), photo(4 * SIDE, person, frame).encode_jpeg(95).expect("a frame"));
    });
    for person in 0..PEOPLE {
        let mut boxes = String::new();
        each_frame(|p, video, frame| {
            if p == person && format!("P{p}/{video}") != without {
                boxes += &format!("P{p}\\{video}\\{video}.{frame}.jpg,0,32,32,20,20,0.0,1\n");
            }
        });
        write(&root.join(format!("frame_images_DB/P{person}.labeled_faces.txt")), boxes);
    }
}

fn each_frame(mut make: impl FnMut(usize, usize, usize)) {
    for person in 0..PEOPLE {
        for (video, frame) in (0..2).flat_map(|video| (1..=FRAMES).map(move |frame| (video, frame))) {
            make(person, video, frame);
        }
    }
}

/// Results of a tree under `folder`.
fn of(folder: &Path, more: &[&str]) -> Result<Results, String> {
    let (data, cache, out) = (folder.join("ytf"), folder.join("cache"), folder.join("out"));
    let model = embedder(folder);
    let words = ["ytf", "--data", text(&data), "--model", text(&model), "--cache", text(&cache), "--out", text(&out)];
    evaluate(&[&words[..], &["--preproc", "rgb,127.5,128"], more].concat())
}

#[test]
fn frames_are_pooled_and_the_list_in_use_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("ytf");
    aligned(&data);
    fs::write(data.join("splits.txt"), list(false)).expect("a list");
    let results = of(folder.path(), &["--align", "whole"]).expect("results");
    let (accuracy, rates) = (results.accuracy.as_ref().expect("folds"), results.folds.as_ref().expect("rates"));
    assert_eq!((accuracy.mean, accuracy.folds.len(), accuracy.pairs), (100., 2, 12));
    assert_eq!((rates.genuine, rates.impostor, rates.eer, rates.failed_templates), (6, 6, 0., 0));
    assert_eq!(results.sources["whole photograph"], PEOPLE * 2 * FRAMES);
    let page = markdown(&results);
    for part in ["# YouTube Faces: colour.onnx", "original labels, aligned_images_DB, all frames", "6 people resampled"]
    {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
    assert!(page.contains("| note | 12 pairs were read, the whole release has 5000 |"), "{page}");
    let fewer = of(folder.path(), &["--align", "whole", "--max-frames", "2"]).expect("results");
    assert_eq!(fewer.sources["whole photograph"], PEOPLE * 2 * 2);
    assert!(markdown(&fewer).contains("at most 2 frames a video, evenly spaced"));
}

#[test]
fn corrected_labels_are_known_by_their_column_not_by_the_files_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("ytf");
    aligned(&data);
    fs::write(data.join("splits.txt"), list(true)).expect("a list");
    let results = of(folder.path(), &["--align", "whole"]).expect("results");
    let rates = results.folds.as_ref().expect("rates");
    assert_eq!((rates.genuine, rates.list.form.starts_with("corrected labels")), (6, true), "{}", rates.list.form);
    fs::write(data.join("splits_corrected.txt"), list(false)).expect("a list");
    let named = data.join("splits_corrected.txt");
    let results = of(folder.path(), &["--align", "whole", "--pairs", text(&named)]).expect("results");
    assert!(results.folds.expect("rates").list.form.starts_with("original labels"), "it has five columns");
}

#[test]
fn a_video_without_a_face_by_each_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("ytf");
    whole_frames(&data, "P1/0"); // in a pair of each kind
    fs::write(data.join("splits.txt"), list(false)).expect("a list");
    let with = |policy: &str| of(folder.path(), &["--align", "box", "--failures", policy]).expect("results");
    let nist = with("nist");
    let rates = nist.folds.as_ref().expect("rates");
    assert_eq!((rates.genuine, rates.impostor, rates.failed_templates, rates.failed_pairs), (6, 6, 1, 2));
    assert!((rates.tar[0].tar - 5. / 6.).abs() < 1e-12, "the failed pair is a miss: {:?}", rates.tar[0]);
    assert_eq!((nist.sources["not found"], nist.accuracy.as_ref().expect("folds").right), (FRAMES, 11));
    assert!(markdown(&nist).contains("Failures to enrol: 1 templates in 2 pairs."), "{}", markdown(&nist));
    let drop = with("drop");
    let rates = drop.folds.as_ref().expect("rates");
    assert_eq!((rates.genuine, rates.impostor, rates.tar[0].tar, rates.failed_pairs), (5, 5, 1., 2));
    assert!(markdown(&drop).contains("Failures to enrol: 1 templates in 2 pairs."), "dropped pairs are counted");
    let centre = with("centre-crop");
    let rates = centre.folds.as_ref().expect("rates");
    assert_eq!((rates.genuine, rates.failed_templates, rates.tar[0].tar), (6, 0, 1.));
    assert_eq!((centre.sources["centre"], centre.sources.get("not found")), (FRAMES, None));
    assert!(markdown(&centre).contains("Failures to enrol: 0 templates in 0 pairs."));
}

/// Three folds, the third of nothing but pairs with a video without a box.
#[test]
fn a_fold_that_drop_empties_is_missed_aloud() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("ytf");
    whole_frames(&data, "P1/0");
    let mut text = format!("{HEADER}\n");
    for (fold, person, number) in [(1, 0, 1), (1, 2, 2), (1, 4, 3), (2, 3, 1), (2, 5, 2), (3, 1, 1)] {
        for (b, same) in [(person, 1), ((person + 1) % PEOPLE, 0)] {
            text += &format!("{fold}, {number}, P{person}/0, P{b}/1, {same}\n");
        }
    }
    fs::write(data.join("splits.txt"), text).expect("a list");
    let with = |policy: &str| of(folder.path(), &["--align", "box", "--failures", policy]).expect("results");
    let nist = with("nist");
    let accuracy = nist.accuracy.as_ref().expect("folds");
    assert_eq!((accuracy.folds.len(), accuracy.unequal_folds, accuracy.empty_folds), (3, true, 0));
    let page = markdown(&nist);
    assert!(page.contains("**The folds differ in size**") && !page.contains("no pair left"), "{page}");
    let drop = with("drop");
    let accuracy = drop.accuracy.as_ref().expect("folds");
    assert_eq!((accuracy.folds.len(), accuracy.pairs, accuracy.unequal_folds, accuracy.empty_folds), (2, 10, true, 1));
    let json = fs::read_to_string(folder.path().join("out/results.json")).expect("results.json");
    assert!(json.contains("\"empty_folds\": 1"), "{json}");
    let page = markdown(&drop);
    let said = [
        "10 of 10 pairs right, 100.00 %, 95 % Clopper-Pearson interval of that share 69.15 to 100.00 %",
        "**1 of the list's 3 folds have no pair left**",
        "not of the mean",
    ];
    for part in said {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
}
