use crate::EvalError;

/// One vector per face, raw (before any normalisation), row `i` for `IjbA::faces[i]`. An absent row is a face that could not be
/// embedded: its image is damaged, or no way to align it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Embeddings {
    dim: usize,
    data: Vec<f32>,
    present: Vec<bool>,
}

impl Embeddings {
    /// Room for `faces` vectors of `dim` numbers, all absent.
    pub fn new(faces: usize, dim: usize) -> Self {
        Self { dim, data: vec![0.0; faces * dim], present: vec![false; faces] }
    }

    /// Sets the vector of a face.
    ///
    /// # Errors
    /// A vector of the wrong length, NaN or infinite numbers in it, or a face out of range.
    pub fn set(&mut self, face: usize, vector: &[f32]) -> Result<(), EvalError> {
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
        self.present[face] = true;
        Ok(())
    }

    /// The vector of a face, `None` if it is absent.
    ///
    /// # Panics
    /// If `face` is out of range.
    pub fn get(&self, face: usize) -> Option<&[f32]> {
        self.present[face].then(|| &self.data[face * self.dim..][..self.dim])
    }

    /// Length of a vector.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of faces, absent ones included.
    pub fn len(&self) -> usize {
        self.present.len()
    }

    /// Whether there are no faces.
    pub fn is_empty(&self) -> bool {
        self.present.is_empty()
    }

    /// Number of absent faces.
    pub fn absent(&self) -> usize {
        self.present.iter().filter(|p| !**p).count()
    }
}
