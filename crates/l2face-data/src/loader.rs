//! Batches, prepared ahead on threads of their own.

mod produce;

use std::any::Any;
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{bounded, Receiver};
use l2face_image::{Augment, Preproc};
use serde::{Deserialize, Serialize};

use crate::{Batch, DataError, Dataset, Result};
use produce::Producer;

/// How items become batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoaderConfig {
    /// Crops a batch.
    pub batch: usize,
    /// The run's seed, of which order and augmentation are functions.
    pub seed: u64,
    /// Random changes; the default changes nothing.
    pub augment: Augment,
    /// Crops to numbers; must be the one that is used at test time.
    pub preproc: Preproc,
    /// Batches that may wait, prepared; at least 1.
    pub prefetch: usize,
    /// Whether a last batch that is not full is left out.
    pub drop_last: bool,
}

impl LoaderConfig {
    /// Batches in an epoch of `len` items.
    pub fn batches(&self, len: usize) -> usize {
        match self.drop_last {
            true => len / self.batch.max(1),
            false => len.div_ceil(self.batch.max(1)),
        }
    }

    fn check(&self, len: usize) -> Result<()> {
        let setting = |ok: bool, name, value, rule: String| match ok {
            true => Ok(()),
            false => Err(DataError::Setting { name, value, rule }),
        };
        setting(self.batch > 0, "batch", self.batch, "must be at least 1".into())?;
        setting(self.prefetch > 0, "prefetch", self.prefetch, "must be at least 1".into())?;
        let short = format!("{len} items do not fill one batch; make it smaller or add data");
        setting(self.batches(len) > 0, "batch", self.batch, short)?;
        let many = "at most u32::MAX items can be shuffled".into();
        setting(u32::try_from(len).is_ok(), "items", len, many)
    }
}

/// An iterator over the batches of one epoch.
///
/// Order and pixels are functions of seed, epoch and data set only: not of the number of threads, nor of the batch at which
/// the epoch is entered. An error is the last item. Dropping the loader stops its threads.
pub struct Loader {
    batches: Option<Receiver<Result<Batch>>>,
    producer: Option<JoinHandle<()>>,
    left: usize,
}

impl Loader {
    /// The batches of `epoch` from number `from_batch` on, prepared by half of the processors, at most 8.
    ///
    /// # Errors
    /// A setting outside its range, a data set too small for one batch, or threads that cannot start. Later errors
    /// arrive as items.
    pub fn epoch(data: Arc<dyn Dataset>, config: &LoaderConfig, epoch: u64, from_batch: usize) -> Result<Self> {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (processors / 2).clamp(1, 8);
        Self::epoch_on(threads, data, config, epoch, from_batch)
    }

    /// [`epoch`](Self::epoch) with that many threads. They are not rayon's global ones, which the network needs.
    pub fn epoch_on(
        threads: usize,
        data: Arc<dyn Dataset>,
        config: &LoaderConfig,
        epoch: u64,
        from_batch: usize,
    ) -> Result<Self> {
        config.check(data.len())?;
        let left = config.batches(data.len()).saturating_sub(from_batch);
        let (send, receive) = bounded(config.prefetch);
        let producer = Producer::new(threads, data, config.clone(), epoch)?;
        let run = move || producer.run(from_batch, &send);
        let thread = std::thread::Builder::new().name("l2face-loader".into());
        let handle = thread.spawn(run).map_err(|e| DataError::Worker(e.to_string()))?;
        Ok(Self { batches: Some(receive), producer: Some(handle), left })
    }

    /// Closes the channel, so that a waiting producer ends, and waits for the batch it is at.
    fn stop(&mut self) -> std::thread::Result<()> {
        self.left = 0;
        self.batches = None;
        self.producer.take().map_or(Ok(()), JoinHandle::join)
    }

    fn died(&mut self) -> DataError {
        let reason = match self.stop() {
            Err(panic) => panic_text(&*panic),
            Ok(()) => "it ended early".into(),
        };
        DataError::Worker(reason)
    }
}

impl Iterator for Loader {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Result<Batch>> {
        if self.left == 0 {
            return None;
        }
        let received = self.batches.as_ref()?.recv();
        let batch = received.unwrap_or_else(|_| Err(self.died()));
        self.left = if batch.is_ok() { self.left - 1 } else { 0 };
        Some(batch)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left))
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        // A panic of the producer has been reported as an item, or nobody waits for it any more.
        let _ = self.stop();
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.map_or("it panicked".into(), |text| format!("it panicked: {text}"))
}
