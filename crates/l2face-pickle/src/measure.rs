//! How large and how deep each value is as a tree, and whether it is one.
use crate::node::{Id, Node};
use crate::{Limits, Problem};

const NEW: u64 = 0;
/// On the way down to the node that is looked at. No size is ever that large: 2^32 children of less than 2^64 saturate below it.
const OPEN: u64 = u64::MAX;
const LARGEST: u64 = u64::MAX - 1;

/// For each node its number of values when shared ones are counted wherever they stand; 0 if the root does not reach it.
///
/// # Errors
/// A value that contains itself; deeper or, expanded, more than the limits allow.
pub(crate) fn sizes(nodes: &[Node], root: Id, limits: &Limits) -> Result<Box<[u64]>, Problem> {
    let mut sizes = vec![NEW; nodes.len()].into_boxed_slice();
    let mut depths = vec![0u32; nodes.len()];
    let mut path: Vec<(Id, usize)> = vec![(root, 0)];
    sizes[root as usize] = OPEN;
    while let Some((id, k)) = path.last_mut() {
        let (id, child) = (*id as usize, nodes[*id as usize].child(*k));
        *k += 1;
        match child.map(|c| (c, sizes[c as usize])) {
            Some((_, OPEN)) => return Err(Problem::Cycle),
            Some((child, NEW)) => {
                sizes[child as usize] = OPEN;
                path.push((child, 0));
            }
            Some(_) => {}
            None => {
                path.pop();
                let (size, depth) = of_children(&nodes[id], &sizes, &depths);
                (sizes[id], depths[id]) = (size, depth);
                within(depth, limits)?;
            }
        }
    }
    if sizes[root as usize] > limits.expanded {
        return Err(Problem::Limit { what: "values when shared ones are written out", limit: limits.expanded });
    }
    Ok(sizes)
}

fn of_children(node: &Node, sizes: &[u64], depths: &[u32]) -> (u64, u32) {
    let children = (0..).map_while(|k| node.child(k));
    let sum = |(size, depth): (u64, u32), child: Id| {
        (size.saturating_add(sizes[child as usize]).min(LARGEST), depth.max(depths[child as usize] + 1))
    };
    children.fold((1, 1), sum)
}

fn within(depth: u32, limits: &Limits) -> Result<(), Problem> {
    if depth > limits.depth {
        return Err(Problem::Limit { what: "levels of values in one another", limit: limits.depth.into() });
    }
    Ok(())
}
