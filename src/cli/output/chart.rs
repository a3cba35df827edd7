//! Figures over time as a line of blocks: for terminals, in which eight heights of a block are a picture.

/// From nothing to all.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws values with so many characters, the oldest on the left; several that share a character are put together by `join`. What is
/// more than nothing is seen.
pub fn line(values: &[u64], width: usize, join: impl Fn(u64, u64) -> u64) -> String {
    let width = width.clamp(1, values.len().max(1));
    let columns: Vec<u64> = (0..width)
        .map(|at| {
            let (from, to) = (at * values.len() / width, (at + 1) * values.len() / width);
            let values = values.get(from..to).unwrap_or_default().iter().copied();
            values.reduce(&join).unwrap_or_default()
        })
        .collect();
    let most = columns.iter().copied().max().unwrap_or_default().max(1);
    let block = |value: &u64| {
        let height = (u128::from(*value) * 8).div_ceil(u128::from(most));
        BLOCKS[usize::try_from(height).unwrap_or(8).min(8)]
    };
    columns.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_drawn_to_scale() {
        assert_eq!(line(&[0, 1, 4, 8], 4, u64::max), " ▁▄█");
        assert_eq!(line(&[0, 0, 0], 3, u64::max), "   ");
        assert_eq!(line(&[1, 1000], 2, u64::max), "▁█");
        assert_eq!(line(&[1, 1, 2, 2], 2, |a, b| a + b), "▄█");
        assert_eq!(line(&[5], 80, u64::max), "█");
        assert_eq!(line(&[], 80, u64::max).trim(), "");
        assert_eq!(line(&[u64::MAX, 1], 2, u64::max), "█▁");
    }
}
