//! A spreadsheet (XLSX, ISO/IEC 29500) as a table of texts. A file of some kilobytes may unpack to gigabytes, or name a cell in its last row and column: it is
//! measured before it is read, and read cell by cell.

use std::io::{self, Cursor, Read as _};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::roster::RosterFault;

/// Most that a file may unpack to. Bytes.
const UNPACKED_MAX: u64 = 64 << 20;
/// Most parts of a file.
const PARTS_MAX: usize = 500;
/// Most columns that are looked at.
const COLUMNS_MAX: u32 = 200;

/// Whether the file says that it is one.
pub fn is_one(file: &[u8]) -> bool {
    file.starts_with(b"PK\x03\x04")
}

/// Gives `take` the lines of the first visible sheet that have anything, as a spreadsheet counts them.
pub(super) fn read(file: &[u8], mut take: impl FnMut(u64, &[String]) -> Result<(), RosterFault>) -> Result<(), RosterFault> {
    measure(file)?;
    let damaged = |_: calamine::XlsxError| RosterFault::NotText;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).map_err(damaged)?;
    let first = book.sheets_metadata().iter().find(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet);
    let name = first.map(|sheet| sheet.name.clone()).ok_or(RosterFault::NotText)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
    let (mut row, mut fields) = (0, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (at, column) = cell.get_position();
        if at != row {
            take(u64::from(row) + 1, &fields)?;
            (row, fields) = (at, Vec::new());
        }
        if column < COLUMNS_MAX {
            let index = usize::try_from(column).unwrap_or(0);
            fields.resize(fields.len().max(index + 1), String::new());
            fields[index] = text(cell.get_value());
        }
    }
    take(u64::from(row) + 1, &fields)
}

/// As a person reads it, to be found again in the sheet: of a date, whose look is the sheet's own, only that there is something.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(bool) => bool.to_string().to_uppercase(),
        _ => "?".to_owned(),
    }
}

/// Unpacks everything into nothing, as far as is borne. What the file says of its sizes need not be true.
fn measure(file: &[u8]) -> Result<(), RosterFault> {
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|_| RosterFault::NotText)?;
    if archive.len() > PARTS_MAX {
        return Err(RosterFault::TooLarge);
    }
    let mut left = UNPACKED_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| RosterFault::NotText)?;
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| RosterFault::NotText)?;
        left = left.checked_sub(unpacked).ok_or(RosterFault::TooLarge)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;
    use crate::organisations::{Repeat, read_roster};

    /// Made by openpyxl: numbers, a date, an empty line, a formula, a hidden sheet.
    const PEOPLE: &[u8] = include_bytes!("spreadsheet/people.xlsx");

    /// A file of these parts.
    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// A spreadsheet of one sheet with these rows.
    fn book(rows: &str) -> Vec<u8> {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
        packed(&[
            ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
            (
                "_rels/.rels",
                format!("<Relationships xmlns=\"{packages}\"><Relationship Id=\"r1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>").as_bytes(),
            ),
            (
                "xl/workbook.xml",
                format!("<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>").as_bytes(),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!("<Relationships xmlns=\"{packages}\"><Relationship Id=\"r1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>").as_bytes(),
            ),
            ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>").as_bytes()),
        ])
    }

    fn cell(at: &str, text: &str) -> String {
        format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    }

    #[test]
    fn a_spreadsheet_is_read_as_a_file_of_text_is() {
        let roster = read_roster(PEOPLE).unwrap();
        assert_eq!(roster.addresses.iter().collect::<Vec<_>>(), ["anna@firma.ru", "ivan@firma.ru"]);
        assert_eq!((roster.lines, roster.repeated), (7, 1));
        assert_eq!(roster.repeats, [Repeat { line: 5, first: 2, address: "ivan@firma.ru".to_owned() }]);
        let faults: Vec<_> = roster.faults.iter().map(|f| (f.line, f.code)).collect();
        // The sum of texts was never computed: openpyxl writes the formula alone.
        assert_eq!(faults, [(6, "not_an_email"), (7, "no_address"), (8, "no_address"), (9, "not_an_email")]);
        let numbers =
            read_roster(&book(&format!("<row r=\"1\">{}</row><row r=\"2\"><c r=\"A2\"><v>1234.5</v></c></row>", cell("A1", "почта"))));
        assert_eq!(numbers.unwrap().faults[0].value, "1234.5", "as it stands there");
    }

    #[test]
    fn a_cell_at_the_end_of_the_world_costs_nothing() {
        let far = format!("<row r=\"1\">{}</row><row r=\"1048576\">{}</row>", cell("A1", "ivan@firma.ru"), cell("XFD1048576", "x"));
        let roster = read_roster(&book(&far)).unwrap();
        assert_eq!((roster.lines, roster.addresses.len()), (1, 1), "beyond the columns that are looked at there is nothing");
    }

    #[test]
    fn what_unpacks_to_too_much_is_not_read() {
        let bomb = packed(&[("xl/sharedStrings.xml", &vec![b' '; usize::try_from(UNPACKED_MAX).unwrap() + 1])]);
        assert!(bomb.len() < 200_000);
        assert_eq!(read_roster(&bomb), Err(RosterFault::TooLarge));
        let names: Vec<String> = (0..=PARTS_MAX).map(|n| n.to_string()).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(read_roster(&packed(&parts)), Err(RosterFault::TooLarge));
        let rows: String = (1..=50_001).map(|n| format!("<row r=\"{n}\">{}</row>", cell(&format!("A{n}"), "a@b.ru"))).collect();
        assert_eq!(read_roster(&book(&rows)), Err(RosterFault::TooManyLines));
    }

    #[test]
    fn what_is_no_spreadsheet_is_refused() {
        for file in [packed(&[("a.txt", b"x")]), b"PK\x03\x04 damaged".to_vec(), PEOPLE[..PEOPLE.len() / 2].to_vec()] {
            assert_eq!(read_roster(&file), Err(RosterFault::NotText));
        }
        assert_eq!(read_roster(&book("")), Err(RosterFault::Empty));
    }
}
