use super::super::fixture::results;
use super::super::*;

fn column_starts(line: &str) -> Vec<usize> {
    let chars: Vec<char> = line.chars().collect();
    let begins = |i: usize| chars[i] != ' ' && (i == 0 || (i > 1 && chars[i - 2..i] == [' '; 2]));
    (0..chars.len()).filter(|i| begins(*i)).collect()
}

#[test]
fn the_table_is_aligned_and_narrow() {
    let text = table(&results());
    let lines: Vec<&str> = text.lines().take_while(|l| !l.is_empty()).collect();
    assert_eq!(lines.len(), 1 + 6 + 6);
    assert!(text.lines().all(|l| l.chars().count() <= 110));
    let columns = column_starts(lines[0]);
    assert_eq!(columns.len(), 8);
    assert_eq!(column_starts(lines[1]), columns);
    assert_eq!(column_starts(lines[2])[1..], columns[1..5]);
}

/// The first lines, letter by letter.
#[test]
fn the_table_is_the_golden_one() {
    let text = table(&results());
    let golden = "\
row                 TAR@1e-4      1e-3         1e-2         1e-1         rank-1       TPIR@.01     TPIR@.1
softmax             0.550 ±.029†  0.722 ±.029  0.894 ±.029  0.968 ±.024  0.810 ±.000  0.560 ±.000  0.650 ±.000
  paper (recalled)  0.553         0.730        0.881        0.957
";
    assert!(text.starts_with(golden), "{text}");
    assert!(text.contains("0.734*"), "the confirmed figure has its mark");
    assert!(text.contains("judge nothing by it"));
}

#[test]
fn an_open_set_rate_at_no_false_positive_is_flagged() {
    let mut r = results();
    r.rows.iter_mut().for_each(|row| row.mean.tar.iter_mut().for_each(|t| t.k_zero_splits = 0));
    assert!(!table(&r).contains('†'));
    r.rows[0].per_seed[1].splits[3].tpir[0].k_zero = true;
    assert!(table(&r).contains("0.560 ±.000†") && table(&r).contains("† In some splits"));
    assert!(markdown(&r).contains("| 0.560 ±.000† | 0.650 ±.000 |"));
    assert!(table(&r).lines().all(|l| l.chars().count() <= 110));
}

#[test]
fn generated_faces_are_said_to_be_so_and_real_ones_are_not() {
    let mut r = results();
    let sentence = "cannot be compared";
    let real = "cargo xtask reproduce ijba --ijba";
    assert!(table(&r).contains(sentence) && markdown(&r).contains(sentence));
    assert!(markdown(&r).contains("licensed by NIST") && markdown(&r).contains(real));
    r.data.kind = DataKind::Real;
    assert!(!table(&r).contains(sentence) && !markdown(&r).contains(sentence));
    assert!(!markdown(&r).contains(real));
}

#[test]
fn the_page_has_both_modes_and_everything_that_was_counted() {
    let page = markdown(&results());
    for text in [
        "| **softmax** | 0.550 ±.029† |",
        "| **softmax** | 0.551 ±.029 |",
        "| *paper (recalled)* | 0.734\\* | 0.834 |",
        "| five points | 6300 | 1900 |",
        "| eyes | 0 | 17 |",
        "| could not be aligned | 2 | 1 |",
        "not used on 3 faces",
        "1 face without an embedding",
        "![ROC",
        "(plots/roc.svg)",
        "11,636,328",
        "- alpha 8 is below the lower bound 11.70",
        "chosen on seed 100",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn the_html_loads_nothing() {
    let page = html(&results()).unwrap();
    for load in ["src=", "href=", "url(", "@import", "<script", "<link", "<img", "<iframe"] {
        assert!(!page.contains(load), "{load}");
    }
    let addresses = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!addresses.contains("http"), "only the name space of SVG");
    assert_eq!(page.matches("<svg").count(), 4);
    assert_eq!(page.matches("<table").count(), 5);
}

#[test]
fn hostile_names_stay_text() {
    let evil = "<script>alert(1)</script>|`*_[x](http://e)\n# h & \"q\" \u{0}";
    let mut r = results();
    r.experiment = evil.to_owned();
    r.data.name = evil.to_owned();
    r.data.statement = evil.to_owned();
    r.data.command = format!("{evil}\n```\n<b>out</b>");
    r.warnings = vec![evil.to_owned()];
    r.alignment.train.insert(evil.to_owned(), 1);
    r.rows[0].label = evil.to_owned();
    let page = html(&r).unwrap();
    assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains("href="));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;|`*_[x](http://e) # h"));
    let cells = page.matches("<td").count();
    assert_eq!(cells, html(&results()).unwrap().matches("<td").count() + 3);
}

#[test]
fn no_rows_is_an_error_not_a_panic() {
    let mut r = results();
    r.rows.clear();
    assert!(table(&r).contains("No rows"));
    assert!(markdown(&r).contains("No rows"));
    assert!(plots(&r).is_err() && html(&r).is_err());
    let folder = tempfile::tempdir().unwrap();
    assert!(write_all(&r, folder.path()).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn all_files_are_written_and_twice_the_same() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_all(&results(), a.path()).unwrap();
    write_all(&results(), b.path()).unwrap();
    for file in ["results.json", "report.md", "report.html", "plots/roc.svg"] {
        let read = |d: &tempfile::TempDir| std::fs::read(d.path().join(file)).unwrap();
        assert_eq!(read(&a), read(&b), "{file}");
    }
    let linked = markdown(&results());
    for file in std::fs::read_dir(a.path().join("plots")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(linked.contains(&format!("(plots/{name})")), "{name}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = format!("{:#}", write_all(&results(), &file).unwrap_err());
    assert!(error.contains(&*file.to_string_lossy()), "{error}");
}

#[test]
fn timings_are_apart_and_must_be_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let mut times = std::collections::BTreeMap::from([("train".to_owned(), 1.5)]);
    write_timings(folder.path(), &times).unwrap();
    let text = std::fs::read_to_string(folder.path().join("timings.json")).unwrap();
    assert_eq!(text, "{\n  \"train\": 1.5\n}\n");
    times.insert("eval".to_owned(), f64::NAN);
    assert!(write_timings(folder.path(), &times).is_err());
}
