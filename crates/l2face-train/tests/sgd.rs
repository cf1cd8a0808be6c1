//! `Sgd` against PyTorch, and its refusals.

use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_train::{Param, Sgd, SgdConfig, TrainError};

fn param(name: &str, var: &Var, lr_mult: f64, decay_mult: f64) -> Param {
    Param { name: name.into(), var: var.clone(), lr_mult, decay_mult }
}

struct Toy {
    x: Tensor,
    y: Tensor,
    w: Var,
    b: Var,
}

impl Toy {
    fn new(dtype: DType) -> Result<Self> {
        let make = |v: &[[f64; 2]]| Tensor::from_slice(v.as_flattened(), (v.len(), 2), &Device::Cpu)?.to_dtype(dtype);
        Ok(Self {
            x: make(&[[1., 2.], [-1., 0.5], [0.3, -2.]])?,
            y: make(&[[1., 0.], [0., 2.], [-1., 1.]])?,
            w: Var::from_tensor(&make(&[[0.5, -0.3], [0.2, 0.8]])?)?,
            b: Var::from_tensor(&make(&[[0.1, -0.2]])?.flatten_all()?)?,
        })
    }

    fn loss(&self) -> Result<Tensor> {
        let out = self.x.matmul(&self.w.t()?)?.broadcast_add(&self.b)?;
        (out - &self.y)?.sqr()?.mean_all()
    }

    fn values(&self) -> Vec<f64> {
        let flat = Tensor::cat(&[&self.w.flatten_all().unwrap(), self.b.as_tensor()], 0).unwrap();
        flat.to_dtype(DType::F64).unwrap().to_vec1().unwrap()
    }
}

/// torch 2.2.2:
/// ```python
/// torch.set_default_dtype(torch.float64)
/// x = torch.tensor([[1., 2.], [-1., .5], [.3, -2.]]); y = torch.tensor([[1., 0.], [0., 2.], [-1., 1.]])
/// for clip in (None, 1.5):
///     w = torch.tensor([[.5, -.3], [.2, .8]], requires_grad=True); b = torch.tensor([.1, -.2], requires_grad=True)
///     sgd = torch.optim.SGD([{'params': [w]}, {'params': [b], 'lr': .1, 'weight_decay': 0}],
///                           lr=.05, momentum=.9, weight_decay=.1)
///     for t in range(6):
///         if t == 3: [g.update(lr=g['lr'] / 10) for g in sgd.param_groups]
///         sgd.zero_grad(); ((x @ w.T + b - y) ** 2).mean().backward()
///         n = torch.nn.utils.clip_grad_norm_([w, b], clip or 1e9)
///         if t in (0, 5): print(repr(n.item()))
///         sgd.step()
///     print(w.flatten().tolist(), b.tolist())
/// ```
const PLAIN: [f64; 6] = [
    0.4604029158605036,
    0.2707488379376305,
    -0.09461478423375824,
    0.05512654272409184,
    0.027200488182022562,
    0.44671330129272335,
];
const CLIPPED: [f64; 6] = [
    0.4750359742887338,
    -0.004613065256371243,
    0.05397294425348338,
    0.40782591754892783,
    0.0670997804988444,
    0.11567697796460392,
];

fn trajectory(dtype: DType, clip_norm: Option<f64>) -> (Vec<f64>, [f64; 2]) {
    let toy = Toy::new(dtype).unwrap();
    let config = SgdConfig { momentum: 0.9, weight_decay: 0.1, clip_norm };
    let groups = vec![param("w", &toy.w, 1., 1.), param("b", &toy.b, 2., 0.)];
    let mut sgd = Sgd::new(groups, config).unwrap();
    let mut norms = Vec::new();
    for t in 0..6 {
        let lr = if t < 3 { 0.05 } else { 0.005 };
        let seen = sgd.step(&toy.loss().unwrap().backward().unwrap(), lr).unwrap();
        assert_eq!(seen.clipped, clip_norm.is_some_and(|c| seen.grad_norm > c));
        assert!(seen.missing.is_empty());
        norms.push(seen.grad_norm);
    }
    (toy.values(), [norms[0], norms[5]])
}

fn assert_close(got: &[f64], expected: &[f64], tolerance: f64) {
    for (g, e) in got.iter().zip(expected) {
        assert!((g - e).abs() < tolerance, "{got:?} for {expected:?}");
    }
}

#[test]
fn momentum_decay_groups_and_a_drop_of_the_rate_as_torch() {
    for (dtype, tolerance) in [(DType::F64, 1e-13), (DType::F32, 1e-6)] {
        let (values, norms) = trajectory(dtype, None);
        assert_close(&values, &PLAIN, tolerance);
        assert_close(&norms, &[3.5333480188374056, 1.1630011183352253], 4. * tolerance);
    }
}

#[test]
fn clipping_by_the_global_norm_as_torch() {
    for (dtype, tolerance) in [(DType::F64, 1e-13), (DType::F32, 1e-6)] {
        let (values, norms) = trajectory(dtype, Some(1.5));
        assert_close(&values, &CLIPPED, tolerance);
        assert_close(&norms, &[3.5333480188374056, 2.293716175321122], 4. * tolerance);
    }
}

#[test]
fn a_frozen_variable_stays_and_does_not_count() {
    let toy = Toy::new(DType::F64).unwrap();
    let groups = vec![param("w", &toy.w, 0., 1.), param("b", &toy.b, 1., 1.)];
    let mut sgd = Sgd::new(groups, SgdConfig::default()).unwrap();
    let before = toy.values();
    let grads = toy.loss().unwrap().backward().unwrap();
    let of_b: Vec<f64> = grads.get(&toy.b).unwrap().to_vec1().unwrap();
    let seen = sgd.step(&grads, 0.1).unwrap();
    assert_close(&[seen.grad_norm], &[of_b[0].hypot(of_b[1])], 1e-14);
    assert_eq!(before[..4], toy.values()[..4]);
    assert_ne!(before[4..], toy.values()[4..]);
    assert_eq!(sgd.state().unwrap().keys().collect::<Vec<_>>(), ["b"]);
}

#[test]
fn a_variable_without_a_gradient_is_reported_and_left_alone() {
    let toy = Toy::new(DType::F64).unwrap();
    let idle = Var::ones(3, DType::F64, &Device::Cpu).unwrap();
    let groups = vec![param("idle", &idle, 1., 1.), param("w", &toy.w, 1., 1.)];
    let mut sgd = Sgd::new(groups, SgdConfig::default()).unwrap();
    let seen = sgd.step(&toy.loss().unwrap().backward().unwrap(), 0.1).unwrap();
    assert_eq!(seen.missing, ["idle"]);
    assert_eq!(idle.to_vec1::<f64>().unwrap(), [1.; 3]);
}

#[test]
fn a_gradient_that_is_not_finite_changes_nothing() {
    for (bad, dtype) in [(f64::NAN, DType::F32), (f64::INFINITY, DType::F64), (f64::INFINITY, DType::F32)] {
        let toy = Toy::new(dtype).unwrap();
        let groups = vec![param("w", &toy.w, 1., 1.), param("b", &toy.b, 1., 1.)];
        let mut sgd = Sgd::new(groups, SgdConfig::default()).unwrap();
        let before = toy.values();
        let loss = (toy.loss().unwrap() + (toy.b.sum_all().unwrap() * bad).unwrap()).unwrap();
        let error = sgd.step(&loss.backward().unwrap(), 0.1).unwrap_err();
        assert!(matches!(error, TrainError::NonFinite { .. }));
        let message = error.to_string();
        assert!(message.starts_with("the gradient of b is not finite"), "{message}");
        assert_eq!(toy.values(), before);
    }
}

#[test]
fn settings_out_of_range_are_named() {
    let toy = Toy::new(DType::F64).unwrap();
    let good = SgdConfig::default();
    let refuse = |config: SgdConfig, named: &str| {
        let error = Sgd::new(vec![param("w", &toy.w, 1., 1.)], config).err().unwrap();
        assert!(error.to_string().starts_with(named), "{error}");
    };
    refuse(SgdConfig { momentum: 1., ..good }, "momentum = 1");
    refuse(SgdConfig { momentum: f64::NAN, ..good }, "momentum = NaN");
    refuse(SgdConfig { weight_decay: -1., ..good }, "weight_decay = -1");
    refuse(SgdConfig { clip_norm: Some(0.), ..good }, "clip_norm = 0");
    let twice = vec![param("w", &toy.w, 1., 1.), param("w", &toy.b, 1., 1.)];
    let error = Sgd::new(twice, good).err().unwrap();
    assert!(error.to_string().contains("w: is given twice"), "{error}");
    let mut sgd = Sgd::new(vec![param("w", &toy.w, 1., 1.)], good).unwrap();
    let grads = toy.loss().unwrap().backward().unwrap();
    assert!(sgd.step(&grads, f64::NAN).is_err());
    assert!(sgd.step(&grads, -0.1).is_err());
}

#[test]
fn the_state_of_another_model_is_refused() {
    let toy = Toy::new(DType::F64).unwrap();
    let sgd = |name: &str| Sgd::new(vec![param(name, &toy.w, 1., 1.)], SgdConfig::default()).unwrap();
    let message = sgd("w").load_state(&sgd("v").state().unwrap()).unwrap_err().to_string();
    assert!(message.starts_with("the optimiser's state does not fit: missing [w], unexpected [v]"), "{message}");
}
