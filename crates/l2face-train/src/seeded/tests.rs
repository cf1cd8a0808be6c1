use super::*;
use candle_nn::init::DEFAULT_KAIMING_NORMAL;

fn set(seed: u64) -> SeededVars {
    SeededVars::new(seed, DType::F32, &Device::Cpu)
}

fn ask(vars: &SeededVars, name: &str) -> Vec<f32> {
    let t = vars.builder().get_with_hints((3, 4), name, DEFAULT_KAIMING_NORMAL);
    t.unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn values_depend_on_seed_and_name_not_on_order() {
    let (a, b) = (set(1), set(1));
    let (x1, y1) = (ask(&a, "x"), ask(&a, "y"));
    let (y2, x2) = (ask(&b, "y"), ask(&b, "x"));
    assert_eq!((&x1, &y1), (&x2, &y2));
    assert_ne!(x1, y1);
    assert_ne!(x1, ask(&set(2), "x"));
}

#[test]
fn f32_values_are_the_rounded_f64_values() {
    let wide = SeededVars::new(1, DType::F64, &Device::Cpu);
    let t = wide.builder().get_with_hints((3, 4), "x", DEFAULT_KAIMING_NORMAL);
    let wide: Vec<f64> = t.unwrap().flatten_all().unwrap().to_vec1().unwrap();
    let rounded: Vec<f32> = wide.iter().map(|&v| v as f32).collect();
    assert_eq!(ask(&set(1), "x"), rounded);
}

#[test]
fn asking_twice_gives_the_same_variable() {
    let vars = set(1);
    let builder = vars.builder();
    let first = builder.pp("a").get(2, "w").unwrap();
    let second = builder.pp("a").get(2, "w").unwrap();
    assert_eq!(first.id(), second.id());
    assert!(first.is_variable());
    assert!(builder.contains_tensor("a.w"));
    assert!(!builder.contains_tensor("w"));
    assert_eq!(vars.vars().len(), 1);
}

#[test]
fn another_shape_type_or_absence_is_an_error() {
    let vars = set(1);
    let builder = vars.builder();
    builder.get(2, "w").unwrap();
    let says = |e: candle_core::Error, text: &str| assert!(e.to_string().contains(text), "{e}");
    says(builder.get(3, "w").unwrap_err(), "w: exists with shape [2]");
    says(builder.get_with_hints_dtype(2, "w", Init::Const(0.), DType::F64).unwrap_err(), "asked for as F64");
    says(builder.get_unchecked("v").unwrap_err(), "v: no such variable");
    assert_eq!(vars.vars().len(), 1);
}

#[test]
fn load_strict_round_trips_and_copies() {
    let (from, to) = (set(1), set(2));
    let wanted = ask(&from, "x");
    assert_ne!(ask(&to, "x"), wanted);
    let saved = from.tensors().unwrap();
    from.vars()[0].1.set(&Tensor::zeros((3, 4), DType::F32, &Device::Cpu).unwrap()).unwrap();
    to.load_strict(&saved).unwrap();
    assert_eq!(ask(&to, "x"), wanted);
}

#[test]
fn load_strict_names_every_difference_and_changes_nothing() {
    let vars = set(1);
    let before = ask(&vars, "a");
    vars.builder().get(2, "b").unwrap();
    vars.builder().get(2, "c").unwrap();
    let zeros = |n: usize, dtype| Tensor::zeros(n, dtype, &Device::Cpu).unwrap();
    let wrong = BTreeMap::from([
        ("a".to_string(), Tensor::zeros((3, 4), DType::F32, &Device::Cpu).unwrap()),
        ("b".to_string(), zeros(3, DType::F32)),
        ("d".to_string(), zeros(2, DType::F32)),
    ]);
    let message = vars.load_strict(&wrong).unwrap_err().to_string();
    assert!(message.contains("missing [c], unexpected [d], different [b: [2] F32 here, [3] F32 there]"), "{message}");
    assert_eq!(ask(&vars, "a"), before);
}
