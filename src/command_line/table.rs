//! Lists for people: aligned columns below their heads.

use super::offline::on_a_line;

/// A line for each row. What is in it may come from anywhere.
pub(super) fn table<const N: usize>(heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows = rows.map(|row| row.map(|cell| on_a_line(&cell)));
    let rows: Vec<[String; N]> = std::iter::once(heads.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        // Nothing stands behind the last column, which may be wide.
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// As people say it.
pub(super) fn yes_or_no(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_their_heads_and_no_cell_leaves_its_line() {
        let rows = [["a\nb", "x"], ["é", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(table(["ID", "NAME"], rows.into_iter()), "ID    NAME\na\\nb  x\né\n");
    }
}
