use crate::EvalError;

/// One vector per face, raw (before any normalisation), row `i` for the protocol's `faces[i]`. An absent row is a face that could not be
/// embedded: its image is damaged, or no way to align it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Embeddings {
    dim: usize,
    data: Vec<f32>,
    sources: Vec<Source>,
}

/// Where a face's vector comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Absent,
    Found,
    Fallback,
}

impl Embeddings {
    /// Room for `faces` vectors of `dim` numbers, all absent.
    pub fn new(faces: usize, dim: usize) -> Self {
        Self { dim, data: vec![0.0; faces * dim], sources: vec![Source::Absent; faces] }
    }

    /// Sets the vector of a face.
    ///
    /// # Errors
    /// A vector of the wrong length, NaN or infinite numbers in it, or a face out of range.
    pub fn set(&mut self, face: usize, vector: &[f32]) -> Result<(), EvalError> {
        self.put(face, vector, Source::Found)
    }

    /// Sets the vector of a crop of the centre for a face that was not found. Only
    /// [`FailurePolicy::CentreCrop`](crate::FailurePolicy::CentreCrop) uses it; for all else the face stays absent.
    ///
    /// # Errors
    /// See [`Self::set`].
    pub fn set_fallback(&mut self, face: usize, vector: &[f32]) -> Result<(), EvalError> {
        self.put(face, vector, Source::Fallback)
    }

    fn put(&mut self, face: usize, vector: &[f32], source: Source) -> Result<(), EvalError> {
        if face >= self.len() {
            return Err(EvalError::WrongCount { got: face + 1, expected: self.len() });
        }
        if vector.len() != self.dim {
            return Err(EvalError::WrongDim { face, got: vector.len(), expected: self.dim });
        }
        if vector.iter().any(|v| !v.is_finite()) {
            return Err(EvalError::NotFinite { face });
        }
        self.data[face * self.dim..][..self.dim].copy_from_slice(vector);
        self.sources[face] = source;
        Ok(())
    }

    /// The vector of a face, `None` if it is absent.
    ///
    /// # Panics
    /// If `face` is out of range.
    pub fn get(&self, face: usize) -> Option<&[f32]> {
        (self.sources[face] == Source::Found).then(|| self.row(face))
    }

    /// Like [`Self::get`], or else the vector of the centre's crop.
    ///
    /// # Panics
    /// If `face` is out of range.
    pub fn get_or_fallback(&self, face: usize) -> Option<&[f32]> {
        (self.sources[face] != Source::Absent).then(|| self.row(face))
    }

    fn row(&self, face: usize) -> &[f32] {
        &self.data[face * self.dim..][..self.dim]
    }

    /// Length of a vector.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of faces, absent ones included.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there are no faces.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Number of faces that were not found, whether or not they have a crop of the centre.
    pub fn absent(&self) -> usize {
        self.sources.iter().filter(|s| **s != Source::Found).count()
    }

    /// Number of faces that have the vector of a crop of the centre alone.
    pub fn fallbacks(&self) -> usize {
        self.sources.iter().filter(|s| **s == Source::Fallback).count()
    }

    /// Number of faces whose vector is zero. At unit length it stays zero and turns no mean; a template of nothing else fails to enrol.
    pub fn zeros(&self) -> usize {
        let zero = |&f: &usize| self.sources[f] != Source::Absent && self.row(f).iter().all(|v| *v == 0.0);
        (0..self.len()).filter(zero).count()
    }
}
