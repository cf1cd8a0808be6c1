//! A run that is killed and resumed in fresh objects ends with the same bits.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::{DType, Device, Module, Tensor};
use candle_nn::Linear;
use l2face_train::{paper_groups, Counters, Schedule, SeededVars, Sgd, SgdConfig, Snapshot};
use rand::Rng;

const SEED: u64 = 11;

struct Run {
    vars: SeededVars,
    hidden: Linear,
    out: Linear,
    sgd: Sgd,
    step: u64,
}

impl Run {
    fn fresh(seed: u64) -> Self {
        let vars = SeededVars::new(seed, DType::F32, &Device::Cpu);
        let hidden = candle_nn::linear(5, 16, vars.builder().pp("hidden")).unwrap();
        let out = candle_nn::linear(16, 2, vars.builder().pp("out")).unwrap();
        let config = SgdConfig { clip_norm: Some(1.), ..SgdConfig::default() };
        let sgd = Sgd::new(paper_groups(&vars.vars(), |_| false), config).unwrap();
        Self { vars, hidden, out, sgd, step: 0 }
    }

    fn train_to(&mut self, end: u64) {
        let schedule = Schedule::OneCycle { peak: 0.2, steps: 30, warmup_fraction: 0.3, div: 25., final_div: 1e4 };
        while self.step < end {
            let loss = self.loss(self.step);
            self.sgd.step(&loss.backward().unwrap(), schedule.lr(self.step)).unwrap();
            self.step += 1;
        }
    }

    /// The batch is a pure function of seed and step, as the loader's is.
    fn loss(&self, step: u64) -> Tensor {
        let mut rng = l2face_seed::substream(SEED, "batch", step);
        let x: Vec<f32> = (0..8 * 5).map(|_| rng.random::<f32>() - 0.5).collect();
        let x = Tensor::from_vec(x, (8, 5), &Device::Cpu).unwrap();
        let y = x.narrow(1, 0, 2).unwrap().sqr().unwrap();
        let hidden = self.hidden.forward(&x).unwrap().tanh().unwrap();
        (self.out.forward(&hidden).unwrap() - y).unwrap().sqr().unwrap().mean_all().unwrap()
    }

    fn save(&self, path: &Path) {
        let mut s = Snapshot::default();
        s.insert("model", self.vars.tensors().unwrap());
        s.insert("sgd", self.sgd.state().unwrap());
        let counters = Counters { seed: SEED, step: self.step, ..Counters::default() };
        s.meta = serde_json::to_value(counters).unwrap();
        s.save_atomic(path).unwrap();
    }

    fn resume(path: &Path) -> Self {
        let s = Snapshot::load(path).unwrap();
        let mut run = Self::fresh(999);
        run.vars.load_strict(&s.group("model")).unwrap();
        run.sgd.load_state(&s.group("sgd")).unwrap();
        run.step = serde_json::from_value::<Counters>(s.meta).unwrap().step;
        run
    }
}

fn bits(tensors: BTreeMap<String, Tensor>) -> BTreeMap<String, Vec<u32>> {
    let of = |t: Tensor| t.flatten_all().unwrap().to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect();
    tensors.into_iter().map(|(name, t)| (name, of(t))).collect()
}

#[test]
fn a_resumed_run_ends_with_the_same_bits() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("last.safetensors");
    let mut whole = Run::fresh(SEED);
    let first = whole.loss(0).to_scalar::<f32>().unwrap();
    whole.train_to(12);
    whole.save(&path);
    let at_snapshot = bits(whole.vars.tensors().unwrap());
    whole.train_to(30);
    assert!(whole.loss(0).to_scalar::<f32>().unwrap() < first, "the toy must learn");

    let mut resumed = Run::resume(&path);
    assert_eq!(resumed.step, 12);
    assert_eq!(bits(resumed.vars.tensors().unwrap()), at_snapshot);
    resumed.train_to(30);
    assert_eq!(bits(resumed.vars.tensors().unwrap()), bits(whole.vars.tensors().unwrap()));
    assert_eq!(bits(resumed.sgd.state().unwrap()), bits(whole.sgd.state().unwrap()));
}

/// Without the velocities the end differs, so the test above can fail.
#[test]
fn forgetting_the_velocity_would_show() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("last.safetensors");
    let mut whole = Run::fresh(SEED);
    whole.train_to(12);
    whole.save(&path);
    whole.train_to(30);
    let mut forgetful = Run::fresh(SEED);
    forgetful.vars.load_strict(&Snapshot::load(&path).unwrap().group("model")).unwrap();
    forgetful.step = 12;
    forgetful.train_to(30);
    assert_ne!(bits(forgetful.vars.tensors().unwrap()), bits(whole.vars.tensors().unwrap()));
}
