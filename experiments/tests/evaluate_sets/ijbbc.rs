//! `evaluate ijbb` and `ijbc`, in every layout that is read; failures by each policy, and every rule of TAR.
use crate::colours::{embedder, evaluate, photo, text};
use crate::made_up::{insightface, nist, nist_tests, rows, Set};
use clap::Parser;
use l2face_eval::{FoldScores, IjbBc, IjbSet, IJBBC_FARS};
use l2face_experiments::evaluate::{calibrate, markdown, Results};
use l2face_metrics::{clopper_pearson, FarMode, FpirMode, ScoreSet};
use std::fs;
use std::path::Path;

/// Wide enough for the made-up boxes and for points in a crop of 112 pixels.
const PHOTO: usize = 112;

/// Writes every photograph of a set: the colour of the person whom the template's number begins with.
pub fn paint(set: &Set) {
    let protocol = IjbBc::load(set.set, set.path()).expect("a protocol");
    for template in &protocol.verify.templates {
        let person = usize::from(template.id.to_string().as_bytes()[0] - b'1');
        for &face in template.media.iter().flatten() {
            let path = &protocol.faces[face as usize].path;
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let image = photo(PHOTO, person, face as usize % 3).encode_jpeg(95).expect("a photograph");
            fs::write(path, image).expect("a file");
        }
    }
}

/// Results of a set, with out folder and cache in `folder`.
pub fn of(set: &Set, folder: &Path, more: &[&str]) -> Result<Results, String> {
    let (cache, out, model) = (folder.join("cache"), folder.join("out"), embedder(folder));
    let name = set.set.prefix();
    let words =
        [name, "--data", text(set.path()), "--model", text(&model), "--cache", text(&cache), "--out", text(&out)];
    evaluate(&[&words[..], &["--preproc", "rgb,127.5,128"], more].concat())
}

fn scores(folder: &Path) -> FoldScores {
    serde_json::from_slice(&fs::read(folder.join("out/scores.json")).expect("scores")).expect("JSON")
}

#[test]
fn every_layout_gives_the_table_with_both_galleries_apart() {
    let sets = [
        nist(IjbSet::B),
        insightface(IjbSet::B, true),
        nist(IjbSet::C),
        nist_tests(),
        insightface(IjbSet::C, true),
        insightface(IjbSet::C, false),
    ];
    for (i, set) in sets.iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        paint(set);
        let results = of(set, folder.path(), &[]).expect("results");
        let table = results.ijbbc.as_ref().expect("the table");
        assert_eq!((table.verify.genuine, table.verify.impostor, table.verify.tar.len()), (4, 20, IJBBC_FARS.len()));
        assert!(table.verify.tar.iter().all(|row| row.conservative == 1. && row.named.is_none()), "set {i}");
        assert!(table.verify.tar.iter().all(|row| (row.true_accepts, row.genuine) == (4, 4)), "set {i}");
        assert_eq!((results.mode, table.mode, table.fpir_mode), Default::default());
        let page = markdown(&results);
        let title = if set.set == IjbSet::B { "# IJB-B: colour.onnx" } else { "# IJB-C: colour.onnx" };
        let searched = i != 5; // the last folder has no CSV files of 1:N
        assert_eq!((table.galleries.len(), table.search.is_some()), (if searched { 2 } else { 0 }, searched));
        for gallery in &table.galleries {
            assert_eq!((gallery.gallery, gallery.probes, gallery.mated, gallery.non_mated), (2, 12, 4, 8), "set {i}");
            assert_eq!((gallery.ranks[0].rate, gallery.tpir[1].tpir), (1., 1.), "set {i}");
        }
        let failed = match searched {
            true => "Failures to enrol: 0 of 40 faces; of templates 1:1 0 of 16, gallery 0 of 4, probes 0 of 24.",
            false => "Failures to enrol: 0 of 40 faces; of templates 1:1 0 of 16, gallery 0 of 0, probes 0 of 0.",
        };
        for part in [
            title,
            failed,
            "| TAR | FAR 1e-6 | 1.0000 * | 0.3976 to 1.0000 |",
            "TAR `conservative`, TPIR `conservative`",
            "roc.svg",
        ] {
            assert!(page.contains(part), "set {i}: {part} is not in:\n{page}");
        }
        assert_eq!(page.contains("| rank-1 | both galleries | 1.0000 |"), searched);
        assert_eq!(
            page.contains("| TPIR | FPIR 1e-1, mean of the galleries | 1.0000 * |"),
            searched,
            "8 non-mated probes"
        );
        for (name, gallery) in set.set.galleries().iter().zip(&table.galleries) {
            let at = gallery.tpir[1];
            let row = format!("| {name} | TPIR | FPIR 1e-1 | 4 | 8 | {:.4} | 1.0000 * |", at.threshold);
            assert!(at.k_zero && page.contains(&row), "set {i}: {row} is not in:\n{page}");
        }
        assert_eq!(page.matches("| rank-1 | | 4 | 8 | | 1.0000 |").count(), table.galleries.len(), "set {i}: {page}");
        assert_eq!(results.by_identity.is_empty(), !searched, "without 1:N nobody has a name");
        assert_eq!(scores(folder.path()).scores.len(), 24);
        assert!(results.warnings.iter().any(|w| w.starts_with("24 comparisons were read")), "{:?}", results.warnings);
    }
}

/// A set whose templates 10 (in a gallery, person 1) and 200 (a probe, person 2) have no box.
fn with_failures() -> Set {
    let set = nist(IjbSet::C);
    for file in ["gallery_G1", "gallery_G2", "probe_mixed"] {
        set.edit(&format!("protocols/ijbc_1N_{file}.csv"), |text| {
            let place = |line: &str| match line.starts_with("10,") || line.starts_with("200,") {
                true => line.replace(",3,4,50,60", ",,,,"),
                false => line.replace(",3,4,50,60", ",36,36,40,40"), // so far inside that no crop leaves the photograph
            };
            text.lines().map(|line| place(line) + "\n").collect()
        });
    }
    paint(&set);
    set
}

#[test]
fn failures_are_counted_by_each_policy() {
    let (set, folder) = (with_failures(), tempfile::tempdir().expect("a folder"));
    let with = |policy: &str| of(&set, folder.path(), &["--align", "box", "--failures", policy]).expect("results");
    let line = |text: &str, results: &Results| {
        let page = markdown(results);
        assert!(page.contains(text), "{text} is not in:\n{page}");
    };
    let nist = with("nist");
    let table = nist.ijbbc.as_ref().expect("the table");
    assert_eq!((table.verify.genuine, table.verify.impostor, table.verify.tar[0].conservative), (4, 20, 0.5));
    let [g1, g2] = &table.galleries[..] else { panic!("two galleries") };
    assert_eq!((g1.failed_gallery, g1.failed_probes, g1.mated, g1.ranks[0].rate), (1, 1, 4, 0.25));
    assert_eq!((g2.failed_gallery, g2.failed_probes, g2.mated, g2.ranks[0].rate), (0, 1, 4, 1.));
    assert_eq!(table.search.as_ref().expect("1:N").ranks[0].rate, 5. / 8.);
    // Of SciPy 1.17.1: binomtest(1, 4), (5, 8) and (2, 4), proportion_ci(method="exact").
    line("| G1 | rank-1 | | 4 | 8 | | 0.2500 | 0.0063 to 0.8059 |", &nist);
    line("| rank-1 | both galleries | 0.6250 | 0.2449 to 0.9148 |", &nist);
    line("| TAR | FAR 1e-6 | 0.5000 * | 0.0676 to 0.9324 |", &nist);
    line("| G2 | rank-1 | | 4 | 8 | | 1.0000 |", &nist);
    line("Failures to enrol: 5 of 40 faces; of templates 1:1 2 of 16, gallery 1 of 4, probes 2 of 24.", &nist);
    line("| failures | nist |", &nist);
    assert!(!markdown(&nist).contains("Left out:") && !markdown(&nist).contains("zero vectors"), "nothing is");
    let drop = with("drop");
    let table = drop.ijbbc.as_ref().expect("the table");
    assert_eq!((table.verify.genuine, table.verify.impostor, table.verify.dropped_pairs), (2, 14, 8));
    assert_eq!((table.galleries[0].dropped_gallery, table.galleries[0].mated), (1, 1));
    assert_eq!((table.verify.tar[0].conservative, scores(folder.path()).scores.len()), (1., 16));
    let failed = "Failures to enrol: 5 of 40 faces; of templates 1:1 2 of 16, gallery 1 of 4, probes 2 of 24.";
    // In G1 the failed probe and the two of the person whose gallery template failed, in G2 the failed probe.
    line(&format!("{failed} Left out: 8 comparisons, 1 gallery templates, 4 probes."), &drop);
    line("| failures | drop |", &drop);
    let centre = with("centre-crop");
    let table = centre.ijbbc.as_ref().expect("the table");
    assert_eq!((table.faces.failed, table.faces.centre_cropped, table.verify.failed_templates), (5, 5, 0));
    assert_eq!((centre.sources["centre"], table.verify.tar[0].conservative), (5, 1.));
    let failed = "Failures to enrol: 5 of 40 faces; of templates 1:1 0 of 16, gallery 0 of 4, probes 0 of 24.";
    let used = "5 of the failed faces are used all the same, by a crop of the photograph's centre.";
    line(&format!("{failed} {used}"), &centre);
    let mut zero = centre.clone();
    zero.ijbbc.as_mut().expect("the table").faces.zero = 3;
    line(&format!("{failed} {used} 3 embeddings are zero vectors; a template of nothing else fails to enrol."), &zero);
}

#[test]
fn the_table_is_in_the_mode_that_was_named() {
    let (set, folder) = (with_failures(), tempfile::tempdir().expect("a folder"));
    for (name, mode) in FarMode::NAMES {
        let results = of(&set, folder.path(), &["--align", "box", "--mode", name]).expect("results");
        let table = results.ijbbc.as_ref().expect("the table");
        let search = match mode {
            FarMode::Bob => FpirMode::Bob,
            FarMode::Insightface => FpirMode::Insightface,
            _ => FpirMode::Conservative,
        };
        assert_eq!((results.mode, table.mode, table.fpir_mode), (*mode, *mode, search));
        let all = scores(folder.path());
        let kind = |same: bool| all.scores.iter().zip(&all.same).filter(move |(_, s)| **s == same).map(|(v, _)| *v);
        let set = ScoreSet::new(kind(true).collect(), kind(false).collect()).expect("scores");
        for row in &table.verify.tar {
            let at = set.tar_at_far(row.far, *mode).expect("a rate");
            assert_eq!(row.tar(), at.tar, "{name} at {}", row.far);
            assert_eq!(row.named, (*mode != FarMode::Conservative).then_some(at), "{name}");
        }
        let page = markdown(&results);
        let at_another = page.contains("of a TAR at the highest achieved FAR below the one asked for");
        assert_eq!(at_another, *mode == FarMode::Interp, "{page}");
        let last = table.verify.tar.last().expect("a row");
        let (low, high) = match (mode, last.named) {
            (FarMode::Conservative, _) | (_, None) => clopper_pearson(last.true_accepts, last.genuine, 0.95),
            (_, Some(at)) => clopper_pearson(at.true_accepts, at.genuine, 0.95),
        }
        .expect("an interval");
        assert!(page.contains(&format!("| TAR | FAR 1e-1 | {:.4} | {low:.4} to {high:.4} |", last.tar())), "{page}");
        assert!(page.contains(&format!("TAR `{name}`, TPIR `{search}`")), "{page}");
        assert!(page.contains(&format!("--mode {name}")), "{page}");
        let json = fs::read(folder.path().join("out/results.json")).expect("results.json");
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        assert_eq!((&json["mode"], &json["ijbbc"]["mode"]), (&(*name).into(), &(*name).into()));
        let (named, both) = (&json["ijbbc"]["verify"]["tar"][5]["named"], &json["ijbbc"]["verify"]["tar"][5]);
        assert!(both["conservative"].is_number() && both["interp"].is_number(), "{both}");
        assert_eq!(named.is_object(), *mode != FarMode::Conservative, "{both}");
    }
}

#[test]
fn the_old_1n_figures_are_apart_and_need_one_mate_for_each_probe() {
    let (set, folder) = (nist(IjbSet::B), tempfile::tempdir().expect("a folder"));
    paint(&set);
    let error = of(&set, folder.path(), &["--legacy-insightface-1n"]).expect_err("people 5 and 6 are in no gallery");
    assert!(error.contains("probe template 500 has 0 mates"), "{error}");
    let known = |line: &&str| !line.rsplit(',').any(|f| f.starts_with('5') || f.starts_with('6'));
    set.edit("protocol/ijbb_11_S1_S2_matches.csv", |t| t.lines().filter(known).map(|l| format!("{l}\n")).collect());
    let listed = |line: &&str| !line.starts_with(['5', '6']);
    set.edit("protocol/ijbb_1N_probe_mixed.csv", |t| t.lines().filter(listed).map(|l| format!("{l}\n")).collect());
    let results = of(&set, folder.path(), &["--legacy-insightface-1n"]).expect("results");
    let legacy = results.legacy_insightface_1n.as_ref().expect("the old figures");
    assert_eq!((legacy.gallery, legacy.probes, legacy.ranks[0].rate), (4, 8, 1.));
    assert_eq!(legacy.tpir.iter().map(|t| t.tpir).collect::<Vec<_>>(), [1., 1.]);
    let page = markdown(&results);
    for part in ["## InsightFace's old 1:N figures", "It is no TPIR at a FPIR", "--legacy-insightface-1n"] {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
}

#[test]
fn a_threshold_comes_from_the_scores_that_are_left() {
    let (set, folder) = (nist(IjbSet::B), tempfile::tempdir().expect("a folder"));
    paint(&set);
    of(&set, folder.path(), &[]).expect("results");
    let run = folder.path().join("out");
    let args = calibrate::Args::try_parse_from(["calibrate", "--run", text(&run), "--far", "0.05"]).expect("arguments");
    let said = calibrate::calibrate(&args).expect("a threshold");
    assert!(said.contains("of 20 impostor pairs") && said.contains("TAR 1.0000"), "{said}");
}

/// Twelve more templates of persons 5 and 6, whom no gallery has: 20 non-mated probes support a FPIR of .1.
#[test]
fn no_star_where_the_probes_support_the_rate() {
    let (set, folder) = (nist(IjbSet::B), tempfile::tempdir().expect("a folder"));
    let more: String = (10..16).map(|j| rows(500 + j, 5, &[1]) + &rows(600 + j, 6, &[1])).collect();
    set.edit("protocol/ijbb_1N_probe_mixed.csv", |text| text + &more);
    paint(&set);
    let results = of(&set, folder.path(), &[]).expect("results");
    let table = results.ijbbc.as_ref().expect("the table");
    assert_eq!((table.k_zero_galleries(0), table.k_zero_galleries(1)), (2, 0));
    let page = markdown(&results);
    for part in ["| TPIR | FPIR 1e-1, mean of the galleries | 1.0000 |", "| S2 | TPIR | FPIR 1e-2 | 4 | 20 |"] {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
    let starred = |line: &&str| line.starts_with("| S") && line.contains(" * |");
    assert_eq!(page.lines().filter(starred).count(), 2, "FPIR .01 of 20 probes is none:\n{page}");
}
