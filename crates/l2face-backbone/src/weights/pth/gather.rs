//! Elements of a strided view, in row-major order.

/// The elements of `size` bytes each at `sum(index * stride)`, for all indices below `shape`, the last running fastest. Places outside `span`,
/// which the caller has excluded, give nothing.
pub(super) fn gather(span: &[u8], size: usize, shape: &[usize], strides: &[u64]) -> Vec<u8> {
    let count: usize = shape.iter().product();
    let mut out = Vec::with_capacity(count.saturating_mul(size).min(span.len()));
    let (mut index, mut at) = (vec![0usize; shape.len()], 0usize);
    for _ in 0..count {
        out.extend_from_slice(span.get(at * size..(at + 1) * size).unwrap_or_default());
        for axis in (0..shape.len()).rev() {
            let stride = strides[axis] as usize;
            if index[axis] + 1 < shape[axis] {
                index[axis] += 1;
                at += stride;
                break;
            }
            at -= index[axis] * stride;
            index[axis] = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::gather;

    #[test]
    fn a_transposed_and_a_sliced_view() {
        let bytes: Vec<u8> = (0..24).collect();
        // 3 x 4 elements of 2 bytes, by columns.
        let columns = gather(&bytes, 2, &[4, 3], &[1, 4]);
        let slow: Vec<u8> =
            (0..4u8).flat_map(|c| (0..3u8).flat_map(move |r| [8 * r + 2 * c, 8 * r + 2 * c + 1])).collect();
        assert_eq!(columns, slow);
        assert_eq!(gather(&bytes, 1, &[2, 3], &[12, 4]), [0, 4, 8, 12, 16, 20]);
        assert_eq!(gather(&bytes, 4, &[], &[]), [0, 1, 2, 3]);
        assert!(gather(&bytes, 4, &[3, 0], &[1, 1]).is_empty());
    }
}
