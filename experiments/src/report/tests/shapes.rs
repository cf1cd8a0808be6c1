use super::super::fixture::{results, row};
use super::super::*;

fn verdicts(results: &Results) -> Vec<Verdict> {
    findings(results).iter().map(|f| f.verdict).collect()
}

#[test]
fn the_papers_picture_is_recognised() {
    assert_eq!(verdicts(&results()), [Verdict::Yes; 5]);
    let detail = &findings(&results())[0].detail;
    assert!(detail.contains("alpha 24 has 0.740, softmax 0.550"), "{detail}");
    assert!(detail.contains("the gain is +0.190"), "{detail}");
    assert!(detail.contains("positive in 10 of 10; 3 of the 3"), "{detail}");
}

#[test]
fn its_opposite_is_said_as_plainly() {
    let mut r = results();
    r.rows = vec![
        row("softmax", None, 0.80),
        row("l2:8", Some(8.0), 0.70),
        row("l2:12", Some(12.0), 0.72),
        row("l2:16", Some(16.0), 0.74),
        row("l2:24", Some(24.0), 0.60),
        row("l2:trained", Some(11.7), 0.79),
    ];
    let bins = r.rows[0].norm_quality.as_mut().unwrap();
    bins.iter_mut().for_each(|b| b.mean_norm = 40.0 - b.mean_norm);
    assert_eq!(verdicts(&r), [Verdict::No; 5]);
    assert!(markdown(&r).contains("at low FAR? **No.**"));
}

#[test]
fn what_was_not_run_is_not_judged() {
    let mut r = results();
    r.rows = vec![row("l2:12", Some(12.0), 0.6)];
    assert_eq!(verdicts(&r), [Verdict::Unknown; 5]);
    assert!(markdown(&r).contains("**Not measured:**"));
}
