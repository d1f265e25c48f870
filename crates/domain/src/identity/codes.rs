//! Codes people read from paper or a screen and type: company access codes, recovery codes; and mail addresses.

/// Crockford's base 32: no I, L, O, U, so that nothing is misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of an access code without its hyphens: 60 bits.
pub const ACCESS_CODE_LEN: usize = 12;

/// An access code (normalised, without hyphens) from random bytes.
pub fn access_code_from_bytes(bytes: [u8; ACCESS_CODE_LEN]) -> String {
    letters(&bytes)
}

/// A recovery code from random bytes: 50 bits, `XXXXX-XXXXX`.
pub fn recovery_code_from_bytes(bytes: [u8; 10]) -> String {
    group(&letters(&bytes), 5)
}

/// `K7QMX2D9ABCD` → `K7QM-X2D9-ABCD`, as people get it.
pub fn format_access_code(code: &str) -> String {
    group(code, 4)
}

/// What the operator's list shows of a code: its last four characters.
pub fn access_code_hint(code: &str) -> String {
    code.chars().skip(code.chars().count().saturating_sub(4)).collect()
}

/// What a person typed, as it is stored and compared: upper case, without hyphens and spaces, look-alikes mapped as Crockford says.
/// Cyrillic letters that look Latin are taken for them: codes are typed on keyboards left in the wrong layout.
pub fn normalise_access_code(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '_' | '.'))
        .flat_map(char::to_uppercase)
        .map(|c| match c {
            'O' | 'О' => '0',
            'I' | 'L' | 'І' => '1',
            'А' => 'A',
            'В' => 'B',
            'Е' => 'E',
            'К' => 'K',
            'М' => 'M',
            'Н' => 'H',
            'Р' => 'P',
            'С' => 'C',
            'Т' => 'T',
            'Х' => 'X',
            'У' => 'Y',
            other => other,
        })
        .collect()
}

/// A mail address as it is compared: trimmed and lower case. Local parts are case-sensitive on paper (RFC 5321 §2.4) and nowhere else.
pub fn normalise_email(typed: &str) -> String {
    typed.trim().to_lowercase()
}

fn letters(bytes: &[u8]) -> String {
    // 256 is a multiple of 32, so each character is equally likely.
    bytes.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect()
}

fn group(code: &str, size: usize) -> String {
    let chars: Vec<char> = code.chars().collect();
    chars.chunks(size).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_codes_equal_the_printed_ones() {
        let printed = format_access_code("K7QM0X2D1AB9");
        assert_eq!(printed, "K7QM-0X2D-1AB9");
        let check = |typed| assert_eq!(normalise_access_code(typed), "K7QM0X2D1AB9", "{typed}");
        check(&printed);
        check(" k7qm 0x2d 1ab9 ");
        check("к7qм–оx2d–lаb9");
    }

    #[test]
    fn codes_use_only_letters_that_survive_normalising() {
        let code = access_code_from_bytes([0, 31, 32, 255, 17, 99, 200, 1, 2, 3, 4, 5]);
        assert_eq!(normalise_access_code(&format_access_code(&code)), code);
        assert_eq!(recovery_code_from_bytes([7; 10]), "77777-77777");
        assert_eq!(access_code_hint("K7QM0X2D1AB9"), "1AB9");
    }

    #[test]
    fn addresses_are_compared_without_case_and_edges() {
        assert_eq!(normalise_email("  Anna.K@Example.COM "), "anna.k@example.com");
    }
}
