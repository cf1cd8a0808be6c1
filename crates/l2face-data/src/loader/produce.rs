//! The thread that prepares batches, with a small pool beside it.

use std::sync::Arc;

use crossbeam_channel::Sender;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::LoaderConfig;
use crate::{epoch_order, Batch, DataError, Dataset, Result};

pub(super) struct Producer {
    pool: ThreadPool,
    data: Arc<dyn Dataset>,
    config: LoaderConfig,
    epoch: u64,
}

impl Producer {
    pub(super) fn new(threads: usize, data: Arc<dyn Dataset>, config: LoaderConfig, epoch: u64) -> Result<Self> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads.max(1))
            .thread_name(|i| format!("l2face-loader-{i}"))
            .build()
            .map_err(|e| DataError::Worker(e.to_string()))?;
        Ok(Self { pool, data, config, epoch })
    }

    /// Sends batches until the epoch ends, one fails, or nobody listens.
    pub(super) fn run(self, from_batch: usize, send: &Sender<Result<Batch>>) {
        let order = epoch_order(self.config.seed, self.epoch, self.data.len());
        let all = self.config.batches(order.len());
        let batches = order.chunks(self.config.batch).take(all);
        for indices in batches.skip(from_batch) {
            let batch = self.pool.install(|| self.batch(indices));
            let failed = batch.is_err();
            if send.send(batch).is_err() || failed {
                return;
            }
        }
    }

    fn batch(&self, indices: &[u32]) -> Result<Batch> {
        let (width, height) = (self.config.preproc.target.width, self.config.preproc.target.height);
        let crop = (3 * width * height).max(1);
        let mut images = vec![0f32; crop * indices.len()];
        let outputs = images.par_chunks_mut(crop).zip(indices.par_iter());
        let labels: Vec<_> = outputs.map(|(out, &i)| self.item(i as usize, out)).collect();
        Ok(Batch {
            images,
            labels: labels.into_iter().collect::<Result<_>>()?,
            indices: indices.to_vec(),
            height,
            width,
        })
    }

    /// Writes the augmented, preprocessed crop of item `i` to `out`; its label.
    fn item(&self, i: usize, out: &mut [f32]) -> Result<u32> {
        let label = self.data.label(i);
        if label as usize >= self.data.classes() {
            let reason = format!("its label {label} is not below the {} people", self.data.classes());
            return Err(DataError::item(self.data.id(i), reason));
        }
        let at = self.epoch.wrapping_mul(self.data.len() as u64).wrapping_add(i as u64);
        let mut rng = l2face_seed::substream(self.config.seed, "augment", at);
        let image = self.config.augment.apply(&self.data.get(i)?, &mut rng);
        let written = self.config.preproc.write_chw(&image, out);
        written.map_err(|e| DataError::item(self.data.id(i), e))?;
        Ok(label)
    }
}
