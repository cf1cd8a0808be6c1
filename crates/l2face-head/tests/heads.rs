//! Building heads, their variables, and what they refuse.

use candle_core::{DType, Device, Tensor};
use candle_nn::{VarBuilder, VarMap};
use l2face_head::{alpha_lower_bound, correct, Alpha, Head, HeadConfig, L2Softmax, LogitBudget, Softmax};

fn build(config: &str, classes: usize) -> (VarMap, Box<dyn Head>) {
    let vars = VarMap::new();
    let vb = VarBuilder::from_varmap(&vars, DType::F32, &Device::Cpu);
    let head = config.parse::<HeadConfig>().unwrap().build(3, classes, vb).unwrap();
    (vars, head)
}

fn names(vars: &VarMap) -> Vec<String> {
    let mut names: Vec<_> = vars.data().lock().unwrap().keys().cloned().collect();
    names.sort();
    names
}

#[test]
fn variables_and_alphas() {
    for (config, expected, alpha) in [
        ("softmax", &["bias", "weight"][..], None),
        ("l2:16", &["bias", "weight"], Some(16.)),
        ("l2:trained:9.5", &["alpha", "bias", "weight"], Some(9.5)),
        ("l2:trained", &["alpha", "bias", "weight"], Some(alpha_lower_bound(10, 0.9).unwrap())),
    ] {
        let (vars, head) = build(config, 10);
        assert_eq!(names(&vars), expected, "{config}");
        let got = head.alpha().map(|a| a.unwrap());
        assert_eq!(got.map(|a| a as f32), alpha.map(|a| a as f32), "{config}");
        assert_eq!(head.classes(), 10);
    }
}

#[test]
fn every_variable_gets_a_gradient_in_f32() {
    for config in ["softmax", "l2:16", "l2:trained"] {
        let (vars, head) = build(config, 10);
        let x = Tensor::new(&[[1f32, 2., 3.], [-1., 0., 1.]], &Device::Cpu).unwrap();
        let labels = Tensor::new(&[0u32, 9], &Device::Cpu).unwrap();
        let grads = head.loss(&x, &labels).unwrap().backward().unwrap();
        for (name, var) in vars.data().lock().unwrap().iter() {
            let grad = grads.get(var).unwrap_or_else(|| panic!("{config}: {name} got no gradient"));
            assert!(grad.abs().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap() > 0.);
        }
    }
}

#[test]
fn a_training_step_s_gradients_are_those_of_the_loss_kept_or_blockwise() {
    let flat = |t: &Tensor| t.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    for budget in [LogitBudget::KEEP, LogitBudget::BLOCKWISE] {
        let vars = VarMap::new();
        let vb = VarBuilder::from_varmap(&vars, DType::F32, &Device::Cpu);
        let head = L2Softmax::new(3, 10, Alpha::Trained(None), vb).unwrap().with_budget(budget);
        let x = Tensor::new(&[[1f32, 2., 3.], [-1., 0., 1.]], &Device::Cpu).unwrap();
        let labels = Tensor::new(&[0u32, 9], &Device::Cpu).unwrap();
        let logits = head.logits(&x).unwrap();
        let slow = l2face_ops::cross_entropy(&logits, &labels).unwrap();
        let (loss, grads) = head.backward(&x, &labels).unwrap();
        assert!((loss.to_scalar::<f32>().unwrap() - slow.to_scalar::<f32>().unwrap()).abs() < 1e-6);
        let want = slow.backward().unwrap();
        for (name, var) in vars.data().lock().unwrap().iter() {
            let pairs = flat(&grads.get(var).unwrap_or_else(|| panic!("{name} got no gradient")).clone());
            let close = pairs.iter().zip(flat(want.get(var).unwrap())).all(|(a, b)| (a - b).abs() < 1e-5);
            assert!(close, "{name} {budget:?}");
        }
    }
}

#[test]
fn impossible_heads_are_errors_with_the_reason() {
    let vb = || VarBuilder::zeros(DType::F32, &Device::Cpu);
    let says = |error: candle_core::Error, text: &str| assert!(error.to_string().contains(text), "{error}");
    says(Softmax::new(0, 10, vb()).unwrap_err(), "at least one dimension");
    says(Softmax::new(3, 1, vb()).unwrap_err(), "1 classes");
    says(L2Softmax::new(3, 10, Alpha::Fixed(-1.), vb()).unwrap_err(), "alpha = -1");
    says(L2Softmax::new(3, 2, Alpha::Trained(None), vb()).unwrap_err(), "lower bound of alpha needs at least 3");
}

#[test]
fn labels_out_of_range_or_of_another_kind_are_errors() {
    let (_vars, head) = build("l2:16", 4);
    let x = Tensor::ones((2, 3), DType::F32, &Device::Cpu).unwrap();
    let message = |labels: Tensor| head.loss(&x, &labels).unwrap_err().to_string();
    let t = |v: &[u32]| Tensor::new(v, &Device::Cpu).unwrap();
    assert!(message(t(&[0, 4])).contains("label 4 is not below the 4 classes"));
    assert!(message(t(&[u32::MAX, 0])).contains("label 4294967295 is not below"));
    assert!(message(t(&[0, 1]).to_dtype(DType::I64).unwrap()).contains("must be a non-empty (N) of u32"));
    assert!(message(t(&[])).contains("non-empty"));
    assert!(!message(t(&[0, 1, 2])).is_empty(), "three labels for two rows");
    assert!(head.loss(&x, &t(&[0, 3])).is_ok());
}

#[test]
fn correct_counts_rows_whose_largest_logit_is_their_label() {
    let logits = Tensor::new(&[[0f32, 1., 2.], [5., 1., 2.], [0., 3., 2.]], &Device::Cpu).unwrap();
    let count = |labels: [u32; 3]| correct(&logits, &Tensor::new(&labels, &Device::Cpu).unwrap()).unwrap();
    assert_eq!([count([2, 0, 1]), count([2, 0, 0]), count([0, 1, 2])], [3, 2, 0]);
}
