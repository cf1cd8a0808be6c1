//! A bounds-checked door to the `gemm` crate: one matrix product on the calling thread.
#![allow(unsafe_code)]
use ::gemm::Parallelism;

/// A strided matrix in a slice.
#[derive(Clone, Copy)]
pub(crate) struct Mat<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl<'a> Mat<'a> {
    /// `rows` x `cols`, each row contiguous and `row_stride` after the previous one.
    pub fn new(data: &'a [f32], rows: usize, cols: usize, row_stride: usize) -> Self {
        check(data.len(), rows, cols, row_stride, 1);
        Self { data, rows, cols, row_stride, col_stride: 1 }
    }

    /// The transposed view.
    pub fn t(self) -> Self {
        Self { rows: self.cols, cols: self.rows, row_stride: self.col_stride, col_stride: self.row_stride, ..self }
    }
}

/// A strided matrix to write to; rows are contiguous.
pub(crate) struct MatMut<'a> {
    data: &'a mut [f32],
    rows: usize,
    cols: usize,
    row_stride: usize,
}

impl<'a> MatMut<'a> {
    /// `rows` x `cols`, each row contiguous and `row_stride` after the previous one.
    pub fn new(data: &'a mut [f32], rows: usize, cols: usize, row_stride: usize) -> Self {
        check(data.len(), rows, cols, row_stride, 1);
        assert!(rows <= 1 || row_stride >= cols, "rows must not overlap");
        Self { data, rows, cols, row_stride }
    }
}

fn check(len: usize, rows: usize, cols: usize, row_stride: usize, col_stride: usize) {
    assert!(rows > 0 && cols > 0, "empty matrix");
    let last = (rows - 1) * row_stride + (cols - 1) * col_stride;
    assert!(last < len, "matrix reaches past its slice");
}

/// dst = a b, or dst += a b when `accumulate`.
pub(crate) fn product(dst: MatMut<'_>, a: Mat<'_>, b: Mat<'_>, accumulate: bool) {
    assert!(dst.rows == a.rows && dst.cols == b.cols && a.cols == b.rows);
    // SAFETY: `check` made sure that every index of the three matrices lies inside its slice, rows
    // of `dst` do not overlap, and `dst` is borrowed mutably, so it aliases neither `a` nor `b`.
    unsafe {
        ::gemm::gemm(
            dst.rows,
            dst.cols,
            a.cols,
            dst.data.as_mut_ptr(),
            1,
            dst.row_stride as isize,
            accumulate,
            a.data.as_ptr(),
            a.col_stride as isize,
            a.row_stride as isize,
            b.data.as_ptr(),
            b.col_stride as isize,
            b.row_stride as isize,
            1f32,
            1f32,
            false,
            false,
            false,
            Parallelism::None,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_of_strided_and_transposed_matrices() {
        // a = [[1,2,3],[4,5,6]] inside rows of 4; b given transposed: [[1,0,2],[0,1,3]] -> b is 3x2
        let a = [1., 2., 3., 99., 4., 5., 6., 99.];
        let b = [1., 0., 2., 0., 1., 3.];
        let mut dst = [10f32; 6];
        product(MatMut::new(&mut dst, 2, 2, 3), Mat::new(&a, 2, 3, 4), Mat::new(&b, 2, 3, 3).t(), true);
        assert_eq!(dst, [17., 21., 10., 26., 33., 10.]);
    }

    #[test]
    #[should_panic(expected = "past its slice")]
    fn a_matrix_must_fit_its_slice() {
        Mat::new(&[0.; 7], 2, 4, 4);
    }
}
