//! The two sweeps over the classes.
use super::block::{Classes, InputGradient, Logits, Normaliser, Softmax, WeightGradient, BLOCK};
use super::normalise::Normalisers;
use super::packed::{row, Packed};
use super::plan::classes_per_task;
use super::Problem;
use crate::cpu::conv::reserve;
use crate::cpu::simd::dispatch;
use rayon::prelude::*;
use std::cell::RefCell;

thread_local! {
    static LOGITS: RefCell<Vec<f32>> = RefCell::default();
}

/// Which gradients somebody needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub x: bool,
    pub weight: bool,
    pub bias: bool,
}

/// The gradients that were wanted.
pub(crate) struct Gradients {
    /// (N, D)
    pub x: Option<Vec<f32>>,
    /// (C, D)
    pub weight: Option<Vec<f32>>,
    /// (C)
    pub bias: Option<Vec<f32>>,
}

impl Problem<'_> {
    fn task_classes(&self, packed: &Packed<'_>) -> usize {
        classes_per_task(self.classes(), packed.padded() * packed.dim)
    }

    /// The block of classes from `first` to before `end`, at most.
    fn block(&self, first: usize, end: usize) -> Classes<'_> {
        let (end, dim) = (end.min(first + BLOCK), self.dim());
        let bias = self.bias.map(|b| &b[first..end]);
        Classes { first, weight: &self.weight[first * dim..end * dim], bias }
    }
}

/// Runs `f` on the logits of a block: its part of `kept`, or this thread's buffer.
fn with_logits<R>(kept: Option<&mut [f32]>, len: usize, f: impl FnOnce(&mut [f32]) -> R) -> R {
    match kept {
        Some(kept) => f(kept),
        None => LOGITS.with_borrow_mut(|buffer| f(reserve(buffer, len))),
    }
}

/// The first sweep; with `keep`, also all logits, class by class.
pub(crate) fn normalise(problem: &Problem<'_>, keep: bool) -> (Normalisers, Option<Vec<f32>>) {
    let packed = Packed::new(problem.x, problem.labels);
    let (classes, per_task) = (problem.classes(), problem.task_classes(&packed));
    let mut kept = keep.then(|| vec![0f32; classes * row(packed.samples)]);
    let tasks = split(kept.as_deref_mut(), per_task * packed.row(), classes.div_ceil(per_task));
    let parts: Vec<Normalisers> = tasks
        .into_par_iter()
        .enumerate()
        .map(|(task, kept)| normalise_task(problem, &packed, task * per_task, per_task, kept))
        .collect();
    let mut all = Normalisers::new(packed.padded());
    parts.iter().for_each(|part| all.merge(part));
    (all, kept)
}

/// `count` consecutive parts of `len` numbers, or as many absences.
fn split(numbers: Option<&mut [f32]>, len: usize, count: usize) -> Vec<Option<&mut [f32]>> {
    match numbers {
        Some(numbers) => numbers.chunks_mut(len).map(Some).collect(),
        None => (0..count).map(|_| None).collect(),
    }
}

fn normalise_task(
    p: &Problem<'_>,
    packed: &Packed<'_>,
    from: usize,
    count: usize,
    kept: Option<&mut [f32]>,
) -> Normalisers {
    let end = p.classes().min(from + count);
    let mut out = Normalisers::new(packed.padded());
    let blocks = split(kept, BLOCK * packed.row(), (end - from).div_ceil(BLOCK));
    for (first, kept) in (from..end).step_by(BLOCK).zip(blocks) {
        let classes = p.block(first, end);
        let len = classes.weight.len() / packed.dim * packed.row();
        with_logits(kept, len, |logits| {
            dispatch(Logits { packed, classes, logits });
            gather(packed, first, logits, &mut out);
        });
    }
    out
}

/// One block's share of the normalisers.
fn gather(packed: &Packed<'_>, first: usize, logits: &[f32], out: &mut Normalisers) {
    let row = packed.row();
    for panel in 0..packed.panels() {
        let [m0, m1, s0, s1] = dispatch(Normaliser { logits, row, panel });
        for lane in 0..8 {
            out.add(panel * 16 + lane, m0[lane], f64::from(s0[lane]));
            out.add(panel * 16 + 8 + lane, m1[lane], f64::from(s1[lane]));
        }
    }
    for (n, label) in packed.labels.iter().enumerate() {
        if let Some(class) = (*label as usize).checked_sub(first).filter(|class| class * row < logits.len()) {
            out.own[n] = logits[class * row + n];
        }
    }
}

/// The second sweep: the gradients of `upstream` times the mean loss. `kept` are the first sweep's logits.
pub(crate) fn gradients(
    problem: &Problem<'_>,
    normalisers: &Normalisers,
    mut kept: Option<Vec<f32>>,
    upstream: f32,
    wanted: Wanted,
) -> Gradients {
    let packed = Packed::new(problem.x, problem.labels);
    let (classes, dim, per_task) = (problem.classes(), packed.dim, problem.task_classes(&packed));
    let tasks = classes.div_ceil(per_task);
    let mut weight = wanted.weight.then(|| vec![0f32; classes * dim]);
    let mut bias = wanted.bias.then(|| vec![0f32; classes]);
    let factor = upstream / packed.samples as f32;
    let second =
        Second { p: problem, packed: &packed, normalisers, scales: normalisers.scales(&packed, factor), factor };
    // One buffer for all tasks, taken and given back by one thread: buffers of the tasks' own would pile up in every thread's heap.
    let partial = packed.by_sample.len();
    let mut dx = vec![0f32; if wanted.x { tasks * partial } else { 0 }];
    split(kept.as_deref_mut(), per_task * packed.row(), tasks)
        .into_par_iter()
        .zip(split(weight.as_deref_mut(), per_task * dim, tasks))
        .zip(split(bias.as_deref_mut(), per_task, tasks))
        .zip(split(wanted.x.then_some(dx.as_mut_slice()), partial, tasks))
        .enumerate()
        .for_each(|(task, (((kept, dw), db), dx))| {
            second.task(task * per_task, per_task, kept, Targets { dx: dx.unwrap_or_default(), dw, db });
        });
    Gradients { x: wanted.x.then(|| unpack(&packed, &dx)), weight, bias }
}

/// What the tasks of the second sweep share.
struct Second<'a> {
    p: &'a Problem<'a>,
    packed: &'a Packed<'a>,
    normalisers: &'a Normalisers,
    scales: Vec<f32>,
    factor: f32,
}

/// Where a task puts its gradients; an empty `dx` is not wanted.
struct Targets<'a> {
    dx: &'a mut [f32],
    dw: Option<&'a mut [f32]>,
    db: Option<&'a mut [f32]>,
}

impl Second<'_> {
    fn task(&self, from: usize, count: usize, kept: Option<&mut [f32]>, to: Targets<'_>) {
        let (p, packed) = (self.p, self.packed);
        let end = p.classes().min(from + count);
        let blocks = (end - from).div_ceil(BLOCK);
        let parts = split(kept, BLOCK * packed.row(), blocks)
            .into_iter()
            .zip(split(to.dw, BLOCK * packed.dim, blocks))
            .zip(split(to.db, BLOCK, blocks));
        for (first, ((kept, dw), db)) in (from..end).step_by(BLOCK).zip(parts) {
            let classes = p.block(first, end);
            let len = classes.weight.len() / packed.dim * packed.row();
            let fresh = kept.is_none();
            with_logits(kept, len, |logits| {
                if fresh {
                    dispatch(Logits { packed, classes, logits });
                }
                self.block(classes, logits, Targets { dx: to.dx, dw, db });
            });
        }
    }

    fn block(&self, classes: Classes<'_>, logits: &mut [f32], to: Targets<'_>) {
        let (packed, row) = (self.packed, self.packed.row());
        dispatch(Softmax { logits, row, largest: &self.normalisers.largest, scale: &self.scales });
        for (n, label) in packed.labels.iter().enumerate() {
            let class = (*label as usize).checked_sub(classes.first).filter(|class| class * row < logits.len());
            if let Some(class) = class {
                logits[class * row + n] -= self.factor;
            }
        }
        if !to.dx.is_empty() {
            dispatch(InputGradient { packed, classes, dlogits: logits, dx: to.dx });
        }
        if let Some(dw) = to.dw {
            dispatch(WeightGradient { packed, dlogits: logits, dw });
        }
        if let Some(db) = to.db {
            for (b, row) in db.iter_mut().zip(logits.chunks_exact(row)) {
                *b = row[..packed.samples].iter().sum();
            }
        }
    }
}

/// The sum of the tasks' gradients, in order, as (N, D).
fn unpack(packed: &Packed<'_>, parts: &[f32]) -> Vec<f32> {
    let (dim, partial) = (packed.dim, packed.by_sample.len());
    let mut out = vec![0f32; packed.samples * dim];
    out.par_chunks_mut(dim).enumerate().for_each(|(n, row)| {
        for (k, to) in row.iter_mut().enumerate() {
            let at = ((n / 16) * dim + k) * 16 + n % 16;
            *to = parts.iter().skip(at).step_by(partial).sum();
        }
    });
    out
}
