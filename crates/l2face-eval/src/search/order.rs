//! Floating-point numbers as whole numbers in the same order (IEEE 754, total order), which sort faster.

const SIGN: u32 = 1 << 31;
const SIGN_F64: u64 = 1 << 63;

#[inline]
pub(super) fn ordered(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits & SIGN == 0 {
        bits | SIGN
    } else {
        !bits
    }
}

#[inline]
pub(super) fn from_ordered(number: u32) -> f32 {
    f32::from_bits(if number & SIGN == 0 { !number } else { number ^ SIGN })
}

#[inline]
pub(super) fn ordered_f64(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits & SIGN_F64 == 0 {
        bits | SIGN_F64
    } else {
        !bits
    }
}

#[inline]
pub(super) fn from_ordered_f64(number: u64) -> f64 {
    f64::from_bits(if number & SIGN_F64 == 0 { !number } else { number ^ SIGN_F64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_stays_and_numbers_come_back() {
        let rising = [f64::NEG_INFINITY, -1e30, -1.5, -1e-40, 0.0, 1e-40, 0.25, 7.0, 1e30, f64::INFINITY];
        assert!(rising.windows(2).all(|pair| ordered_f64(pair[0]) < ordered_f64(pair[1])));
        assert!(rising.windows(2).all(|pair| ordered(pair[0] as f32) < ordered(pair[1] as f32)));
        for value in rising {
            assert_eq!(from_ordered_f64(ordered_f64(value)), value);
            assert_eq!(from_ordered(ordered(value as f32)), value as f32);
        }
    }
}
