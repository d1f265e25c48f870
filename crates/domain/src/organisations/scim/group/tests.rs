use serde_json::json;

use super::{
    super::{PATCH_OP, read_patch},
    *,
};

const A: &str = "01890000-0000-7000-8000-00000000000a";
const B: &str = "01890000-0000-7000-8000-00000000000b";

fn ids(ids: &[&str]) -> BTreeSet<Uuid> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

fn sales() -> Group {
    Group { display_name: "Продажи".into(), external_id: None, members: ids(&[A]) }
}

#[test]
fn a_group_is_read_with_its_members() {
    let body = json!({ "schemas": [GROUP], "displayName": "Продажи", "members": [{ "value": A, "$ref": "x", "type": "User", "display": "Иван" }] });
    assert_eq!(read_group(&body), Ok(sales()));
    // As Entra ID writes it.
    let body = json!({ "schemas": [GROUP, ENTRA_GROUP], "displayName": "Продажи", "members": [{ "value": A }], "meta": { "resourceType": "Group" } });
    assert_eq!(read_group(&body), Ok(sales()));
    let check = |body: Value, detail: &str| assert_eq!(read_group(&body).unwrap_err().detail, detail);
    check(json!({ "schemas": [GROUP] }), "displayName is missing");
    check(json!({ "schemas": [GROUP], "displayName": "x", "owner": 1 }), "owner is not known here");
    check(json!({ "schemas": [GROUP], "displayName": "x", "members": ["x"] }), "members.value is not the id of a user");
    check(json!({ "schemas": [GROUP], "displayName": "x", "members": [{ "value": A, "role": 1 }] }), "members.role is not known here");
}

#[test]
fn members_come_and_go_as_directories_say_it() {
    let check = |operation: Value, expected: &[&str]| {
        let operations = read_patch(&json!({ "schemas": [PATCH_OP], "Operations": [operation] }), GROUP).unwrap();
        assert_eq!(sales().patched(&operations).unwrap().members, ids(expected), "{operation}");
    };
    check(json!({ "op": "Add", "path": "members", "value": [{ "value": B }] }), &[A, B]);
    check(json!({ "op": "add", "value": { "members": [{ "value": B }] } }), &[A, B]);
    check(json!({ "op": "replace", "path": "members", "value": [{ "value": B }] }), &[B]);
    check(json!({ "op": "replace", "value": { "id": A, "displayName": "Продажи" } }), &[A]);
    check(json!({ "op": "Remove", "path": "members", "value": [{ "value": A }] }), &[]);
    check(json!({ "op": "remove", "path": format!("members[value eq \"{A}\"]") }), &[]);
    check(json!({ "op": "remove", "path": format!("members[value eq \"{B}\"]") }), &[A]);
    check(json!({ "op": "remove", "path": "members" }), &[]);
}

#[test]
fn a_change_that_is_none_is_refused() {
    let check = |operation: Value, kind: Kind| {
        let refused = read_patch(&json!({ "schemas": [PATCH_OP], "Operations": [operation] }), GROUP).and_then(|ops| sales().patched(&ops));
        assert_eq!(refused.unwrap_err().kind, kind, "{operation}");
    };
    check(json!({ "op": "remove", "path": "displayName" }), Kind::Mutability);
    check(json!({ "op": "remove", "path": "id" }), Kind::Mutability);
    check(json!({ "op": "replace", "path": "owner", "value": "x" }), Kind::InvalidPath);
    check(json!({ "op": "remove", "path": "members[display eq \"Иван\"]" }), Kind::InvalidFilter);
    check(json!({ "op": "add", "path": "members", "value": [{ "value": "nobody" }] }), Kind::InvalidValue);
}
