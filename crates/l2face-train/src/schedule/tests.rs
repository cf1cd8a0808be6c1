use super::*;

/// All references: torch 2.2.2, with
/// ```python
/// def run(make, n):
///     o = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=.1); ss = make(o); out = []
///     for _ in range(n): out.append(o.param_groups[0]['lr']); o.step(); [s.step() for s in ss]
///     return out
/// ```
fn assert_lrs(schedule: &Schedule, expected: &[f64]) {
    schedule.check().unwrap();
    for (t, want) in expected.iter().enumerate() {
        let got = schedule.lr(t as u64);
        assert!((got - want).abs() < 1e-14, "step {t}: {got} for {want}");
    }
}

fn drops() -> Schedule {
    Schedule::Step { base: 0.1, milestones: vec![3, 5], gamma: 0.1 }
}

/// `run(lambda o: [MultiStepLR(o, [3, 5], .1)], 8)`
#[test]
fn step_as_torch() {
    let expected = [0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.001];
    assert_lrs(&drops(), &expected);
}

/// `run(lambda o: [PolynomialLR(o, 6, 2.)], 8)`
#[test]
fn poly_as_torch() {
    let poly = Schedule::Poly { base: 0.1, power: 2., steps: 6, warmup: 0 };
    let expected =
        [0.1, 0.06944444444444446, 0.04444444444444447, 0.025, 0.011111111111111117, 0.0027777777777777775, 0., 0.];
    assert_lrs(&poly, &expected);
}

/// Torch has no polynomial decay behind a warm-up: fifths of 0.1 four times, then the curve above over 6 steps.
#[test]
fn poly_with_a_warm_up() {
    let poly = Schedule::Poly { base: 0.1, power: 2., steps: 10, warmup: 4 };
    let expected = [0.02, 0.04, 0.06, 0.08, 0.1, 0.06944444444444446, 0.04444444444444447, 0.025];
    assert_lrs(&poly, &expected);
    assert_eq!(poly.lr(99), 0.);
}

/// `run(lambda o: [OneCycleLR(o, .4, 10, pct_start=.3, cycle_momentum=False)], 10)`
#[test]
fn one_cycle_as_torch() {
    let cycle = Schedule::OneCycle { peak: 0.4, steps: 10, warmup_fraction: 0.3, div: 25., final_div: 1e4 };
    let expected = [
        0.016000000000000014,
        0.20800000000000002,
        0.4,
        0.38019385280538953,
        0.3246982615799052,
        0.24450480877451572,
        0.1554967912254843,
        0.0753033384200948,
        0.019807747194610516,
        1.6e-06,
    ];
    assert_lrs(&cycle, &expected);
    assert_eq!(cycle.lr(1000), cycle.lr(9));
}

/// The top lies between two steps: `run(lambda o: [OneCycleLR(o, .4, 7, pct_start=.4, cycle_momentum=False,
/// div_factor=10, final_div_factor=100)], 7)`
#[test]
fn one_cycle_with_a_top_between_steps_as_torch() {
    let cycle = Schedule::OneCycle { peak: 0.4, steps: 7, warmup_fraction: 0.4, div: 10., final_div: 100. };
    let expected = [
        0.03999999999999998,
        0.2512566719800474,
        0.3977683990797807,
        0.324773262411375,
        0.18526892730143246,
        0.053736236008400697,
        0.0004,
    ];
    assert_lrs(&cycle, &expected);
}

#[test]
fn one_cycle_is_finite_at_its_extremes() {
    for (steps, warmup_fraction) in [(1, 0.), (1, 1.), (2, 0.5), (5, 0.), (5, 1.)] {
        let cycle = Schedule::OneCycle { peak: 0.4, steps, warmup_fraction, div: 10., final_div: 100. };
        let lrs: Vec<f64> = (0..7).map(|t| cycle.lr(t)).collect();
        assert!(lrs.iter().all(|lr| (0.0004 - 1e-12..=0.4 + 1e-12).contains(lr)), "{steps} {warmup_fraction} {lrs:?}");
    }
}

/// `run(lambda o: [LinearLR(o, .25, 1., 4), MultiStepLR(o, [3, 5], .1)], 8)`
#[test]
fn warm_up_as_torch() {
    let warmup = Schedule::Warmup { steps: 4, from: 0.25, then: Box::new(drops()) };
    let expected = [0.025, 0.04375, 0.0625, 0.008125, 0.01, 0.001, 0.001, 0.001];
    assert_lrs(&warmup, &expected);
}

#[test]
fn settings_out_of_range_are_named() {
    let cases = [
        (r#"{"kind": "constant", "base": 0}"#, "base = 0"),
        (r#"{"kind": "step", "base": -1, "milestones": []}"#, "base = -1"),
        (r#"{"kind": "step", "base": 1, "milestones": [], "gamma": 0}"#, "gamma = 0"),
        (r#"{"kind": "step", "base": 1, "milestones": [5, 5]}"#, "milestones = [5, 5]"),
        (r#"{"kind": "poly", "base": 1, "power": 0, "steps": 5}"#, "power = 0"),
        (r#"{"kind": "poly", "base": 1, "power": 1, "steps": 5, "warmup": 5}"#, "warmup = 5"),
        (r#"{"kind": "one-cycle", "peak": 0, "steps": 5, "warmup_fraction": 0.3}"#, "peak = 0"),
        (r#"{"kind": "one-cycle", "peak": 1, "steps": 0, "warmup_fraction": 0.3}"#, "steps = 0"),
        (r#"{"kind": "one-cycle", "peak": 1, "steps": 5, "warmup_fraction": 1.3}"#, "warmup_fraction = 1.3"),
        (r#"{"kind": "one-cycle", "peak": 1, "steps": 5, "warmup_fraction": 1, "div": 0}"#, "div = 0"),
        (r#"{"kind": "warmup", "steps": 5, "from": 2, "then": {"kind": "constant", "base": 1}}"#, "from = 2"),
        (r#"{"kind": "warmup", "steps": 5, "from": 0, "then": {"kind": "constant", "base": 0}}"#, "base = 0"),
    ];
    for (json, named) in cases {
        let schedule: Schedule = serde_json::from_str(json).unwrap();
        let message = schedule.check().unwrap_err().to_string();
        assert!(message.starts_with(named), "{json}: {message}");
    }
    let nan = Schedule::Constant { base: f64::NAN };
    assert!(nan.check().is_err());
}

#[test]
fn unknown_keys_are_refused_and_defaults_are_torch_s() {
    let extra = r#"{"kind": "step", "base": 1, "milestones": [], "gama": 0.1}"#;
    assert!(serde_json::from_str::<Schedule>(extra).is_err());
    let short = r#"{"kind": "one-cycle", "peak": 1, "steps": 5, "warmup_fraction": 0.3}"#;
    let schedule: Schedule = serde_json::from_str(short).unwrap();
    assert!(matches!(schedule, Schedule::OneCycle { div: 25., final_div: 1e4, .. }));
    let again: Schedule = serde_json::from_str(&serde_json::to_string(&schedule).unwrap()).unwrap();
    assert_eq!(again, schedule);
}
