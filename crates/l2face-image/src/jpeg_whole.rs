//! Is a JPEG whole? Decoders fill the missing part of a truncated file with grey and say nothing; here the segments
//! are walked to the end marker (ITU-T T.81, annex B), so that the marker of an embedded thumbnail does not count.

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// Checks that the file reaches its end marker; otherwise says what is missing.
pub(crate) fn check_whole(bytes: &[u8]) -> Result<(), String> {
    let mut at = 2;
    let mut scans = 0;
    loop {
        let (marker, after) = next_marker(bytes, at).ok_or_else(|| missing(bytes.len(), scans))?;
        at = match marker {
            EOI if scans > 0 => return Ok(()),
            EOI => return Err("the end marker comes before any picture data".into()),
            SOI | 0x01 | 0xD0..=0xD7 => after,
            _ => segment_end(bytes, after).ok_or_else(|| missing(bytes.len(), scans))?,
        };
        if marker == SOS {
            scans += 1;
        }
    }
}

fn missing(len: usize, scans: usize) -> String {
    match scans {
        0 => format!("its {len} bytes end before the picture data"),
        _ => format!("its {len} bytes end without the end marker"),
    }
}

/// The next marker code at or after `from` and the position behind it. Entropy-coded data in between are passed over:
/// in them 0xFF is followed by 0 (a stuffed byte), a restart marker, or 0xFF (fill).
fn next_marker(bytes: &[u8], from: usize) -> Option<(u8, usize)> {
    let pairs = bytes.get(from..)?.windows(2);
    let found = pairs.enumerate().find(|(_, p)| p[0] == 0xFF && p[1] != 0 && p[1] != 0xFF)?;
    Some((found.1[1], from + found.0 + 2))
}

/// Where the segment ends whose two length bytes are at `at`, if the file has that many bytes.
fn segment_end(bytes: &[u8], at: usize) -> Option<usize> {
    let length = usize::from(*bytes.get(at)?) << 8 | usize::from(*bytes.get(at + 1)?);
    let end = at + length.max(2);
    (end <= bytes.len()).then_some(end)
}
