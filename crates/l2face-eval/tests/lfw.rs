//! LFW's lists: the real ones where they are at hand, and every way a list can be wrong.
use std::fs;
use std::path::{Path, PathBuf};

use l2face_eval::{load_lfw, score_folds, Embeddings, EvalError, FoldProtocol, LfwFiles, LfwPeople, Pooling};
use tempfile::TempDir;

const PAIRS: &str = "2\t2\nAda\t1\t2\nBob\t1\t3\nAda\t1\tBob\t2\nBob\t1\tAda\t2\n\
    Cy\t1\t2\nDee\t1\t2\nCy\t1\tDee\t2\nDee\t1\tCy\t3\n";

fn folder(pairs: &str) -> (TempDir, LfwFiles) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("pairs.txt"), pairs).unwrap();
    let files = LfwFiles::in_folder(dir.path());
    (dir, files)
}

fn error(pairs: &str) -> String {
    load_lfw(&folder(pairs).1).unwrap_err().to_string()
}

fn assert_names(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part:?} not in: {message}");
    }
}

fn real() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/lfw");
    if !dir.is_dir() {
        eprintln!("SKIPPED: {} is absent", dir.display());
        return None;
    }
    Some(dir)
}

#[test]
fn the_real_list_is_whole() {
    let Some(dir) = real() else { return };
    let protocol = load_lfw(&LfwFiles::in_folder(&dir)).unwrap();
    protocol.check_images().unwrap();
    assert_eq!((protocol.pairs.len(), protocol.folds), (6000, 10));
    assert_eq!(protocol.counts.warnings(), Vec::<String>::new());
    assert_eq!(protocol.people_in_several_folds(), 0);
    for fold in 0..10 {
        let of_fold: Vec<_> = protocol.pairs.iter().filter(|p| p.fold == fold).collect();
        assert_eq!((of_fold.len(), of_fold.iter().filter(|p| p.same).count()), (600, 300));
    }
    let face = &protocol.faces[protocol.templates[protocol.pairs[0].b as usize].media[0][0] as usize];
    assert_eq!(face.file, "Abel_Pacheco/Abel_Pacheco_0004.jpg");
    assert!(face.at.ends_with("pairs.txt:2"), "{}", face.at);
}

#[test]
fn the_real_development_lists_and_people_are_whole() {
    let Some(dir) = real() else { return };
    for (name, pairs) in [("pairsDevTrain.txt", 2200), ("pairsDevTest.txt", 1000)] {
        let files = LfwFiles { pairs: dir.join(name), ..LfwFiles::in_folder(&dir) };
        let protocol = load_lfw(&files).unwrap();
        protocol.check_images().unwrap();
        assert_eq!((protocol.pairs.len(), protocol.folds), (pairs, 1), "{name}");
        assert_eq!(protocol.pairs.iter().filter(|p| p.same).count() * 2, pairs);
    }
    let people = LfwPeople::load(&dir.join("people.txt")).unwrap();
    people.check_images(&dir).unwrap();
    assert_eq!((people.sets.len(), people.faces(&dir).len()), (10, 13_233));
    assert_eq!(people.sets.iter().map(Vec::len).sum::<usize>(), 5749);
    let dev = |name: &str| LfwPeople::load(&dir.join(name)).unwrap();
    assert_eq!(dev("peopleDevTrain.txt").sets[0].len(), 4038);
    assert_eq!(dev("peopleDevTest.txt").sets[0].len(), 1711);
}

#[test]
fn pairs_become_templates_once() {
    let (_dir, files) = folder(PAIRS);
    let protocol = load_lfw(&files).unwrap();
    let names: Vec<&str> = protocol.faces.iter().map(|f| f.file.as_str()).collect();
    assert_eq!(names[..3], ["Ada/Ada_0001.jpg", "Ada/Ada_0002.jpg", "Bob/Bob_0001.jpg"]);
    assert_eq!((names.len(), protocol.templates.len(), protocol.folds), (10, 10, 2));
    let as_rows: Vec<_> = protocol.pairs.iter().map(|p| (p.a, p.b, p.same, p.fold)).collect();
    assert_eq!(as_rows[..4], [(0, 1, true, 0), (2, 3, true, 0), (0, 4, false, 0), (2, 1, false, 0)]);
    assert!(as_rows[4..].iter().all(|r| r.3 == 1));
    assert_eq!(protocol.templates[2].subject, protocol.templates[4].subject);
    assert_eq!(protocol.people_in_several_folds(), 0);
    let crossed = PAIRS.replace("Dee\t1\tCy\t3", "Dee\t1\tAda\t3");
    assert_eq!(load_lfw(&folder(&crossed).1).unwrap().people_in_several_folds(), 1);
    assert_eq!(load_lfw(&folder(&PAIRS.replace('\n', "\r\n")).1).unwrap().pairs, protocol.pairs);
    assert_eq!(load_lfw(&folder("1\nAda 1 2\nAda 1 Bob 1\n\n").1).unwrap().folds, 1);
}

#[test]
fn broken_lists_say_where() {
    assert_names(
        &load_lfw(&LfwFiles::in_folder(Path::new("nowhere"))).unwrap_err().to_string(),
        &["nowhere", "missing"],
    );
    assert_names(&error(""), &["pairs.txt:1: the file ends here, expected the number of folds"]);
    assert_names(&error("ten\t2\n"), &["pairs.txt:1: number of folds is \"ten\""]);
    assert_names(&error("1 2 3\n"), &["pairs.txt:1: 3 fields"]);
    assert_names(&error("0\t2\n"), &["pairs.txt:1: no folds"]);
    assert_names(
        &error(&PAIRS.replace("Bob\t1\t3", "Bob\t1\tone")),
        &["pairs.txt:3: number of the photograph is \"one\""],
    );
    assert_names(&error(&PAIRS.replace("Bob\t1\t3", "Bob\t1")), &["pairs.txt:3: 2 fields, expected 3 or 4"]);
    assert_names(&error(&PAIRS.replace("Bob\t1\t3", "Bob\t1\t1")), &["pairs.txt:3: a photograph paired with itself"]);
    assert_names(
        &error(&PAIRS.replace("Bob\t1\t3", "Bob\t1\tAda\t3")),
        &["pairs.txt:3: ", "is not a row `name n1 n2`"],
    );
    assert_names(&error(&PAIRS.replace("Bob\t1\tAda\t2", "Bob\t1\tBob\t2")), &["pairs.txt:5: ", "names Bob twice"]);
    assert_names(&error(&PAIRS.replace("Dee\t1\tCy\t3\n", "")), &["pairs.txt:9: the file ends here"]);
    assert_names(&error(&(PAIRS.to_owned() + "Ada\t1\t2\n")), &["pairs.txt:10: a row after the last of 2 folds"]);
    for name in ["..", "a/b", "/etc", "a\\b"] {
        assert_names(
            &error(&PAIRS.replace("Bob\t1\t3", &format!("{name}\t1\t3"))),
            &["pairs.txt:3: the name is", "inside"],
        );
    }
    assert_names(&error(&("x".repeat(70_000) + "\n")), &["pairs.txt:1: more than 65536 bytes in one line"]);
}

#[test]
fn absent_photographs_come_all_at_once() {
    let (dir, files) = folder(PAIRS);
    for face in load_lfw(&files).unwrap().faces {
        fs::create_dir_all(face.path.parent().unwrap()).unwrap();
        fs::write(face.path, b"").unwrap();
    }
    load_lfw(&files).unwrap().check_images().unwrap();
    fs::remove_file(dir.path().join("Cy/Cy_0002.jpg")).unwrap();
    fs::rename(dir.path().join("Ada/Ada_0001.jpg"), dir.path().join("Ada/Ada_0001.png")).unwrap();
    let protocol = load_lfw(&files).unwrap();
    assert_eq!(protocol.faces[0].path.extension().unwrap(), "png");
    let message = protocol.check_images().unwrap_err().to_string();
    assert_names(&message, &["1 of 10 images are absent", "Cy/Cy_0002.jpg (", "pairs.txt:6)"]);
}

fn with_errata(errata: &str) -> Result<FoldProtocol, EvalError> {
    let (dir, files) = folder(PAIRS);
    let path = dir.path().join("errata.txt");
    fs::write(&path, errata).unwrap();
    load_lfw(&LfwFiles { errata: Some(path), ..files })
}

#[test]
fn errata_are_used_and_reported() {
    let text = "# who said so\nBob\t1\tAda\t2\tsame # seen twice\n\nAda 2 1 drop\nCy 1 2 same\n";
    let protocol = with_errata(text).unwrap();
    let labels: Vec<bool> = protocol.pairs.iter().map(|p| p.same).collect();
    assert_eq!(labels, [true, false, true, true, true, false, false]);
    let used = protocol.list.errata.unwrap();
    assert_eq!((used.relabelled, used.dropped, used.without_effect), (1, 1, 1));
    assert!(used.file.ends_with("errata.txt"));
    let wrong = |text| with_errata(text).unwrap_err().to_string();
    assert_names(&wrong("Ada 1 7 drop\n"), &["errata.txt:1: this pair is not in", "pairs.txt"]);
    assert_names(&wrong("Ada 1 2 maybe\n"), &["errata.txt:1: \"maybe\" is none of same"]);
    assert_names(&wrong("Ada 1 2 drop\nAda 2 1 drop\n"), &["errata.txt:2: pair Ada 2 1 is listed a second time", ":1"]);
    assert_names(&wrong("Ada\n"), &["errata.txt:1: expected a row"]);
    let (dir, files) = folder(PAIRS);
    let absent = LfwFiles { errata: Some(dir.path().join("none.txt")), ..files };
    assert_names(&load_lfw(&absent).unwrap_err().to_string(), &["none.txt is missing", "official labels"]);
}

#[test]
fn people_lists_are_strict() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("people.txt");
    let load = |text: &str| {
        fs::write(&path, text).unwrap();
        LfwPeople::load(&path)
    };
    let people = load("2\n1\nAda\t2\n2\nBob\t1\nCy\t3\n").unwrap();
    assert_eq!(people.sets.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(people.faces(dir.path())[5].file, "Cy/Cy_0003.jpg");
    assert_names(&people.check_images(dir.path()).unwrap_err().to_string(), &["6 of 6 images", "people.txt:3"]);
    let wrong = |text: &str| load(text).unwrap_err().to_string();
    assert_names(&wrong("2\nAda\t1\nAda\t1\n"), &["people.txt:3: person Ada is listed a second time", ":2"]);
    assert_names(&wrong("2\nAda\t1\n"), &["people.txt:3: the file ends here"]);
    assert_names(&wrong("1\nAda\t1\nBob\t1\n"), &["people.txt:3: a row after the last set"]);
    assert_names(&wrong("1\nAda\tone\n"), &["people.txt:2: number of photographs is \"one\""]);
    assert_names(&wrong("1\nAda\t10000\n"), &["people.txt:2: ", "9999 at most"]);
    assert_names(&wrong("1\n../Ada\t1\n"), &["people.txt:2: the name is"]);
}

#[test]
fn scores_keep_the_order_of_the_list() {
    let (_dir, files) = folder(PAIRS);
    let protocol = load_lfw(&files).unwrap();
    let mut embeddings = Embeddings::new(protocol.faces.len(), 2);
    for i in 0..protocol.faces.len() - 1 {
        let angle = i as f32 * 0.1;
        embeddings.set(i, &[angle.cos() * 3.0, angle.sin() * 3.0]).unwrap();
    }
    let scores = score_folds(&protocol, &embeddings, &Pooling::default()).unwrap();
    for (score, pair) in scores.scores.iter().zip(&protocol.pairs).take(7) {
        let expected = (0.1 * (f64::from(pair.a) - f64::from(pair.b))).cos();
        assert!((score - expected).abs() < 1e-6, "{score} {expected}");
    }
    assert_eq!(scores.scores[7], f64::NEG_INFINITY, "Cy_0003 has no vector");
    assert_eq!((scores.failed_templates, scores.failed_pairs, scores.faces.failed), (1, 1, 1));
    assert_eq!(scores.same, protocol.pairs.iter().map(|p| p.same).collect::<Vec<_>>());
    assert_eq!(scores.fold, [0, 0, 0, 0, 1, 1, 1, 1]);
    let back: l2face_eval::FoldScores = serde_json::from_str(&serde_json::to_string(&scores).unwrap()).unwrap();
    assert_eq!(back.scores[7], f64::NEG_INFINITY);
    assert_eq!(back.same, scores.same);
}
