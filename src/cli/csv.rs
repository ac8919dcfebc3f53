//! Tables for spreadsheets: RFC 4180, and the dialect that Excel opens by itself in French.

/// How cells are parted, and what the file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// RFC 4180: commas, nothing before the first line.
    Plain,
    /// Commas, with the mark by which Excel knows UTF-8.
    Commas,
    /// Semicolons, since the comma is French for the decimal point; with the same mark.
    Semicolons,
}

impl Dialect {
    /// What comes before the first line.
    pub(super) const fn mark(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Commas | Self::Semicolons => "\u{feff}",
        }
    }

    const fn separator(self) -> &'static str {
        match self {
            Self::Plain | Self::Commas => ",",
            Self::Semicolons => ";",
        }
    }

    /// A line, with the first half of its end: lines of tables end in two characters.
    pub(super) fn row<'a>(self, cells: impl IntoIterator<Item = &'a str>) -> String {
        let cells: Vec<String> = cells.into_iter().map(cell).collect();
        let mut row = cells.join(self.separator());
        row.push('\r');
        row
    }
}

/// A cell in quotes where it must be. What a spreadsheet would take for a formula gets an apostrophe before it: messages
/// come from strangers.
/// Control characters, which no text has but by mistake or malice, are left out.
fn cell(text: &str) -> String {
    let text: String =
        text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t')).collect();
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains(['"', ',', ';', '\n', '\r', '\t']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    format!("{guard}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let row = |dialect: Dialect| {
            dialect.row(["a", "b;c", "d,e", "f\"g", "h\ni", "=1+1", "-5", "@x", "+221 77", "\u{1b}[1m", ""])
        };
        let commas = "a,\"b;c\",\"d,e\",\"f\"\"g\",\"h\ni\",'=1+1,'-5,'@x,'+221 77,[1m,\r";
        assert_eq!(row(Dialect::Plain), commas);
        assert_eq!(row(Dialect::Semicolons).matches(';').count(), 11);
        assert_eq!((Dialect::Plain.mark(), Dialect::Commas.mark()), ("", "\u{feff}"));
    }
}
