//! The fused classifier: against the linear layer with cross-entropy after it, which has PyTorch's values in `loss.rs`.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::{cross_entropy, linear_cross_entropy, linear_cross_entropy_backward, LogitBudget};

const BUDGETS: [LogitBudget; 2] = [LogitBudget::KEEP, LogitBudget::BLOCKWISE];

fn layer(x: &Tensor, w: &Tensor, b: &Tensor, t: &Tensor) -> Result<Tensor> {
    cross_entropy(&x.matmul(&w.t()?)?.broadcast_add(b)?, t)
}

struct Case {
    x: Var,
    w: Var,
    b: Var,
    t: Tensor,
}

impl Case {
    fn new(n: usize, dim: usize, classes: usize, dtype: DType) -> Result<Self> {
        let labels: Vec<u32> = (0..n).map(|i| (i * 31 % classes) as u32).collect();
        let t = Tensor::from_vec(labels, n, &Device::Cpu)?;
        let (x, w) = (noise(1, &[n, dim], dtype)?, noise(2, &[classes, dim], dtype)?);
        Ok(Self { x, w, b: noise(3, &[classes], dtype)?, t })
    }

    fn vars(&self) -> [&Var; 3] {
        [&self.x, &self.w, &self.b]
    }
}

/// First values, sum and sum of squares of a gradient.
type Summary = ([f64; 4], f64, f64);
const LOSS: f64 = 1.663_136_871_932_702_9;
const X: Summary = ([0.0110322151, -0.02593064941, -0.04784438743, 0.0110322151], 0.1904807823, 0.1622296335);
const W: Summary = ([-0.1515975939, -0.2866534516, 0.1926271425, -0.1880991771], 0., 0.3127422434);
const B: Summary = ([-0.1825079158, 0.09237906493, -0.2374256487, 0.1957606942], 0., 0.1539058262);

/// ```python
/// x, w, b = formula(1, 3, 4), formula(2, 5, 4), formula(3, 5); [v.requires_grad_() for v in (x, w, b)]
/// l = F.cross_entropy(F.linear(x, w, b), torch.tensor([2, 0, 4])); l.backward(); print(l.item()); show(x.grad); show(w.grad); show(b.grad)
/// ```
#[test]
fn pytorchs_values() -> Result<()> {
    let t = Tensor::new(&[2u32, 0, 4], &Device::Cpu)?;
    for (dtype, tolerance) in [(DType::F32, 1e-6), (DType::F64, 1e-9)] {
        let (x, w, b) = (var(1, &[3, 4], dtype)?, var(2, &[5, 4], dtype)?, var(3, &[5], dtype)?);
        for budget in BUDGETS {
            let f = |v: &[&Tensor]| linear_cross_entropy(v[0], v[1], Some(v[2]), &t, budget);
            assert!((values(&f(&[&x, &w, &b])?)?[0] - LOSS).abs() < tolerance);
            let g = gradients(&[&x, &w, &b], f)?;
            assert_summary(&g[0], X.0, X.1, X.2, tolerance);
            assert_summary(&g[1], W.0, W.1, W.2, tolerance);
            assert_summary(&g[2], B.0, B.1, B.2, tolerance);
        }
    }
    Ok(())
}

#[test]
fn both_forms_are_the_layer_and_its_loss() -> Result<()> {
    for (n, dim, classes) in [(1, 3, 2), (20, 40, 300), (33, 64, 5000)] {
        let c = Case::new(n, dim, classes, DType::F32)?;
        let want = gradients(&c.vars(), |v| layer(v[0], v[1], v[2], &c.t)? * 2.)?;
        for budget in BUDGETS {
            let got = gradients(&c.vars(), |v| linear_cross_entropy(v[0], v[1], Some(v[2]), &c.t, budget)? * 2.)?;
            for (got, want) in got.iter().zip(&want) {
                assert!(relative_error(got, want)? < 1e-5);
            }
        }
    }
    Ok(())
}

#[test]
fn finite_differences() -> Result<()> {
    let c = Case::new(3, 4, 5, DType::F64)?;
    let f = |v: &[&Tensor]| linear_cross_entropy(v[0], v[1], Some(v[2]), &c.t, LogitBudget::default());
    assert_finite_differences(&c.vars(), f, 1e-8)
}

#[test]
fn the_short_way_gives_what_backward_gives() -> Result<()> {
    for dtype in [DType::F32, DType::F64] {
        let c = Case::new(18, 24, 200, dtype)?;
        // x and w are computed here, b is a variable; w's variable is also that of x.
        let x = || (c.x.matmul(&c.w.narrow(0, 0, 24)?)?.tanh()? * 4.)?.contiguous();
        let w = || c.w.sqr();
        let long = linear_cross_entropy(&x()?, &w()?, Some(&c.b), &c.t, LogitBudget::KEEP)?;
        let want = long.backward()?;
        for budget in BUDGETS {
            let (loss, got) = linear_cross_entropy_backward(&x()?, &w()?, Some(&c.b), &c.t, budget)?;
            assert!(difference(&loss, &long)? < 1e-6);
            for v in c.vars() {
                let (Some(got), Some(want)) = (got.get(v), want.get(v)) else { panic!("no gradient") };
                assert!(relative_error(got, want)? < 1e-5);
            }
        }
    }
    Ok(())
}

#[test]
fn the_short_way_without_a_bias_or_with_frozen_weights() -> Result<()> {
    let c = Case::new(4, 5, 6, DType::F32)?;
    let (_, all) = linear_cross_entropy_backward(&c.x, &c.w, None, &c.t, LogitBudget::KEEP)?;
    let (_, some) = linear_cross_entropy_backward(&c.x, &c.w.detach(), None, &c.t, LogitBudget::KEEP)?;
    let bits_of = |g: Option<&Tensor>| bits(g.expect("a gradient"));
    assert_eq!(bits_of(all.get(&c.x))?, bits_of(some.get(&c.x))?);
    assert!(all.get(&c.w).is_some() && some.get(&c.w).is_none());
    Ok(())
}

#[test]
fn backward_twice_gives_the_same() -> Result<()> {
    let c = Case::new(4, 5, 6, DType::F32)?;
    let loss = linear_cross_entropy(&c.x, &c.w, Some(&c.b), &c.t, LogitBudget::KEEP)?;
    let (first, second) = (loss.backward()?, loss.backward()?);
    for v in c.vars() {
        let (Some(first), Some(second)) = (first.get(v), second.get(v)) else { panic!("no gradient") };
        assert_eq!(bits(first)?, bits(second)?);
    }
    Ok(())
}

#[test]
fn the_same_bits_for_any_number_of_threads_and_in_both_forms() -> Result<()> {
    let run = |threads, budget| -> Result<Vec<Vec<u32>>> {
        with_threads(threads, || {
            let c = Case::new(40, 48, 1500, DType::F32)?;
            let (loss, grads) = linear_cross_entropy_backward(&c.x, &c.w, Some(&c.b), &c.t, budget)?;
            let mut out = vec![bits(&loss)?];
            for v in c.vars() {
                out.push(bits(grads.get(v).expect("a gradient"))?);
            }
            Ok(out)
        })
    };
    let one = run(1, LogitBudget::KEEP)?;
    for (threads, budget) in [(2, LogitBudget::KEEP), (3, LogitBudget::BLOCKWISE), (8, LogitBudget::BLOCKWISE)] {
        assert!(run(threads, budget)? == one, "{threads} threads, {budget:?}");
    }
    Ok(())
}

#[test]
fn large_logits_and_what_is_no_number() -> Result<()> {
    let t = Tensor::new(&[1u32], &Device::Cpu)?;
    let loss = |w: [[f32; 1]; 3]| {
        let x = Tensor::new(&[[1f32]], &Device::Cpu)?;
        linear_cross_entropy(&x, &Tensor::new(&w, &Device::Cpu)?, None, &t, LogitBudget::KEEP)?.to_scalar::<f32>()
    };
    assert!((loss([[1e4], [-1e4], [0.]])? - 2e4).abs() < 1.);
    assert!(loss([[f32::NAN], [0.], [0.]])?.is_nan() && loss([[0.], [f32::NAN], [0.]])?.is_nan());
    assert!(loss([[f32::INFINITY], [0.], [0.]])?.is_nan());
    Ok(())
}

#[test]
fn wrong_input_is_refused() -> Result<()> {
    let c = Case::new(2, 3, 4, DType::F32)?;
    let message = |x: &Tensor, w: &Tensor, t: &[u32]| -> Result<String> {
        let t = Tensor::new(t, &Device::Cpu)?;
        let short = linear_cross_entropy_backward(x, w, None, &t, LogitBudget::KEEP).err().map(|e| e.to_string());
        let long = linear_cross_entropy(x, w, None, &t, LogitBudget::KEEP).err().map(|e| e.to_string());
        assert!(short.is_some() && long.is_some());
        Ok(long.unwrap_or_default())
    };
    assert!(message(&c.x, &c.w, &[0, 4])?.contains("label 4 is not below the 4 classes"));
    assert!(message(&c.x, &c.w, &[0])?.contains("u32 labels (N)"));
    assert!(message(&c.x, &c.w.t()?, &[0, 1])?.contains("weight (C, D)"));
    Ok(())
}

#[test]
fn classes_may_be_switched_off() -> Result<()> {
    let case = Case::new(5, 16, 300, DType::F32)?;
    let labels = Tensor::new(&[200u32, 201, 250, 299, 240], &Device::Cpu)?;
    let off: Vec<f32> = (0..300).map(|c| if c < 120 { f32::NEG_INFINITY } else { 0.1 }).collect();
    let b = Tensor::new(off.as_slice(), &Device::Cpu)?;
    let want: f32 = layer(&case.x, &case.w, &b, &labels)?.to_scalar()?;
    for budget in BUDGETS {
        let (loss, grads) = linear_cross_entropy_backward(&case.x, &case.w, Some(&b), &labels, budget)?;
        let loss: f32 = loss.to_scalar()?;
        assert!((loss - want).abs() <= 1e-5 * want, "{loss} is not {want}");
        let dw = grads.get(&case.w).expect("a gradient").narrow(0, 0, 120)?.abs()?.max_all()?.to_scalar::<f32>()?;
        assert!(dw < 1e-30, "a class that is off learns nothing: {dw}");
    }
    Ok(())
}
