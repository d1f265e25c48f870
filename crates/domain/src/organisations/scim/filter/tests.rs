use proptest::prelude::*;

use super::{super::ENTERPRISE_USER, *};

const ID: &str = "01890000-0000-7000-8000-00000000000a";

#[test]
fn what_directories_ask_by_is_understood() {
    let check = |text: &str, expected: &[Test]| assert_eq!(read_filter(text, Of::Users).unwrap(), expected, "{text}");
    check("userName eq \"Ivan\"", &[Test::UserName("Ivan".into())]);
    check("USERNAME Eq \"Ivan\"", &[Test::UserName("Ivan".into())]);
    check(&format!("{USER}:userName eq \"Ivan\""), &[Test::UserName("Ivan".into())]);
    check("externalId eq \"42\" and active eq true", &[Test::ExternalId("42".into()), Test::IsActive(true)]);
    check("active eq \"False\"", &[Test::IsActive(false)]);
    check(&format!("id eq \"{ID}\""), &[Test::Id(ID.parse().unwrap())]);
    check("id eq \"x\"", &[Test::Never]);
    check("emails.value eq \"Ivan@Firma.ru\"", &[Test::Address("ivan@firma.ru".into())]);
    check("emails eq \"ivan@firma.ru\"", &[Test::Address("ivan@firma.ru".into())]);
    check("emails[type eq \"work\" and value eq \"ivan@firma.ru\"]", &[Test::Always, Test::Address("ivan@firma.ru".into())]);
    check("emails[type eq \"home\"]", &[Test::Never]);
    let of_entra = [Test::Always, Test::Address("ivan@firma.ru".into()), Test::IsActive(true)];
    check("emails[type eq \"work\"].value eq \"ivan@firma.ru\" and active eq true", &of_entra);
    check("(emails[type eq \"work\"].value eq \"ivan@firma.ru\") and (active eq true)", &of_entra);
    check("userName eq \"[a\\\"].value eq b\"", &[Test::UserName("[a\"].value eq b".into())]);
    check("emails.value eq \"nothing\"", &[Test::Never]);
    check("(userName eq \"a\") and (externalId eq \"b\")", &[Test::UserName("a".into()), Test::ExternalId("b".into())]);
    assert_eq!(read_filter("displayName eq \"Продажи\"", Of::Groups), Ok(vec![Test::DisplayName("Продажи".into())]));
}

#[test]
fn what_is_not_understood_is_refused_in_words() {
    let check = |text: &str, detail: &str| {
        let refused = read_filter(text, Of::Users).unwrap_err();
        assert_eq!((refused.kind, refused.detail.as_str()), (Kind::InvalidFilter, detail), "{text}");
    };
    for text in ["userName sw \"a\"", "userName eq \"a\" or id eq \"b\"", "not (userName eq \"a\")", "title pr", "active ne true"] {
        check(text, "only eq and and are understood");
    }
    for text in [
        "",
        "userName",
        "userName eq",
        "userName = \"a\"",
        "userName eq \"a\"; DROP TABLE x",
        "userName eq \"a\" and",
        "userName eq 'a'",
        "emails[type eq \"work\"].value",
        "emails[].value eq \"a\"",
    ] {
        check(text, "the filter cannot be read");
    }
    check("title eq \"x\"", "title cannot be searched by");
    check("name.familyName eq \"x\"", "name.familyname cannot be searched by");
    check("displayName eq \"x\"", "displayname cannot be searched by");
    check("userName eq true", "username is compared with a string");
    check("active eq 1", "active is compared with true or false");
    check(
        &format!("{ENTERPRISE_USER}:department eq \"x\""),
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User is not known here",
    );
    check(&format!("userName eq \"{}\"", "a".repeat(2_000)), "the filter is longer than 2000 characters");
    check(&"(".repeat(1_000), "the filter cannot be read");
    assert!(read_filter("userName eq \"x\"", Of::Groups).is_err());
}

proptest! {
    #[test]
    fn a_value_comes_back_as_it_was_written(value in ".{0,80}", other in ".{0,80}") {
        let text = format!("userName eq {} and externalId eq {}", serde_json::to_string(&value).unwrap(), serde_json::to_string(&other).unwrap());
        prop_assert_eq!(read_filter(&text, Of::Users), Ok(vec![Test::UserName(value), Test::ExternalId(other)]));
    }

    #[test]
    fn no_text_breaks_the_reader(text in ".{0,200}") {
        let _ = read_filter(&text, Of::Users);
        let _ = read_filter(&text, Of::Groups);
    }
}
