//! The gradients of the heads: against PyTorch, against the paper's formulas and against finite differences, in f64.

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{VarBuilder, VarMap};
use l2face_head::{Alpha, Head, HeadConfig, L2Softmax};

struct Toy {
    vars: VarMap,
    head: Box<dyn Head>,
    x: Var,
    labels: Tensor,
}

fn tensor(values: &[f64], shape: impl Into<candle_core::Shape>) -> Tensor {
    Tensor::from_slice(values, shape, &Device::Cpu).unwrap()
}

impl Toy {
    fn new(config: &str) -> Self {
        let config: HeadConfig = config.parse().unwrap();
        let vars = VarMap::new();
        let vb = VarBuilder::from_varmap(&vars, DType::F64, &Device::Cpu);
        let head = config.build(3, 4, vb).unwrap();
        let toy = Self {
            vars,
            head,
            x: Var::from_tensor(&tensor(&[1., -2., 0.5, 0.3, 0.4, -1.2], (2, 3))).unwrap(),
            labels: Tensor::new(&[2u32, 1], &Device::Cpu).unwrap(),
        };
        let w = [0.2, -0.5, 0.1, 0.7, 0.3, -0.4, -0.6, 0.1, 0.9, 0.05, -0.2, 0.3];
        toy.var("weight").set(&tensor(&w, (4, 3))).unwrap();
        toy.var("bias").set(&tensor(&[0.1, -0.2, 0.3, 0.], 4)).unwrap();
        toy
    }

    fn var(&self, name: &str) -> Var {
        match name {
            "x" => self.x.clone(),
            _ => self.vars.data().lock().unwrap()[name].clone(),
        }
    }

    fn loss(&self) -> Tensor {
        self.head.loss(&self.x, &self.labels).unwrap()
    }

    fn loss_value(&self) -> f64 {
        self.loss().to_scalar().unwrap()
    }

    fn grad(&self, name: &str) -> Vec<f64> {
        let grads = self.loss().backward().unwrap();
        let grad = grads.get(&self.var(name)).unwrap_or_else(|| panic!("{name} got no gradient"));
        grad.flatten_all().unwrap().to_vec1().unwrap()
    }
}

fn assert_close(got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    for (g, e) in got.iter().zip(expected) {
        assert!((g - e).abs() < tolerance, "{got:?}\nfor {expected:?}");
    }
}

/// torch 2.2.2:
/// ```python
/// torch.set_default_dtype(torch.float64)
/// x = torch.tensor([[1., -2., .5], [.3, .4, -1.2]], requires_grad=True)
/// w = torch.tensor([[.2, -.5, .1], [.7, .3, -.4], [-.6, .1, .9], [.05, -.2, .3]], requires_grad=True)
/// b = torch.tensor([.1, -.2, .3, 0.], requires_grad=True); a = torch.tensor([4.], requires_grad=True)
/// loss = F.cross_entropy(F.linear(a * F.normalize(x, eps=1e-6), w, b), torch.tensor([2, 1])); loss.backward()
/// print(loss.item()); [print(t.grad.flatten().tolist()) for t in (x, w, b, a)]
/// print(F.cross_entropy(F.linear(x, w, b), torch.tensor([2, 1])).item())
/// ```
#[test]
fn loss_and_gradients_as_torch() {
    let toy = Toy::new("l2:trained:4");
    assert_close(&[toy.loss_value()], &[1.516279719085681], 1e-14);
    let x = [
        0.4374339174298506,
        0.029332134530025533,
        -0.7575392967395997,
        -0.04317549288896254,
        -0.04585368228651325,
        -0.026078433984411717,
    ];
    let w = [
        0.6293317332903748,
        -1.187239712259416,
        0.218243798311387,
        0.008199125675752969,
        -0.1312682655277221,
        0.15917408197576832,
        -0.8260472034681171,
        1.6566428471032264,
        -0.4191639959594982,
        0.18851634450198929,
        -0.33813486931608827,
        0.04174611567234274,
    ];
    let b = [0.3714338297622172, -0.012896095287952481, -0.47248137055910255, 0.11394363608483783];
    assert_close(&toy.grad("x"), &x, 1e-14);
    assert_close(&toy.grad("weight"), &w, 1e-14);
    assert_close(&toy.grad("bias"), &b, 1e-14);
    assert_close(&toy.grad("alpha"), &[0.2544053735902473], 1e-14);
    assert_close(&[Toy::new("softmax").loss_value()], &[1.3790094977306522], 1e-14);
}

/// Slow formulas in plain floats: g = (softmax - one-hot) W / N, then those of the paper's layer.
fn by_hand(alpha: f64) -> (Vec<f64>, f64) {
    let x = [[1., -2., 0.5], [0.3, 0.4, -1.2]];
    let w = [[0.2, -0.5, 0.1], [0.7, 0.3, -0.4], [-0.6, 0.1, 0.9], [0.05, -0.2, 0.3]];
    let b = [0.1, -0.2, 0.3, 0.];
    let dot = |a: &[f64; 3], b: &[f64; 3]| (0..3).map(|k| a[k] * b[k]).sum::<f64>();
    let (mut dx, mut dalpha) = (Vec::new(), 0.);
    for (row, label) in x.iter().zip([2usize, 1]) {
        let length = dot(row, row).sqrt();
        let y = row.map(|v| v / length);
        let e: Vec<f64> = (0..4).map(|j| (alpha * dot(&w[j], &y) + b[j]).exp()).collect();
        let total: f64 = e.iter().sum();
        let d = |j: usize| (e[j] / total - f64::from(u8::from(j == label))) / 2.;
        let g: [f64; 3] = std::array::from_fn(|k| (0..4).map(|j| d(j) * w[j][k]).sum());
        dx.extend((0..3).map(|k| alpha / length * (g[k] - y[k] * dot(&y, &g))));
        dalpha += dot(&g, &y);
    }
    (dx, dalpha)
}

#[test]
fn the_paper_s_formulas() {
    for (name, alpha) in [("l2:trained:4", 4.), ("l2:trained:0.5", 0.5), ("l2:trained:30", 30.)] {
        let toy = Toy::new(name);
        let (dx, dalpha) = by_hand(alpha);
        assert_close(&toy.grad("x"), &dx, 1e-13);
        assert_close(&toy.grad("alpha"), &[dalpha], 1e-13);
    }
}

/// Central differences: error of order h^2 = 1e-10 times third derivatives of order alpha^3.
#[test]
fn finite_differences_of_every_variable() {
    for (config, names) in [
        ("l2:trained:4", &["x", "weight", "bias", "alpha"][..]),
        ("l2:4", &["x", "weight", "bias"]),
        ("softmax", &["x", "weight", "bias"]),
    ] {
        let toy = Toy::new(config);
        for name in names {
            assert_close(&numeric(&toy, name), &toy.grad(name), 1e-8);
        }
    }
}

fn numeric(toy: &Toy, name: &str) -> Vec<f64> {
    let (var, h) = (toy.var(name), 1e-5);
    let start: Vec<f64> = var.flatten_all().unwrap().to_vec1().unwrap();
    let at = |i: usize, shift: f64| {
        let mut moved = start.clone();
        moved[i] += shift;
        var.set(&tensor(&moved, var.shape())).unwrap();
        toy.loss_value()
    };
    let slopes = (0..start.len()).map(|i| (at(i, h) - at(i, -h)) / (2. * h)).collect();
    var.set(&tensor(&start, var.shape())).unwrap();
    slopes
}

#[test]
fn the_gradient_is_orthogonal_to_the_features_only_under_the_constraint() {
    let along = |config: &str| {
        let toy = Toy::new(config);
        let x: Vec<f64> = toy.x.flatten_all().unwrap().to_vec1().unwrap();
        let g = toy.grad("x");
        [0, 3].map(|row| (0..3).map(|k| x[row + k] * g[row + k]).sum::<f64>())
    };
    assert_close(&along("l2:16"), &[0., 0.], 1e-13);
    assert!(along("softmax").iter().all(|v| v.abs() > 1e-3));
}

#[test]
fn features_are_normalised_and_weights_and_bias_are_not() {
    let toy = Toy::new("l2:16");
    let before = toy.loss_value();
    toy.x.set(&(toy.x.as_tensor() * 7.).unwrap()).unwrap();
    assert!((toy.loss_value() - before).abs() < 1e-13);
    for name in ["weight", "bias"] {
        let var = toy.var(name);
        let old = var.copy().unwrap();
        var.set(&(&old * 2.).unwrap()).unwrap();
        assert!((toy.loss_value() - before).abs() > 1e-3, "{name}");
        var.set(&old).unwrap();
    }
}

#[test]
fn features_of_zeros_give_finite_numbers() {
    let toy = Toy::new("l2:trained");
    toy.x.set(&tensor(&[0.; 6], (2, 3))).unwrap();
    assert!(toy.loss_value().is_finite());
    for name in ["x", "weight", "bias", "alpha"] {
        assert!(toy.grad(name).iter().all(|g| g.is_finite()), "{name}");
    }
}

#[test]
fn features_are_brought_to_length_alpha() -> Result<()> {
    let vb = VarBuilder::zeros(DType::F32, &Device::Cpu);
    let head = L2Softmax::new(3, 4, Alpha::Fixed(12.), vb)?;
    let z = head.constrain(&Tensor::new(&[[3f32, 4., 0.], [0., 0., 1e-3]], &Device::Cpu)?)?;
    let z = z.to_vec2::<f32>()?;
    assert!((z[0][0] - 7.2).abs() < 1e-5 && (z[0][1] - 9.6).abs() < 1e-5 && (z[1][2] - 12.).abs() < 1e-5);
    Ok(())
}
