//! IJB-B and IJB-C in every layout, made up by the test; and every way a set can be wrong.
mod made_up;
mod rates;

use std::fs;

use l2face_eval::{EvalError, IjbBc, IjbLayout, IjbSet, TemplateSpec};
use made_up::{files, insightface, matches, nist, nist_tests, Set};

fn all_layouts() -> Vec<Set> {
    vec![
        nist(IjbSet::B),
        nist(IjbSet::C),
        nist_tests(),
        insightface(IjbSet::B, true),
        insightface(IjbSet::C, true),
        insightface(IjbSet::C, false),
    ]
}

fn load(set: &Set) -> Result<IjbBc, EvalError> {
    IjbBc::load(set.set, set.path())
}

fn error(set: &Set) -> String {
    load(set).unwrap_err().to_string()
}

fn assert_names(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part:?} not in: {message}");
    }
}

fn shape(t: &TemplateSpec) -> (u64, Vec<usize>) {
    (t.id, t.media.iter().map(Vec::len).collect())
}

#[test]
fn all_layouts_give_one_protocol() {
    for set in all_layouts() {
        let p = load(&set).unwrap();
        let name = format!("{:?} {:?}", p.set, p.layout);
        assert_eq!(p.verify.templates.len(), 16, "{name}");
        assert_eq!(p.verify.pairs.len(), 24, "{name}");
        assert_eq!(p.verify.pairs.iter().filter(|x| p.verify.is_genuine(**x)).count(), 4, "{name}");
        let find = |id| shape(p.verify.templates.iter().find(|t| t.id == id).unwrap());
        assert_eq!(find(30), (30, vec![1, 3]), "{name}");
        assert_eq!(find(601), (601, vec![2, 1]), "{name}");
        let (first, second) = p.verify.pairs[9];
        let ids = [first, second].map(|i| p.verify.templates[i as usize].id);
        assert_eq!(ids, [20, 400], "{name}");
        assert_eq!(p.faces.len(), 4 * 4 + 6 * 4, "{name}");
        let searches: Vec<_> = p.searches.iter().map(|s| (s.gallery.len(), s.probes.len())).collect();
        let with_search = files(&set).iter().any(|f| f.to_string_lossy().contains("gallery"));
        assert_eq!(searches, if with_search { vec![(2, 12), (2, 12)] } else { vec![] }, "{name}");
    }
}

#[test]
fn galleries_stay_apart_and_name_people() {
    for set in [nist(IjbSet::B), nist_tests(), insightface(IjbSet::C, true)] {
        let p = load(&set).unwrap();
        let people = |i: usize| p.searches[i].gallery.iter().map(|t| t.subject).collect::<Vec<_>>();
        assert_eq!((people(0), people(1)), (vec![1, 2], vec![3, 4]));
        assert!(p.searches.iter().all(|s| s.probes[11].subject == 6));
    }
}

#[test]
fn insightface_files_bring_points_and_scores() {
    let p = load(&insightface(IjbSet::B, true)).unwrap();
    assert_eq!(p.layout, IjbLayout::Insightface);
    assert_eq!(p.faces[1].hints.points.unwrap().0[3], [41.5, 92.3]);
    assert_eq!(p.det_scores.as_ref().unwrap()[..2], [0.90, 0.91]);
    assert!(p.faces[1].path.ends_with("loose_crop/2.jpg"));
    assert!(p.faces[1].at.ends_with("meta/ijbb_face_tid_mid.txt:2"));
    // without the CSV files of 1:N, pairs of label 1 make the people
    let p = load(&insightface(IjbSet::C, false)).unwrap();
    let subject = |id| p.verify.templates.iter().find(|t| t.id == id).unwrap().subject;
    assert_eq!((subject(10), subject(20)), (subject(101), subject(200)));
    assert_ne!(subject(10), subject(20));
    assert_ne!(subject(500), subject(501));
}

#[test]
fn sizes_are_warnings() {
    let p = load(&nist(IjbSet::C)).unwrap();
    let warnings = p.counts.warnings();
    assert_eq!(warnings.len(), 7, "{warnings:?}");
    assert!(warnings.contains(&"24 comparisons were read, the whole release has 15658489".to_owned()), "{warnings:?}");
    assert_eq!(p.counts.found("probes"), Some(12));
    assert_eq!(p.counts.found("rows that repeat a face of their medium"), Some(0));
    let set = nist(IjbSet::B);
    set.edit("protocol/ijbb_1N_gallery_S1.csv", |t| t.clone() + t.lines().last().unwrap() + "\n");
    let p = load(&set).unwrap();
    assert_eq!(p.counts.found("rows that repeat a face of their medium"), Some(1));
    assert_eq!(p.verify.templates[1].media[1].len(), 4);
}

#[test]
fn every_missing_file_is_named() {
    for make in [|| nist(IjbSet::B), || nist(IjbSet::C), nist_tests, || insightface(IjbSet::B, true)] {
        for file in files(&make()) {
            let set = make();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let inside = files(&set).into_iter().find(|f| f.ends_with(&name)).unwrap();
            fs::remove_file(inside).unwrap();
            let message = match name.contains("face_tid_mid") {
                true => IjbBc::load_insightface(set.set, set.path()).unwrap_err().to_string(),
                false => error(&set),
            };
            assert_names(&message, &[&name, "is missing: the folder must hold"]);
        }
    }
    let nowhere = IjbBc::load(IjbSet::B, std::path::Path::new("nowhere")).unwrap_err().to_string();
    assert_names(&nowhere, &["nowhere is missing", "as NIST releases them"]);
}

#[test]
fn every_missing_column_is_named() {
    for column in made_up::HEADER.trim_end().split(',') {
        let set = nist(IjbSet::C);
        set.edit("protocols/ijbc_1N_probe_mixed.csv", |t| t.replace(column, "OTHER"));
        assert_names(&error(&set), &[&format!("ijbc_1N_probe_mixed.csv:1: column {column} is missing")]);
    }
    for column in ["TEMPLATE_ID", "SUBJECT_ID"] {
        let set = insightface(IjbSet::C, true);
        set.edit("meta/ijbc_1N_gallery_G2.csv", |t| t.replace(column, "OTHER"));
        assert_names(&error(&set), &[&format!("ijbc_1N_gallery_G2.csv:1: column {column} is missing")]);
    }
}

#[test]
fn unknown_and_clashing_ids() {
    let set = nist(IjbSet::C);
    set.edit("protocols/ijbc_11_G1_G2_matches.csv", |t| t.replacen("10,201", "10,777", 1));
    assert_names(&error(&set), &["ijbc_11_G1_G2_matches.csv:2: template 777 is not in", "ijbc_1N_gallery_G1.csv"]);
    set.write("protocols/ijbc_11_G1_G2_matches.csv", "ENROLL,VERIF\n10,201\n10,2x1\n");
    assert_names(&error(&set), &["matches.csv:3: second template is \"2x1\""]);
    set.write("protocols/ijbc_11_G1_G2_matches.csv", "10,201,1\n");
    assert_names(&error(&set), &["matches.csv:1: 3 fields, expected 2"]);
    set.write("protocols/ijbc_11_G1_G2_matches.csv", "\n");
    assert_names(&error(&set), &["matches.csv has no rows"]);
    let set = nist(IjbSet::B);
    set.edit("protocol/ijbb_1N_gallery_S2.csv", |t| t.replace("30,3,", "10,3,"));
    assert_names(&error(&set), &["ijbb_1N_gallery_S2.csv: template 10 is listed a second time", "gallery_S1.csv"]);
    let set = insightface(IjbSet::B, true);
    set.edit("meta/ijbb_1N_probe_mixed.csv", |t| t.replace("600,6,", "699,6,"));
    assert_names(&error(&set), &["ijbb_1N_probe_mixed.csv:22: template 699 is not in", "face_tid_mid.txt"]);
    let set = insightface(IjbSet::B, true);
    set.edit("meta/ijbb_1N_gallery_S1.csv", |t| t.replacen("10,1,", "10,9,", 1));
    assert_names(&error(&set), &["ijbb_1N_gallery_S1.csv:3: template 10 belongs to subject 1 here but to subject 9"]);
}

#[test]
fn a_template_is_not_compared_with_itself() {
    let cases = [
        (nist(IjbSet::B), "protocol/ijbb_11_S1_S2_matches.csv", "10,10\n"),
        (nist_tests(), "protocols/test1/match.csv", "10,10\n"),
        (insightface(IjbSet::C, true), "meta/ijbc_template_pair_label.txt", "10 10 1\n"),
    ];
    for (set, file, line) in cases {
        set.edit(file, |t| t + line);
        let name = file.rsplit('/').next().unwrap();
        assert_names(&error(&set), &[&format!("{name}:25: template 10 is compared with itself"), "fix that row"]);
    }
}

#[test]
fn comparisons_that_repeat_are_counted() {
    let cases = [
        (nist(IjbSet::B), "protocol/ijbb_11_S1_S2_matches.csv", "10,201\n101,10\n"),
        (insightface(IjbSet::C, false), "meta/ijbc_template_pair_label.txt", "10 201 0\n101 10 1\n"),
    ];
    for (set, file, lines) in cases {
        assert_eq!(load(&set).unwrap().counts.found("comparisons that repeat another"), Some(0));
        set.edit(file, |t| t + lines);
        let p = load(&set).unwrap();
        assert_eq!((p.verify.pairs.len(), p.counts.found("comparisons that repeat another")), (26, Some(2)));
        let said = "2 comparisons that repeat another: they count as often as they are written".to_owned();
        assert!(p.counts.warnings().contains(&said), "{:?}", p.counts.warnings());
    }
}

#[test]
fn labels_must_agree() {
    for with_search in [true, false] {
        let set = insightface(IjbSet::B, with_search);
        set.edit("meta/ijbb_template_pair_label.txt", |t| t + "101 10 0\n");
        assert_names(&error(&set), &["pair_label.txt: the pair 101 10 has label 0"]);
    }
    let set = insightface(IjbSet::B, true);
    set.edit("meta/ijbb_template_pair_label.txt", |t| t.replacen("10 101 1", "10 101 2", 1));
    assert_names(&error(&set), &["pair_label.txt:1: the label is \"2\"", "0 or 1"]);
    set.edit("meta/ijbb_template_pair_label.txt", |_| "10 101\n".into());
    assert_names(&error(&set), &["pair_label.txt:1: 2 fields"]);
    assert_eq!(matches().lines().count(), 24);
}

#[test]
fn broken_rows_of_insightface() {
    let ids = "meta/ijbc_face_tid_mid.txt";
    let points = "meta/ijbc_name_5pts_score.txt";
    let wrong = |file: &str, from: &str, to: &str| {
        let set = insightface(IjbSet::C, true);
        set.edit(file, |t| t.replacen(from, to, 1));
        error(&set)
    };
    assert_names(&wrong(ids, "2.jpg 10 108", "2.jpg 10"), &["face_tid_mid.txt:2: 2 fields"]);
    assert_names(&wrong(ids, "2.jpg 10", "2.jpg x"), &["face_tid_mid.txt:2: the template is \"x\""]);
    assert_names(&wrong(ids, "2.jpg 10", "../2.jpg 10"), &["face_tid_mid.txt:2: the image is \"../2.jpg\"", "inside"]);
    assert_names(&wrong(ids, "2.jpg 10", "1.jpg 10"), &["face_tid_mid.txt:2: image 1.jpg is listed a second time"]);
    assert_names(
        &wrong(points, "2.jpg", "3.jpg"),
        &["name_5pts_score.txt:2: the image is \"3.jpg\" here but \"2.jpg\""],
    );
    assert_names(&wrong(points, "0.91", ""), &["name_5pts_score.txt:2: 10 numbers after the image"]);
    assert_names(&wrong(points, "0.91", "1.91"), &["name_5pts_score.txt:2: the detector's score is 1.91"]);
    assert_names(&wrong(points, "0.91", "NaN"), &["name_5pts_score.txt:2: a point or the score is \"NaN\""]);
    let set = insightface(IjbSet::C, true);
    set.edit(points, |t| t.clone() + t.lines().last().unwrap() + "\n");
    assert_names(&error(&set), &["name_5pts_score.txt:41: a row beyond the 40"]);
    set.edit(points, |t| t.lines().take(39).map(|l| format!("{l}\n")).collect());
    assert_names(&error(&set), &["name_5pts_score.txt:40: the file ends here, expected the points of 40.jpg"]);
}

#[test]
fn images_are_found_under_images_or_the_root() {
    let set = nist(IjbSet::B);
    let p = load(&set).unwrap();
    assert_names(&p.check_images().unwrap_err().to_string(), &["40 of 40 images", "img/10_0_0.jpg", "S1.csv:2"]);
    for face in &p.faces {
        let path = set.path().join("images").join(&face.file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"").unwrap();
    }
    let p = load(&set).unwrap();
    p.check_images().unwrap();
    assert!(p.images.ends_with("images"));
}
