//! File names in the order a reader counts: 2 before 10.

use std::cmp::Ordering;

/// Compares runs of digits as numbers, everything else byte by byte; names that differ only in leading zeros by bytes.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a.as_bytes(), b.as_bytes());
    loop {
        let order = match (x.first(), y.first()) {
            (Some(p), Some(q)) if p.is_ascii_digit() && q.is_ascii_digit() => {
                let (m, n) = (digits(&mut x), digits(&mut y));
                m.len().cmp(&n.len()).then_with(|| m.cmp(n))
            }
            (Some(p), Some(q)) => {
                (x, y) = (&x[1..], &y[1..]);
                p.cmp(q)
            }
            (None, None) => return a.cmp(b),
            (p, q) => p.is_some().cmp(&q.is_some()),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Takes a run of digits off the front; returns it without leading zeros.
fn digits<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let length = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (run, rest) = text.split_at(length);
    *text = rest;
    &run[run.iter().take_while(|b| **b == b'0').count()..]
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn numbers_are_counted() {
        let mut names =
            vec!["v.10.jpg", "v.2.jpg", "v.02.jpg", "v.9.jpg", "v.100000000000000000000000.jpg", "a", "", "v"];
        names.sort_by(|a, b| compare(a, b));
        let expected = ["", "a", "v", "v.02.jpg", "v.2.jpg", "v.9.jpg", "v.10.jpg", "v.100000000000000000000000.jpg"];
        assert_eq!(names, expected);
    }
}
