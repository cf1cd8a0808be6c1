//! The loader: what its batches are functions of, and how it ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use candle_core::{DType, Device};
use l2face_data::{epoch_order, Batch, DataError, Dataset, Loader, LoaderConfig, Result};
use l2face_image::{Augment, CropTarget, Preproc, Rgb8, Template};
use rand::RngCore;

const LEN: usize = 23;

#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    Unreadable(usize),
    Panic(usize),
    WrongSize(usize),
    WrongLabel(usize),
}

struct Faces {
    trouble: Trouble,
    reads: AtomicUsize,
}

impl Faces {
    fn new(trouble: Trouble) -> Arc<Self> {
        Arc::new(Self { trouble, reads: AtomicUsize::new(0) })
    }
}

fn target() -> CropTarget {
    CropTarget::new(Template::Arc112, 14, 14).unwrap()
}

fn noise(i: usize, side: usize) -> Rgb8 {
    let mut data = vec![0; side * side * 3];
    l2face_seed::substream(1, "noise", i as u64).fill_bytes(&mut data);
    Rgb8::new(side, side, data).unwrap()
}

impl Dataset for Faces {
    fn len(&self) -> usize {
        LEN
    }
    fn classes(&self) -> usize {
        5
    }
    fn label(&self, i: usize) -> u32 {
        if self.trouble == Trouble::WrongLabel(i) {
            5
        } else {
            i as u32 % 5
        }
    }
    fn get(&self, i: usize) -> Result<Rgb8> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        match self.trouble {
            Trouble::Unreadable(bad) if bad == i => Err(DataError::item(self.id(i), "unreadable")),
            Trouble::Panic(bad) if bad == i => panic!("the decoder broke"),
            Trouble::WrongSize(bad) if bad == i => Ok(noise(i, 13)),
            _ => Ok(noise(i, 14)),
        }
    }
    fn id(&self, i: usize) -> String {
        format!("face {i}")
    }
}

fn config() -> LoaderConfig {
    LoaderConfig {
        batch: 4,
        seed: 7,
        augment: Augment { mirror: true, max_shift: 2 },
        preproc: Preproc::new(target()),
        prefetch: 2,
        drop_last: true,
    }
}

fn load(threads: usize, config: &LoaderConfig, epoch: u64, from: usize) -> Vec<Batch> {
    let loader = Loader::epoch_on(threads, Faces::new(Trouble::None), config, epoch, from);
    loader.unwrap().collect::<Result<_>>().unwrap()
}

#[test]
fn batches_do_not_depend_on_threads_or_prefetch() {
    let one = load(1, &config(), 3, 0);
    assert_eq!(one.len(), LEN / 4);
    let deep = LoaderConfig { prefetch: 50, ..config() };
    assert!(one == load(4, &config(), 3, 0) && one == load(4, &deep, 3, 0));
    assert!(one != load(1, &config(), 4, 0), "another epoch");
    assert!(one != load(1, &LoaderConfig { seed: 8, ..config() }, 3, 0), "another seed");
}

#[test]
fn resuming_at_a_batch_gives_the_same_batches() {
    let whole = load(2, &config(), 3, 0);
    for from in 0..=whole.len() + 2 {
        assert!(load(3, &config(), 3, from) == whole[from.min(whole.len())..], "from {from}");
    }
}

/// Slow formula: order, augmentation and preprocessing item by item.
#[test]
fn batches_are_what_the_parts_say() {
    let config = LoaderConfig { drop_last: false, ..config() };
    let batches = load(2, &config, 3, 0);
    assert_eq!((batches.len(), config.batches(LEN)), (6, 6));
    assert_eq!(batches[5].shape(), (3, 3, 14, 14));
    let order: Vec<u32> = batches.iter().flat_map(|b| b.indices.clone()).collect();
    assert_eq!(order, epoch_order(7, 3, LEN));
    for batch in &batches {
        for (n, &i) in batch.indices.iter().enumerate() {
            let mut rng = l2face_seed::substream(7, "augment", 3 * LEN as u64 + u64::from(i));
            let image = config.augment.apply(&noise(i as usize, 14), &mut rng);
            let mut chw = vec![0.; 3 * 14 * 14];
            config.preproc.write_chw(&image, &mut chw).unwrap();
            assert_eq!(batch.images[n * chw.len()..][..chw.len()], chw);
            assert_eq!(batch.labels[n], i % 5);
        }
    }
}

#[test]
fn tensors_have_the_documented_shapes() {
    let batch = &load(1, &config(), 0, 0)[0];
    let (images, labels) = batch.tensors(&Device::Cpu).unwrap();
    assert_eq!((images.dims(), images.dtype()), (&[4, 3, 14, 14][..], DType::F32));
    assert_eq!(labels.to_vec1::<u32>().unwrap(), batch.labels);
    assert_eq!(images.flatten_all().unwrap().to_vec1::<f32>().unwrap(), batch.images);
    assert_eq!((batch.len(), batch.is_empty()), (4, false));
}

fn trouble(trouble: Trouble) -> (usize, String) {
    let mut loader = Loader::epoch_on(3, Faces::new(trouble), &config(), 3, 0).unwrap();
    let mut good = 0;
    loop {
        match loader.next().expect("an error before the end") {
            Ok(_) => good += 1,
            Err(error) => {
                assert!(loader.next().is_none(), "the error is the last item");
                return (good, error.to_string());
            }
        }
    }
}

#[test]
fn an_error_arrives_in_its_place_and_ends_the_epoch() {
    let bad = epoch_order(7, 3, LEN)[9] as usize;
    let (good, message) = trouble(Trouble::Unreadable(bad));
    assert_eq!((good, message), (2, format!("face {bad}: unreadable")));
    let (good, message) = trouble(Trouble::WrongSize(bad));
    assert!(good == 2 && message.starts_with(&format!("face {bad}: expected a crop of 14x14")), "{message}");
    let (_, message) = trouble(Trouble::WrongLabel(bad));
    assert_eq!(message, format!("face {bad}: its label 5 is not below the 5 people"));
}

#[test]
fn a_panic_arrives_as_an_error() {
    let bad = epoch_order(7, 3, LEN)[9] as usize;
    let (good, message) = trouble(Trouble::Panic(bad));
    assert_eq!(good, 2);
    assert_eq!(message, "a thread that prepares batches failed: it panicked: the decoder broke");
}

#[test]
fn dropping_the_loader_stops_its_threads() {
    let data = Faces::new(Trouble::None);
    let mut loader = Loader::epoch_on(2, data.clone(), &LoaderConfig { prefetch: 1, ..config() }, 0, 0).unwrap();
    loader.next().unwrap().unwrap();
    drop(loader);
    let reads = data.reads.load(Ordering::SeqCst);
    assert!(reads <= 4 * 4, "one taken, one waiting, one in the hand, at most one begun; {reads} reads");
    assert_eq!(Arc::strong_count(&data), 1, "nobody holds the data any more");
    drop(Loader::epoch_on(2, data, &config(), 0, 0).unwrap());
}

/// A consumer that itself runs on rayon's only global thread must not wait for ever.
#[test]
fn a_busy_global_pool_does_not_starve_the_loader() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let count = pool.install(|| Loader::epoch(Faces::new(Trouble::None), &config(), 0, 0).unwrap().count());
    assert_eq!(count, LEN / 4);
}

#[test]
fn impossible_settings_are_named() {
    let refused = |config: LoaderConfig| {
        let loader = Loader::epoch(Faces::new(Trouble::None), &config, 0, 0);
        loader.err().unwrap().to_string()
    };
    assert!(refused(LoaderConfig { batch: 0, ..config() }).starts_with("batch = 0: must be at least 1"));
    assert!(refused(LoaderConfig { prefetch: 0, ..config() }).starts_with("prefetch = 0"));
    assert!(refused(LoaderConfig { batch: 24, ..config() }).starts_with("batch = 24: 23 items do not fill one batch"));
    let short = LoaderConfig { batch: 24, drop_last: false, ..config() };
    assert_eq!(load(1, &short, 0, 0)[0].len(), LEN);
}
