//! Columns of text.

/// Rows of cells, the first `left` columns flush left and the others flush right.
pub(super) fn table<const N: usize>(rows: &[[String; N]], left: usize) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let cell = |(column, text): (usize, &String)| match column < left {
        true => format!("{text:<0$}", widths[column]),
        false => format!("{text:>0$}", widths[column]),
    };
    let line =
        |row: &[String; N]| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_string();
    rows.iter().map(|row| line(row) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn names_to_the_left_and_numbers_to_the_right() {
        let rows = [["name", "count"], ["a", "1,000,000"], ["longer", "2"]].map(|row| row.map(str::to_string));
        assert_eq!(table(&rows, 1), "name        count\na       1,000,000\nlonger          2\n");
    }
}
