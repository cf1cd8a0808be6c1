//! The two matrix products over lines.
use super::plan::{Lines, PANEL, PLACES, ROWS};
use super::weights::u_place;
use crate::cpu::simd::{Line, Simd};

/// M = V U: for one block, all places and all panels of outputs that `u` holds.
#[inline(always)]
pub(super) fn multiply<S: Simd>(s: S, v: &[Line], u: &[Line], m: &mut [Line], in_panels: usize, lines: Lines) {
    let (inputs, step) = (in_panels * PANEL, u_place(in_panels));
    let out_panels = u.len() / (PLACES * step);
    for place in 0..PLACES {
        let v = &v[place * lines.place()..];
        for panel in 0..out_panels {
            let u = &u[(panel * PLACES + place) * step..][..inputs];
            let m = &mut m[panel * lines.panel() + place * lines.place()..][..lines.tiles];
            let mut tile = 0;
            while tile + ROWS <= lines.tiles {
                some_tiles::<S, ROWS>(s, &v[tile..], u, &mut m[tile..], lines.panel());
                tile += ROWS;
            }
            match lines.tiles - tile {
                1 => some_tiles::<S, 1>(s, &v[tile..], u, &mut m[tile..], lines.panel()),
                2 => some_tiles::<S, 2>(s, &v[tile..], u, &mut m[tile..], lines.panel()),
                3 => some_tiles::<S, 3>(s, &v[tile..], u, &mut m[tile..], lines.panel()),
                4 => some_tiles::<S, 4>(s, &v[tile..], u, &mut m[tile..], lines.panel()),
                5 => some_tiles::<S, 5>(s, &v[tile..], u, &mut m[tile..], lines.panel()),
                _ => {}
            }
        }
    }
}

/// `R` tiles by 16 output channels, summed over all input channels in registers.
#[inline(always)]
fn some_tiles<S: Simd, const R: usize>(s: S, v: &[Line], u: &[Line], m: &mut [Line], stride: usize) {
    let mut sums = [s.wide_splat(0.); R];
    for (panel, u) in u.chunks_exact(PANEL).enumerate() {
        let Ok(tiles): Result<&[Line; R], _> = v[panel * stride..][..R].try_into() else { return };
        let Ok(u): Result<&[Line; PANEL], _> = u.try_into() else { return };
        for c in 0..PANEL {
            let u = s.wide_load(&u[c]);
            for r in 0..R {
                sums[r] = s.wide_fma(s.wide_splat(tiles[r][c]), u, sums[r]);
            }
        }
    }
    for r in 0..R {
        s.wide_store(sums[r], &mut m[r]);
    }
}

/// dU += dM' V for one panel of outputs and one place: `du` is 16 rows of `in_panels` lines.
#[inline(always)]
pub(super) fn accumulate<S: Simd>(s: S, dm: &[Line], v: &[Line], du: &mut [Line], lines: Lines) {
    let in_panels = du.len() / PANEL;
    for panel in 0..in_panels {
        let v = &v[panel * lines.panel()..][..dm.len()];
        for four in 0..4 {
            four_rows(s, dm, v, four, &mut du[four * 4 * in_panels + panel..], in_panels);
        }
    }
}

/// Four output channels by 16 input channels, summed over tiles in registers.
#[inline(always)]
fn four_rows<S: Simd>(s: S, dm: &[Line], v: &[Line], four: usize, du: &mut [Line], stride: usize) {
    let mut sums = [s.wide_splat(0.); 4];
    for r in 0..4 {
        sums[r] = s.wide_load(&du[r * stride]);
    }
    for (dm, v) in dm.iter().zip(v) {
        let v = s.wide_load(v);
        let Ok(dm): Result<&[f32; 4], _> = dm[four * 4..four * 4 + 4].try_into() else { return };
        for r in 0..4 {
            sums[r] = s.wide_fma(s.wide_splat(dm[r]), v, sums[r]);
        }
    }
    for r in 0..4 {
        s.wide_store(sums[r], &mut du[r * stride]);
    }
}
