//! Bars and sparklines: numbers as blocks, which read the same without colour.

/// A bar of at most `width` columns for a share between 0 and 1, to an eighth of a column.
pub(in crate::cli) fn bar(share: f64, width: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few columns"
    )]
    let eighths = (share.clamp(0.0, 1.0) * (width * 8) as f64).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), PARTS.get(eighths % 8).copied().unwrap_or_default())
}

/// A column for each number, as high as it is beside the greatest; a zero is the lowest.
pub(in crate::cli) fn sparkline(numbers: &[u64]) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = numbers.iter().copied().max().unwrap_or_default().max(1);
    let height = |number: &u64| usize::try_from((number * 7).div_ceil(most)).unwrap_or_default();
    numbers.iter().filter_map(|number| HEIGHTS.get(height(number))).collect()
}

#[cfg(test)]
mod tests {
    use super::{bar, sparkline};

    #[test]
    fn a_sparkline_has_a_column_for_each_number() {
        assert_eq!(sparkline(&[]), "");
        assert_eq!(sparkline(&[0, 0]), "▁▁");
        assert_eq!(sparkline(&[0, 1, 4, 7]), "▁▂▅█");
        assert_eq!(sparkline(&[0, 1, 1000]), "▁▂█");
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(0.0, 10), "");
        assert_eq!(bar(0.5, 10), "█████");
        assert_eq!(bar(1.0, 10), "██████████");
        assert_eq!(bar(0.0625, 4), "▎");
        assert_eq!(bar(7.0, 2), "██");
    }
}
