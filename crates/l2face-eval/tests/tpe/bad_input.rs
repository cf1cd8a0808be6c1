//! Each error once, with its message.

use l2face_eval::{Tpe, TpeConfig, TpeError};

use crate::made_up::people;

fn refused(change: impl Fn(&mut Vec<Vec<f64>>, &mut Vec<u64>, &mut TpeConfig)) -> (TpeError, String) {
    let ((mut vectors, mut labels), mut config) = (people(4, 6), TpeConfig::default());
    assert!(Tpe::fit(&vectors, &labels, &config).is_ok());
    change(&mut vectors, &mut labels, &mut config);
    let error = Tpe::fit(&vectors, &labels, &config).unwrap_err();
    (error.clone(), error.to_string())
}

#[test]
fn people_that_make_no_triplet() {
    let (error, text) = refused(|_, labels, _| labels.fill(3));
    assert_eq!(error, TpeError::TooFewPeople { people: 1 });
    assert_eq!(text, "TPE: the training vectors are of 1 people, at least 2 are needed for a negative");
    let (error, text) = refused(|_, labels, _| labels.iter_mut().zip(0..).for_each(|(l, i)| *l = i));
    assert_eq!(error, TpeError::NoPositivePair { people: 10 });
    assert!(text.contains("each of 10 training people has one vector"), "{text}");
    let (error, _) = refused(|vectors, labels, _| (vectors.clear(), labels.clear()).0);
    assert_eq!(error, TpeError::TooFewPeople { people: 0 });
}

#[test]
fn vectors_that_are_none() {
    let (error, text) = refused(|vectors, _, _| vectors[4].fill(0.0));
    assert_eq!(error, TpeError::Zero { index: 4 });
    assert!(text.contains("vector 4 is zero"), "{text}");
    for bad in [f64::NAN, f64::INFINITY] {
        let (error, text) = refused(|vectors, _, _| vectors[7][2] = bad);
        assert_eq!(error, TpeError::NotFinite { index: 7 });
        assert!(text.contains("vector 7 is not finite"), "{text}");
    }
    let (error, text) = refused(|vectors, _, _| vectors[2].push(1.0));
    assert_eq!(error, TpeError::WrongDim { index: 2, got: 7, expected: 6 });
    assert!(text.contains("vector 2 has 7 numbers, expected 6"), "{text}");
    let (error, text) = refused(|_, labels, _| labels.truncate(8));
    assert_eq!(error, TpeError::Count { vectors: 10, labels: 8 });
    assert!(text.contains("10 training vectors but 8 labels"), "{text}");
}

#[test]
fn settings_out_of_range() {
    type Change = (&'static str, fn(&mut TpeConfig));
    let changes: [Change; 5] = [
        ("dim is 0, expected at least 1", |c| c.dim = 0),
        ("batch is 1, expected at least 2", |c| c.batch = 1),
        ("learning_rate is 0, expected a finite number above 0", |c| c.learning_rate = 0.0),
        ("learning_rate is -1, expected a finite number above 0", |c| c.learning_rate = -1.0),
        ("learning_rate is NaN, expected a finite number above 0", |c| c.learning_rate = f64::NAN),
    ];
    for (message, change) in changes {
        let (_, text) = refused(|_, _, config| change(config));
        assert_eq!(text, format!("TPE: {message}"));
    }
    let (error, text) = refused(|_, _, config| config.learning_rate = 1e200);
    assert!(matches!(error, TpeError::Diverged { .. }) && text.contains("lower learning_rate, which is"), "{text}");
}

#[test]
fn unknown_settings_are_refused_and_absent_ones_default() {
    let config: TpeConfig = serde_json::from_str(r#"{"dim":7}"#).unwrap();
    assert_eq!(config, TpeConfig { dim: 7, ..TpeConfig::default() });
    let error = serde_json::from_str::<TpeConfig>(r#"{"dims":7}"#).unwrap_err().to_string();
    assert!(error.contains("dims"), "{error}");
}

#[test]
fn apply_refuses_what_fit_refuses_but_zero() {
    let (vectors, labels) = people(4, 6);
    let tpe = Tpe::fit(&vectors, &labels, &TpeConfig::default()).unwrap();
    assert_eq!(tpe.apply(&[1.0; 5]), Err(TpeError::WrongDim { index: 0, got: 5, expected: 6 }));
    assert_eq!(tpe.apply(&[f32::NAN; 6]), Err(TpeError::NotFinite { index: 0 }));
    assert_eq!(tpe.apply(&[0.0; 6]).unwrap(), vec![0.0; 6]);
}
