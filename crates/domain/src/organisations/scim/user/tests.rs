use proptest::prelude::*;
use serde_json::json;

use super::{super::read_patch, *};

fn ivan() -> User {
    User { user_name: "ivan".into(), external_id: Some("42".into()), address: "ivan@firma.ru".into(), is_active: true }
}

/// What Entra ID sends for a new person, shortened.
fn entra() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE_USER],
        "externalId": "42",
        "userName": "ivan",
        "active": true,
        "displayName": "Иван Петров",
        "emails": [{ "type": "home", "value": "i@home.example" }, { "primary": true, "type": "work", "value": "Ivan@Firma.ru" }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": "Иван Петров", "familyName": "Петров", "givenName": "Иван" },
        "title": "Инженер",
        (ENTERPRISE_USER): { "department": "Цех 5", "manager": "boss" },
    })
}

#[test]
fn a_person_is_read_as_directories_send_them() {
    assert_eq!(read_user(&entra(), true), Ok(ivan()));
    // Okta: the address is the name. Names of attributes in any case (RFC 7643 §2.1).
    let okta = json!({ "SCHEMAS": [USER], "USERNAME": "Ivan@Firma.ru", "Active": "False", "emails": [], "password": "x", "groups": [] });
    assert_eq!(
        read_user(&okta, true),
        Ok(User { user_name: "Ivan@Firma.ru".into(), external_id: None, address: "ivan@firma.ru".into(), is_active: false })
    );
}

#[test]
fn of_several_addresses_the_primary_one_is_kept_else_that_of_work_else_the_first() {
    let check = |emails: Value, expected: &str| {
        assert_eq!(read_user(&json!({ "schemas": [USER], "userName": "i", "emails": emails }), true).unwrap().address, expected);
    };
    let [a, b] = ["a@firma.ru", "b@firma.ru"];
    check(json!([{ "value": a, "type": "work" }, { "value": b, "primary": true }]), b);
    check(json!([{ "value": a }, { "value": b, "type": "Work" }]), b);
    check(json!([{ "value": a }, { "value": b }]), a);
    check(json!({ "value": a }), a);
    check(json!([a, b]), a);
}

#[test]
fn what_is_wrong_is_named_and_never_repeated() {
    let check = |change: Value, detail: &str| {
        let mut body = entra();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = read_user(&body, true).unwrap_err();
        assert_eq!((refused.kind, refused.detail.as_str()), (Kind::InvalidValue, detail));
    };
    check(json!({ "shoeSize": 43 }), "shoeSize is not known here");
    check(json!({ "urn:acme:2.0:User": {} }), "urn:acme:2.0:User is not known here");
    check(json!({ "schemas": [USER, "urn:acme"] }), "schemas: urn:acme is not known here");
    check(json!({ "schemas": [] }), &format!("schemas does not name {USER}"));
    check(json!({ "userName": "" }), "userName is empty");
    check(json!({ "userName": null }), "userName is to be a string");
    check(json!({ "userName": "a".repeat(301) }), "userName is too long");
    check(json!({ "userName": "a\nb" }), "userName has control characters");
    check(json!({ "externalId": {} }), "externalId is to be a string");
    check(json!({ "active": "maybe" }), "active is to be true or false");
    check(json!({ "emails": [{ "value": "secret name" }] }), "emails.value is not a mail address");
    check(json!({ "emails": [{ "value": "=cmd@firma.ru" }] }), "emails.value is not a mail address");
    check(json!({ "emails": [{ "primary": true }] }), "emails.value is missing");
    check(json!({ "emails": [{ "value": "a@b.ru", "colour": 1 }] }), "emails.colour is not known here");
    check(json!({ "emails": [] }), "emails is missing, and userName is not a mail address");
    assert_eq!(read_user(&json!({ "schemas": [USER] }), true).unwrap_err().detail, "userName is missing");
    assert_eq!(read_user(&json!([]), true).unwrap_err().kind, Kind::InvalidSyntax);
    let many = vec![json!({ "value": "a@b.ru" }); 51];
    assert_eq!(read_user(&json!({ "schemas": [USER], "userName": "i", "emails": many }), true).unwrap_err().kind, Kind::TooMany);
}

fn patched(operations: Value) -> Result<User> {
    ivan().patched(&read_patch(&json!({ "schemas": [PATCH], "Operations": operations }), USER)?)
}

const PATCH: &str = super::super::PATCH_OP;

#[test]
fn a_change_is_read_as_directories_send_it() {
    let inactive = || Ok(User { is_active: false, ..ivan() });
    // RFC 7644, Okta, and two forms of Entra ID.
    assert_eq!(patched(json!([{ "op": "replace", "path": "active", "value": false }])), inactive());
    assert_eq!(patched(json!([{ "op": "replace", "value": { "active": false } }])), inactive());
    assert_eq!(patched(json!([{ "op": "Replace", "path": "active", "value": "False" }])), inactive());
    assert_eq!(patched(json!({ "op": "Add", "path": format!("{USER}:active"), "value": "False" })), inactive());
    assert_eq!(patched(json!([{ "op": "replace", "value": { (USER): { "active": false } } }])), inactive());

    let moved = || Ok(User { address: "i.petrov@firma.ru".into(), ..ivan() });
    let new = "I.Petrov@firma.ru";
    assert_eq!(patched(json!([{ "op": "Replace", "path": "emails[type eq \"work\"].value", "value": new }])), moved());
    assert_eq!(patched(json!([{ "op": "replace", "value": { "emails[type eq \"work\"].value": new, "name.givenName": "И" } }])), moved());
    assert_eq!(patched(json!([{ "op": "replace", "path": "emails", "value": [{ "value": new }] }])), moved());
    assert_eq!(patched(json!([{ "op": "add", "path": "emails", "value": [{ "value": new, "primary": true }] }])), moved());
    assert_eq!(patched(json!([{ "op": "add", "path": "emails.value", "value": new }])), moved());
    assert_eq!(
        patched(json!([{ "op": "replace", "path": "emails[value eq \"ivan@firma.ru\" and primary eq true].value", "value": new }])),
        moved()
    );

    let renamed = User { user_name: "petrov".into(), external_id: None, ..ivan() };
    let both = json!([{ "op": "replace", "path": "userName", "value": "petrov" }, { "op": "remove", "path": "externalId" }]);
    assert_eq!(patched(both), Ok(renamed));
    // An address beside the one that is kept, and what is dropped, change nothing.
    for nothing in [
        json!({ "op": "add", "path": "emails", "value": [{ "value": "i@home.example", "type": "home" }] }),
        json!({ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "i@home.example" }),
        json!({ "op": "remove", "path": "emails[type eq \"other\"]" }),
        json!({ "op": "replace", "path": "emails.type", "value": "work" }),
        json!({ "op": "replace", "path": "name.familyName", "value": "П" }),
        json!({ "op": "replace", "path": format!("{ENTERPRISE_USER}:department"), "value": "Цех 6" }),
        json!({ "op": "add", "path": ENTERPRISE_USER, "value": { "department": "Цех 6" } }),
        json!({ "op": "replace", "value": { (ENTERPRISE_USER): { "department": "Цех 6" } } }),
        json!({ "op": "replace", "path": "phoneNumbers[type eq \"work\"].value", "value": "+7" }),
    ] {
        assert_eq!(patched(json!([nothing])), Ok(ivan()), "{nothing}");
    }
}

#[test]
fn a_change_that_is_none_is_refused_whole() {
    let check = |operation: Value, kind: Kind, detail: &str| {
        let first = json!({ "op": "replace", "path": "active", "value": false });
        let refused = patched(json!([first, operation])).unwrap_err();
        assert_eq!((refused.kind, refused.detail.as_str()), (kind, detail));
    };
    check(json!({ "op": "replace", "path": "shoeSize", "value": 1 }), Kind::InvalidPath, "shoeSize is not known here");
    check(json!({ "op": "replace", "path": "urn:acme:User:a", "value": 1 }), Kind::InvalidPath, "urn:acme:User is not known here");
    check(json!({ "op": "replace", "path": "a..b", "value": 1 }), Kind::InvalidPath, "a..b is no path");
    check(json!({ "op": "replace", "path": "active.x", "value": 1 }), Kind::InvalidPath, "active is not known here");
    check(json!({ "op": "replace", "path": "emails.colour", "value": 1 }), Kind::InvalidPath, "emails.colour is not known here");
    check(
        json!({ "op": "replace", "path": "emails[colour eq 1].value", "value": 1 }),
        Kind::InvalidPath,
        "emails.colour is not known here",
    );
    check(
        json!({ "op": "replace", "path": "emails[type sw \"w\"].value", "value": 1 }),
        Kind::InvalidFilter,
        "between brackets, only eq and and are understood",
    );
    check(
        json!({ "op": "replace", "path": "emails[value eq \"x@y.ru\"].value", "value": "a@b.ru" }),
        Kind::NoTarget,
        "no value of emails is meant",
    );
    check(json!({ "op": "remove" }), Kind::NoTarget, "a removal needs a path");
    check(json!({ "op": "remove", "path": "userName" }), Kind::Mutability, "userName cannot be removed");
    check(json!({ "op": "remove", "path": "active" }), Kind::Mutability, "active cannot be removed");
    check(json!({ "op": "remove", "path": "emails" }), Kind::Mutability, "emails cannot be removed: a person is known here by one address");
    check(json!({ "op": "replace", "path": "id", "value": "x" }), Kind::Mutability, "id is read only");
    check(json!({ "op": "replace", "path": "active", "value": "perhaps" }), Kind::InvalidValue, "active is to be true or false");
    check(json!({ "op": "move", "path": "active" }), Kind::InvalidSyntax, "op is to be add, replace or remove");
    check(json!({ "op": "add", "paths": "active" }), Kind::InvalidSyntax, "an operation has no paths");
    check(json!({ "path": "active" }), Kind::InvalidSyntax, "op is missing");
    check(json!({ "op": "add", "value": 1 }), Kind::InvalidSyntax, "value is to be an object");
    let whole = |body: Value| read_patch(&body, USER).unwrap_err();
    assert_eq!(
        whole(json!({ "schemas": [USER], "Operations": [] })).detail,
        "schemas: urn:ietf:params:scim:schemas:core:2.0:User is not known here"
    );
    assert_eq!(whole(json!({ "schemas": [PATCH], "Operations": [] })).detail, "Operations is missing or empty");
    assert_eq!(whole(json!({ "schemas": [PATCH], "operations": [], "x": 1 })).detail, "x is not known here");
    let many = vec![json!({ "op": "add", "path": "active", "value": true }); 1_001];
    assert_eq!(whole(json!({ "schemas": [PATCH], "Operations": many })).kind, Kind::TooMany);
}

proptest! {
    /// Whatever a directory sends, it is understood or refused, and what is understood can be kept.
    #[test]
    fn nothing_that_is_sent_breaks_the_reader(path in ".{0,60}", text in ".{0,40}", verb in "[aArRxX][a-zA-Z]{2,6}") {
        let operations = json!([{ "op": verb, "path": path, "value": text }, { "op": "replace", "value": { (path.as_str()): text } }]);
        if let Ok(user) = patched(operations) {
            prop_assert!(user.address.contains('@') && !user.user_name.is_empty());
        }
        let _ = read_user(&json!({ "schemas": [USER], "userName": text, (path.as_str()): [text] }), true);
    }
}
