//! Crops held in memory.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use l2face_image::Rgb8;
use rayon::prelude::*;

use crate::{cache, cache_read, DataError, Dataset, Result};

/// Crops of one size with labels and names; 37 KB a crop at 112 x 112.
#[derive(Clone, Debug, PartialEq)]
pub struct InMemory {
    pub(crate) images: Vec<Rgb8>,
    pub(crate) labels: Vec<u32>,
    pub(crate) ids: Vec<String>,
    pub(crate) classes: usize,
}

impl InMemory {
    /// These crops with their labels; the names are "item 0", "item 1", ...
    ///
    /// # Errors
    /// A label that is not below `classes`, or crops of several sizes.
    pub fn new(items: impl IntoIterator<Item = (Rgb8, u32)>, classes: usize) -> Result<Self> {
        let named = |(i, (image, label))| (image, label, format!("item {i}"));
        Self::named(items.into_iter().enumerate().map(named), classes)
    }

    /// Crops the items of `source` on rayon's threads: `crop(i)` gives the crop of item `i`, or `None` to leave it out.
    ///
    /// Also returns the items left out, in order. `progress(done, all)` is called after each item, from any thread.
    ///
    /// # Errors
    /// The first item's error, in the order of the items; those of [`new`](Self::new).
    pub fn build(
        source: &dyn Dataset,
        crop: impl Fn(usize) -> Result<Option<Rgb8>> + Sync,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(Self, Vec<usize>)> {
        let (done, all) = (AtomicUsize::new(0), source.len());
        let one = |i| {
            let cropped = crop(i);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, all);
            cropped
        };
        let crops: Vec<_> = (0..all).into_par_iter().map(one).collect();
        let crops = crops.into_iter().collect::<Result<Vec<_>>>()?;
        let dropped = (0..all).filter(|&i| crops[i].is_none()).collect();
        let present = crops.into_iter().enumerate().filter_map(|(i, crop)| Some((i, crop?)));
        let items = present.map(|(i, crop)| (crop, source.label(i), source.id(i)));
        Ok((Self::named(items, source.classes())?, dropped))
    }

    /// Every item of `source` as it comes.
    pub fn from_dataset(source: &dyn Dataset, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Self> {
        Ok(Self::build(source, |i| source.get(i).map(Some), progress)?.0)
    }

    /// The crop of item `i`, without a copy.
    pub fn image(&self, i: usize) -> &Rgb8 {
        &self.images[i]
    }

    /// Writes all of it to one file, whole or not at all. `tag` says what the crops were made from and how; any change of
    /// it makes [`load`](Self::load) refuse the file.
    pub fn save(&self, path: &Path, tag: &str) -> Result<()> {
        cache::save(self, path, tag)
    }

    /// Reads a file of [`save`](Self::save).
    ///
    /// # Errors
    /// [`DataError::Cache`] when it is truncated, damaged, or has another `tag`.
    pub fn load(path: &Path, tag: &str) -> Result<Self> {
        cache_read::load(path, tag)
    }

    fn named(items: impl Iterator<Item = (Rgb8, u32, String)>, classes: usize) -> Result<Self> {
        let mut set = Self { images: Vec::new(), labels: Vec::new(), ids: Vec::new(), classes };
        for (image, label, id) in items {
            set.push(image, label, id)?;
        }
        Ok(set)
    }

    pub(crate) fn push(&mut self, image: Rgb8, label: u32, id: String) -> Result<()> {
        if label as usize >= self.classes {
            let reason = format!("its label {label} is not below the {} people", self.classes);
            return Err(DataError::item(id, reason));
        }
        let size = |image: &Rgb8| (image.width(), image.height());
        if let Some(first) = self.images.first().filter(|first| size(first) != size(&image)) {
            let reason = format!("its size {:?} is not that of the others, {:?}", size(&image), size(first));
            return Err(DataError::item(id, reason));
        }
        self.images.push(image);
        self.labels.push(label);
        self.ids.push(id);
        Ok(())
    }
}

impl Dataset for InMemory {
    fn len(&self) -> usize {
        self.images.len()
    }

    fn classes(&self) -> usize {
        self.classes
    }

    fn label(&self, i: usize) -> u32 {
        self.labels[i]
    }

    fn get(&self, i: usize) -> Result<Rgb8> {
        Ok(self.images[i].clone())
    }

    fn id(&self, i: usize) -> String {
        self.ids[i].clone()
    }
}
