//! Reading a roster: a table of the people who may enter, as a company's staff system exports it. Only the mail column is looked at and kept.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};

use super::spreadsheet;

/// Largest file. Bytes.
pub const ROSTER_BYTES_MAX: usize = 5 << 20;
/// Most lines of a file.
pub const ROSTER_LINES_MAX: usize = 50_000;
/// RFC 5321 §4.5.3.1.3: a path of 256 octets, less its angle brackets.
const ADDRESS_MAX: usize = 254;
/// Faults beyond are counted, not listed.
const FAULTS_LISTED: usize = 200;
/// Most lines above the table: a title, the day of the export, whose list it is.
const TITLE_LINES_MAX: usize = 10;
/// What a fault shows of a cell. Characters.
const SHOWN_MAX: usize = 60;
/// How a line below the table begins that counts it: in it a missing address is no fault.
const TOTALS: [&str; 7] = ["итог", "итого", "всего", "барлығы", "жиыны", "total", "grand total"];
const HEADERS: [&str; 9] =
    ["email", "e-mail", "mail", "почта", "эл. почта", "электронная почта", "адрес электронной почты", "пошта", "электрондық пошта"];
/// A word of such a heading where it says more: «Корпоративная почта», “Work e-mail”. As headings have it: «нет почты» is what stands at a person's name.
const HEADER_WORDS: [&str; 6] = ["email", "mail", "почта", "имейл", "пошта", "поштасы"];

/// Why a file is no roster at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterFault {
    #[error("neither CSV text nor an XLSX spreadsheet that can be read")]
    NotText,
    #[error("a spreadsheet that unpacks to more than is looked at")]
    TooLarge,
    #[error("no column with mail addresses")]
    NoColumn,
    #[error("more lines than allowed")]
    TooManyLines,
    #[error("nothing but a header")]
    Empty,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// As a spreadsheet counts: the first line is 1.
    pub line: u64,
    /// `no_address`, `not_an_email`, `formula`.
    pub code: &'static str,
    /// What stands there, cut off where it is long.
    pub value: String,
}

/// A line that repeats an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    pub line: u64,
    /// The line at which the address was first.
    pub first: u64,
    pub address: String,
}

/// A roster as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// Normalised, each once, in order.
    pub addresses: BTreeSet<String>,
    /// Lines with content, without the header.
    pub lines: usize,
    /// Lines that repeat an address.
    pub repeated: usize,
    /// The first of them.
    pub repeats: Vec<Repeat>,
    /// The first faults.
    pub faults: Vec<LineFault>,
    /// How many lines have one.
    pub fault_count: usize,
}

/// Reads a file with a column of addresses, with or without a header; lines above a header are a title. CSV: commas, semicolons or tabs; UTF-8, UTF-16 with its mark, or the Windows-1251 of a
/// Russian Excel. XLSX: the first visible sheet.
///
/// # Errors
/// See [`RosterFault`]. A faulty line is no error: it is reported and left out.
pub fn read_roster(file: &[u8]) -> Result<Roster, RosterFault> {
    let mut reader = Reader::default();
    if spreadsheet::is_one(file) {
        spreadsheet::read(file, |line, fields| reader.take(line, fields))?;
        return reader.done();
    }
    if file.starts_with(b"\xD0\xCF\x11\xE0") || file.starts_with(b"%PDF-") {
        return Err(RosterFault::NotText);
    }
    // A spreadsheet counts a line end of two characters as one.
    let text = text(file).replace("\r\n", "\n");
    if text.contains('\0') {
        return Err(RosterFault::NotText);
    }
    let mut csv =
        csv::ReaderBuilder::new().delimiter(delimiter(text.as_bytes())).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    while csv.read_record(&mut record).map_err(|_| RosterFault::NotText)? {
        let line = record.position().map_or(0, csv::Position::line);
        reader.take(line, &record.iter().map(|field| field.trim().to_owned()).collect::<Vec<_>>())?;
    }
    reader.done()
}

/// Takes a table line by line, wherever it comes from.
#[derive(Debug, Default)]
struct Reader {
    column: Option<usize>,
    /// Lines before the column was found.
    above: Vec<(u64, Vec<String>)>,
    /// The line at which each address was first.
    first: HashMap<String, u64>,
    roster: Roster,
}

impl Reader {
    fn take(&mut self, line: u64, fields: &[String]) -> Result<(), RosterFault> {
        if fields.iter().all(String::is_empty) {
            return Ok(());
        }
        let at = match self.column {
            Some(at) => at,
            None => match find_column(fields) {
                Some((at, is_header)) => {
                    self.column = Some(at);
                    let mut above = std::mem::take(&mut self.above);
                    if is_header {
                        // What stands above a header is a title.
                        return Ok(());
                    }
                    if let Some(header) = above.iter().position(|(_, fields)| fields.get(at).is_some_and(|cell| is_heading(cell))) {
                        above.drain(..=header);
                    }
                    // Every other line is meant to be a person's.
                    for (line, fields) in above {
                        self.count()?;
                        self.fault(line, "not_an_email", first_words(&fields));
                    }
                    at
                }
                None if self.above.len() < TITLE_LINES_MAX => {
                    self.above.push((line, fields.to_vec()));
                    return Ok(());
                }
                None => return Err(RosterFault::NoColumn),
            },
        };
        let cell = fields.get(at).map_or("", String::as_str);
        if cell.is_empty() && is_total(first_words(fields)) {
            return Ok(());
        }
        self.count()?;
        let roster = &mut self.roster;
        match address(bare(cell)) {
            Ok(address) => match self.first.get(&address) {
                Some(first) => {
                    roster.repeated += 1;
                    if roster.repeats.len() < FAULTS_LISTED {
                        roster.repeats.push(Repeat { line, first: *first, address });
                    }
                }
                None => {
                    self.first.insert(address.clone(), line);
                    roster.addresses.insert(address);
                }
            },
            Err(code) => self.fault(line, code, cell),
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), RosterFault> {
        self.roster.lines += 1;
        if self.roster.lines > ROSTER_LINES_MAX { Err(RosterFault::TooManyLines) } else { Ok(()) }
    }

    fn fault(&mut self, line: u64, code: &'static str, cell: &str) {
        self.roster.fault_count += 1;
        if self.roster.faults.len() < FAULTS_LISTED {
            let mut value: String = cell.chars().take(SHOWN_MAX).collect();
            if value.len() < cell.len() {
                value.push('…');
            }
            self.roster.faults.push(LineFault { line, code, value });
        }
    }

    fn done(self) -> Result<Roster, RosterFault> {
        match self.column {
            None if !self.above.is_empty() => Err(RosterFault::NoColumn),
            _ if self.roster.lines == 0 => Err(RosterFault::Empty),
            _ => Ok(self.roster),
        }
    }
}

fn first_words(fields: &[String]) -> &str {
    fields.iter().find(|field| !field.is_empty()).map_or("", String::as_str)
}

/// «Итого», «Итого человек: 120»; not the people of a department whose name begins so.
fn is_total(words: &str) -> bool {
    let words = words.to_lowercase();
    TOTALS.iter().filter_map(|total| words.strip_prefix(total)).any(|rest| {
        !rest.starts_with(char::is_alphabetic) && (rest.contains(|c: char| c.is_ascii_digit()) || !rest.contains(char::is_alphabetic))
    })
}

/// What a mark at the beginning says, else UTF-8 where that is what the bytes are, else Windows-1251: a Russian Excel saves CSV in it and marks nothing.
fn text(file: &[u8]) -> Cow<'_, str> {
    let encoding = match Encoding::for_bom(file) {
        Some((marked, _)) => marked,
        None if std::str::from_utf8(file).is_ok() => UTF_8,
        None => WINDOWS_1251,
    };
    encoding.decode(file).0
}

/// Excel writes semicolons where the comma is a decimal point. The first line with an address decides, for a title has commas of its own; else the first line.
fn delimiter(file: &[u8]) -> u8 {
    let lines = || file.split(|b| *b == b'\n');
    let line = lines().find(|line| line.contains(&b'@')).or_else(|| lines().next()).unwrap_or_default();
    // Every second piece lies within quotes.
    let count = |delimiter| line.split(|b| *b == b'"').step_by(2).flatten().filter(|b| **b == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|d| count(*d)).unwrap_or(b',')
}

/// Which column holds the addresses, and whether this line is a header.
fn find_column(fields: &[String]) -> Option<(usize, bool)> {
    let named = fields.iter().position(|field| HEADERS.contains(&field.to_lowercase().as_str()));
    named.map(|at| (at, true)).or_else(|| fields.iter().position(|field| field.contains('@')).map(|at| (at, false)))
}

/// A heading over addresses that says more than that, and no address gone wrong (`ivan at mail.ru`). Only above a column in which there are some.
fn is_heading(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    let has_host = cell.split_whitespace().any(|word| word.trim_end_matches('.').contains('.'));
    !has_host && cell.split(|c: char| !c.is_alphabetic()).any(|word| HEADER_WORDS.contains(&word))
}

/// The address of «Имя <address>» (RFC 5322 §3.4, `name-addr`), as mail programs copy it; any other cell as it is.
fn bare(cell: &str) -> &str {
    cell.strip_suffix('>').and_then(|cell| cell.rsplit_once('<')).map_or(cell, |(_, address)| address.trim())
}

/// The address of a cell. A cell that a spreadsheet would take for a formula is refused: it must not come back in anybody's export.
pub(super) fn address(cell: &str) -> Result<String, &'static str> {
    if cell.is_empty() {
        return Err("no_address");
    }
    if cell.starts_with(['=', '+', '-', '@']) {
        return Err("formula");
    }
    let address = cell.to_lowercase();
    let fits = address.len() <= ADDRESS_MAX
        && address.split_once('@').is_some_and(|(local, host)| {
            (1..=64).contains(&local.len()) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..")
        })
        && address.matches('@').count() == 1
        && !address.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '\u{FFFD}'));
    if fits { Ok(address) } else { Err("not_an_email") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str) -> Roster {
        read_roster(file.as_bytes()).unwrap()
    }

    fn fault(line: u64, code: &'static str, value: &str) -> LineFault {
        LineFault { line, code, value: value.to_owned() }
    }

    fn addresses(file: &str) -> Vec<String> {
        read(file).addresses.into_iter().collect()
    }

    #[test]
    fn reads_the_forms_in_which_rosters_come() {
        let expected = ["anna@firma.ru", "ivan@firma.ru"];
        assert_eq!(addresses("ivan@firma.ru\nanna@firma.ru"), expected);
        assert_eq!(addresses("\u{FEFF}Фамилия;Почта\r\nИванов;Ivan@Firma.ru\r\n\"Ким; А.\";anna@firma.ru\r\n"), expected);
        assert_eq!(addresses("name,e-mail\n\"a,\nb\",ivan@firma.ru\n,anna@firma.ru\n\n"), expected);
        assert_eq!(addresses("1\tivan@firma.ru\n2\tanna@firma.ru"), expected);
        assert_eq!(addresses("Склад, Тверь, ночь\nИмя;Почта\n\"Ким, А., и брат\";ivan@firma.ru\nИван;anna@firma.ru"), expected);
    }

    #[test]
    fn reads_what_excel_saves_in_other_encodings() {
        let table = "Имя;Почта\r\nИван;ivan@firma.ru\r\nАнна;anna@firma.ru\r\nКто;почта\r\n";
        let (windows_1251, _, _) = WINDOWS_1251.encode(table);
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| std::iter::once(0xFEFF).chain(table.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>();
        for file in [windows_1251.into_owned(), utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes)] {
            let roster = read_roster(&file).unwrap();
            assert_eq!(roster.addresses.iter().collect::<Vec<_>>(), ["anna@firma.ru", "ivan@firma.ru"]);
            assert_eq!(roster.faults, [fault(4, "not_an_email", "почта")]);
        }
    }

    #[test]
    fn names_the_lines_that_are_left_out() {
        let roster = read("email\nivan@firma.ru\nIVAN@firma.ru\nнет\n=cmd@firma.ru\n+1@firma.ru\na b@firma.ru\n");
        let faults: Vec<_> = roster.faults.iter().map(|f| (f.line, f.code)).collect();
        assert_eq!(faults, [(4, "not_an_email"), (5, "formula"), (6, "formula"), (7, "not_an_email")]);
        assert_eq!((roster.lines, roster.repeated, roster.addresses.len(), roster.fault_count), (6, 1, 1, 4));
        assert_eq!(read("x;email\n1;ivan@firma.ru\n2\n").faults, [fault(3, "no_address", "")]);
    }

    #[test]
    fn a_fault_shows_what_stands_there_and_not_all_of_what_is_long() {
        let roster = read(&format!("email\nivan@firma.ru\n{}\nivan@firma.ru\n", "я".repeat(SHOWN_MAX + 1)));
        assert_eq!(roster.faults, [fault(3, "not_an_email", &format!("{}…", "я".repeat(SHOWN_MAX)))]);
        assert_eq!(roster.repeats, [Repeat { line: 4, first: 2, address: "ivan@firma.ru".to_owned() }]);
    }

    #[test]
    fn a_line_of_totals_is_nobody() {
        let roster = read("№;Имя;Почта\n1;Иван;ivan@firma.ru\n;;\nИТОГО;2;\nИтого человек: 2;;\nTotal;2\n");
        assert_eq!((roster.lines, roster.fault_count), (1, 0));
        // Whoever is called so and has an address is somebody; a line that says something in its place is at fault.
        assert_eq!(addresses("Имя;Почта\nВсеголюб;v@firma.ru\n"), ["v@firma.ru"]);
        let nobody = read("Отдел;Почта\nСклад;ivan@firma.ru\nTotal Energies;\nИтоговый контроль;\n");
        assert_eq!(nobody.faults, [fault(3, "no_address", ""), fault(4, "no_address", "")]);
        assert_eq!(read("Имя;Почта\nИван;ivan@firma.ru\nИтого;2\n").faults, [fault(3, "not_an_email", "2")]);
    }

    #[test]
    fn what_stands_above_the_header_is_a_title() {
        let roster = read("Сотрудники;\nна 1 декабря;\n\nИмя;Почта\nИван;ivan@firma.ru\nАнна;нет\n");
        assert_eq!((roster.lines, roster.addresses.len()), (2, 1));
        assert_eq!(roster.faults, [fault(6, "not_an_email", "нет")]);
        let file = format!("{}email\nivan@firma.ru\n", "слова\n".repeat(TITLE_LINES_MAX));
        assert_eq!(addresses(&file), ["ivan@firma.ru"]);
        let file = format!("{}email\nivan@firma.ru\n", "слова\n".repeat(TITLE_LINES_MAX + 1));
        assert_eq!(read_roster(file.as_bytes()), Err(RosterFault::NoColumn));
    }

    #[test]
    fn a_heading_may_say_more() {
        for heading in ["Корпоративная почта", "Эл. почта (рабочая)", "Work E-mail", "Жұмыс поштасы", "Имейл сотрудника"]
        {
            let roster = read(&format!("Список;\nИмя;{heading}\nКто;почта не выдана\nИван;ivan@firma.ru\n"));
            assert_eq!((roster.lines, roster.addresses.len()), (2, 1), "{heading}");
            assert_eq!(roster.faults, [fault(3, "not_an_email", "Кто")], "{heading}");
        }
        for person in ["Кто;нет почты", "Кто;kto at mail.ru", "Кто;kto(at)gmail"] {
            assert_eq!(read(&format!("{person}\nИван;ivan@firma.ru\n")).lines, 2, "{person} is no heading");
        }
    }

    #[test]
    fn an_address_may_stand_behind_its_name() {
        assert_eq!(addresses("Почта\n\"Ким, А.\" <Anna@firma.ru>\nИван < ivan@firma.ru >\n"), ["anna@firma.ru", "ivan@firma.ru"]);
        let faults = read("Почта\nivan@firma.ru\nИван ivan@firma.ru\nИван <>\n=X <ivan@firma.ru>\n<=x@firma.ru>\n").faults;
        assert_eq!(faults.iter().map(|f| (f.line, f.code)).collect::<Vec<_>>(), [(3, "not_an_email"), (4, "no_address"), (6, "formula")]);
    }

    #[test]
    fn without_a_header_no_line_is_passed_over_in_silence() {
        let roster = read("ivan at firma.ru\nanna@firma.ru\n");
        assert_eq!(roster.faults, [fault(1, "not_an_email", "ivan at firma.ru")]);
        assert_eq!((roster.lines, roster.addresses.len()), (2, 1));
    }

    #[test]
    fn refuses_what_is_no_table_of_addresses() {
        let check = |file: &[u8], expected| assert_eq!(read_roster(file), Err(expected));
        check(b"PK\x03\x04\x14", RosterFault::NotText);
        check(b"a\0b@c.ru", RosterFault::NotText);
        check(b"%PDF-1.7", RosterFault::NotText);
        check("имя;отдел\nИван;Склад".as_bytes(), RosterFault::NoColumn);
        check(b"email\n", RosterFault::Empty);
        check(b"", RosterFault::Empty);
        let many = "a@b.ru\n".repeat(ROSTER_LINES_MAX + 1);
        check(many.as_bytes(), RosterFault::TooManyLines);
    }

    proptest::proptest! {
        #[test]
        fn never_fails_on_any_bytes(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            if let Ok(roster) = read_roster(&bytes) {
                let kept = roster.addresses.len() + roster.repeated + roster.fault_count;
                proptest::prop_assert_eq!(kept, roster.lines);
            }
        }
    }
}
