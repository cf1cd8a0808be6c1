//! A folder with one folder per person, as a data set.

use std::path::Path;

use l2face_image::Rgb8;

use crate::{Dataset, Record, Records, Result};

type Crop = dyn Fn(&Record, Rgb8) -> Result<Rgb8> + Send + Sync;

/// The images of [`Records`], decoded when asked for and, if so wished, cropped.
pub struct ImageFolder {
    records: Records,
    crop: Option<Box<Crop>>,
}

impl ImageFolder {
    /// [`Records::scan`] as a data set; images come as they are.
    pub fn open(root: &Path, list: Option<&Path>) -> Result<Self> {
        Ok(Self::new(Records::scan(root, list)?))
    }

    /// The images of these records as they are.
    pub fn new(records: Records) -> Self {
        Self { records, crop: None }
    }

    /// Every image goes through `crop` on its way out: align it, resize it.
    pub fn with_crop(self, crop: impl Fn(&Record, Rgb8) -> Result<Rgb8> + Send + Sync + 'static) -> Self {
        Self { crop: Some(Box::new(crop)), ..self }
    }

    /// What was found.
    pub fn records(&self) -> &Records {
        &self.records
    }
}

impl Dataset for ImageFolder {
    fn len(&self) -> usize {
        self.records.items.len()
    }

    fn classes(&self) -> usize {
        self.records.class_names.len()
    }

    fn label(&self, i: usize) -> u32 {
        self.records.items[i].label
    }

    fn get(&self, i: usize) -> Result<Rgb8> {
        let record = &self.records.items[i];
        let image = Rgb8::open(&record.path)?;
        match &self.crop {
            Some(crop) => crop(record, image),
            None => Ok(image),
        }
    }

    fn id(&self, i: usize) -> String {
        self.records.items[i].rel.clone()
    }
}
