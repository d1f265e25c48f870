//! Domains of company mail: everybody with an address there may enter, so a public provider's would open the company to the world.

/// Providers at which anybody gets an address. Their subdomains are theirs too.
const PUBLIC: &[&str] = &[
    "mail.ru",
    "inbox.ru",
    "list.ru",
    "bk.ru",
    "internet.ru",
    "xmail.ru",
    "vk.com",
    "yandex.ru",
    "yandex.com",
    "yandex.kz",
    "yandex.by",
    "yandex.ua",
    "ya.ru",
    "narod.ru",
    "rambler.ru",
    "lenta.ru",
    "autorambler.ru",
    "myrambler.ru",
    "ro.ru",
    "rambler.ua",
    "mail.kz",
    "nur.kz",
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "outlook.kz",
    "hotmail.com",
    "hotmail.ru",
    "live.com",
    "live.ru",
    "msn.com",
    "yahoo.com",
    "ymail.com",
    "rocketmail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "tutanota.com",
    "tuta.io",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "mail.com",
    "zoho.com",
    "fastmail.com",
    "hey.com",
    "duck.com",
    "ukr.net",
    "i.ua",
    "tut.by",
    "qq.com",
    "163.com",
    "126.com",
    "naver.com",
    "mailinator.com",
    "guerrillamail.com",
    "10minutemail.com",
    "temp-mail.org",
    "yopmail.com",
];

/// Why a domain is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DomainFault {
    #[error("this is not a mail domain")]
    NotADomain,
    #[error("a public mail provider's domain")]
    Public,
}

/// What was typed, as it is stored and compared: `@Firma.RU ` → `firma.ru`.
///
/// # Errors
/// See [`DomainFault`].
pub fn mail_domain(typed: &str) -> Result<String, DomainFault> {
    let domain = typed.trim().trim_start_matches('@').trim_end_matches('.').to_lowercase();
    // RFC 1035 §2.3.4: labels of at most 63, names of at most 253 octets.
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_named = labels.last().is_some_and(|top| top.chars().count() >= 2 && !top.chars().all(|c| c.is_ascii_digit()));
    if labels.len() < 2 || domain.len() > 253 || !labels.iter().all(is_label) || !is_named {
        return Err(DomainFault::NotADomain);
    }
    let is_public = PUBLIC.iter().any(|p| domain == *p || domain.strip_suffix(p).is_some_and(|rest| rest.ends_with('.')));
    if is_public { Err(DomainFault::Public) } else { Ok(domain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_company_domains_as_people_type_them() {
        let check = |typed, expected: &str| assert_eq!(mail_domain(typed).as_deref(), Ok(expected));
        check(" @Firma.RU ", "firma.ru");
        check("mail.firma.co.uk.", "mail.firma.co.uk");
        check("Компания.рф", "компания.рф");
        check("xn--80aswg.xn--p1ai", "xn--80aswg.xn--p1ai");
        check("notmail.ru", "notmail.ru");
    }

    #[test]
    fn refuses_what_is_no_domain_or_everybodys() {
        let check = |typed: &str, expected| assert_eq!(mail_domain(typed), Err(expected), "{typed}");
        for typed in ["", "firma", "firma..ru", "-firma.ru", "fir ma.ru", "ivan@firma.ru", "10.0.0.1", "a.b_c.ru", "firma.r"] {
            check(typed, DomainFault::NotADomain);
        }
        check(&format!("{}.ru", "a".repeat(64)), DomainFault::NotADomain);
        for typed in ["mail.ru", "GMAIL.com", "corp.mail.ru", "@ya.ru"] {
            check(typed, DomainFault::Public);
        }
    }
}
