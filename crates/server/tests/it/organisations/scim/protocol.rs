//! What SCIM itself demands: words of refusal, versions, pages, groups.

use super::*;

#[tokio::test]
async fn what_is_wrong_is_refused_in_scims_words_whole_and_written_down() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let at = path(&directory.create(ivan()).await.is(201), "Users");
    let mut strange = ivan();
    strange["shoeSize"] = json!(43);
    refused(directory.create(strange.clone()).await, 400, "invalidValue", "shoeSize is not known here");
    refused(directory.ask(Method::PUT, &at, Some(strange)).await, 400, "invalidValue", "shoeSize is not known here");
    let half = json!([{ "op": "replace", "path": "active", "value": false }, { "op": "add", "path": "shoeSize", "value": 43 }]);
    refused(directory.patch(&at, half).await, 400, "invalidPath", "shoeSize is not known here");
    assert_eq!(directory.get(&at).await.is(200).json()["active"], true, "all or nothing");
    refused(directory.create(ivan()).await, 409, "uniqueness", "another user of this company has the same address in emails");
    let mut other = ivan();
    other["emails"] = json!([{ "value": "other@firma.ru" }]);
    refused(directory.create(other.clone()).await, 409, "uniqueness", "another user of this company has the same userName");
    assert_eq!(world.details().await["roster_size"], 1, "nothing half done");
    for filter in [
        "userName%20sw%20%22i%22",
        "userName%20eq%20%22x%22%20or%20userName%20pr",
        "x",
        "userName%20eq%20%22x%22);DROP%20TABLE%20people;--",
    ] {
        directory.get(&format!("/Users?filter={filter}")).await.is(400);
    }
    assert!(directory.found("userName eq \"x' OR '1'='1\"").await.is_empty());
    refused(directory.get("/Users?startIndex=one").await, 400, "invalidValue", "startIndex is to be a number");
    let raw = |kind: &'static str, body: &'static str| {
        let request =
            Request::post(format!("{}/Users", directory.base)).header(header::AUTHORIZATION, format!("bearer {}", directory.token));
        directory.client.send(request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap())
    };
    refused(raw("application/json", "{").await, 400, "invalidSyntax", "the body is not JSON");
    raw("text/xml", "<user/>").await.is(415);
    let huge = json!({ "schemas": [USER], "userName": "a".repeat(3 << 20) });
    directory.create(huge).await.is(413);
    directory.get("/nothing").await.is(404);
    directory.get("/Users/not-an-id").await.is(404);
    directory.ask(Method::PUT, "/Users", None).await.is(405);
    directory.ask(Method::POST, "/Schemas", None).await.is(405);
    for path in ["/Bulk", "/.search", "/Users/.search", "/Me"] {
        directory.ask(Method::POST, path, Some(json!({}))).await.is(501);
    }
    let kinds = reasons(&world.app).await;
    assert_eq!(kinds[..5], ["invalidValue", "invalidValue", "invalidPath", "uniqueness", "uniqueness"]);
    assert_eq!(kinds.iter().filter(|kind| *kind == "invalidFilter").count(), 4);
}

#[tokio::test]
async fn a_change_that_knows_another_version_is_refused() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let at = path(&directory.create(ivan()).await.is(201), "Users");
    let off = || Some(json!({ "schemas": [PATCH], "Operations": [{ "op": "replace", "path": "active", "value": false }] }));
    for tag in ["W/\"7\"", "nonsense"] {
        directory.ask_with(Method::PATCH, &at, off(), &[("if-match", tag)]).await.is(412);
        directory.ask_with(Method::DELETE, &at, None, &[("if-match", tag)]).await.is(412);
    }
    directory.ask_with(Method::GET, &at, None, &[("if-none-match", "W/\"1\"")]).await.is(304);
    directory.ask_with(Method::PATCH, &at, off(), &[("if-match", "W/\"1\"")]).await.is(200);
    // The same again changes nothing, and so no version.
    assert_eq!(directory.ask_with(Method::PATCH, &at, off(), &[("if-match", "W/\"2\"")]).await.is(200).headers[header::ETAG], "W/\"2\"");
    directory.ask_with(Method::DELETE, &at, None, &[("if-match", "*")]).await.is(204);
}

#[tokio::test]
async fn lists_have_pages_and_show_what_is_asked_for() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    for n in 0..5 {
        directory.create(person(&format!("p{n}"))).await.is(201);
        world.app.pass(SignedDuration::from_secs(1));
    }
    let list = async |query: &str| directory.get(&format!("/Users?{query}")).await.is(200).json();
    let names = |list: &Value| {
        list["Resources"].as_array().unwrap().iter().map(|u| u["userName"].as_str().unwrap()[..2].to_owned()).collect::<Vec<_>>()
    };
    let page = list("startIndex=2&count=2").await;
    assert_eq!((&page["totalResults"], &page["startIndex"], &page["itemsPerPage"]), (&json!(5), &json!(2), &json!(2)));
    assert_eq!(names(&page), ["p1", "p2"]);
    assert_eq!(names(&list("startIndex=-3&count=1").await), ["p0"]);
    assert_eq!(names(&list("startIndex=9").await), Vec::<String>::new());
    let none = list("count=-1").await;
    assert_eq!((&none["totalResults"], names(&none).len()), (&json!(5), 0));
    assert_eq!(list("count=9999").await["itemsPerPage"], 5);
    let shown = |list: &Value| list["Resources"][0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(shown(&list("attributes=userName").await), ["id", "schemas", "userName"]);
    assert_eq!(shown(&list(&format!("attributes={USER}:emails.value,Active")).await), ["active", "emails", "id", "schemas"]);
    assert_eq!(shown(&list("excludedAttributes=emails,meta,id").await), ["active", "id", "schemas", "userName"]);
}

#[tokio::test]
async fn groups_are_kept_and_mean_nothing() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let a = directory.create(person("a")).await.is(201).json()["id"].clone();
    world.app.pass(SignedDuration::from_secs(1));
    let b = directory.create(person("b")).await.is(201).json()["id"].clone();
    let group = json!({ "schemas": [GROUP], "displayName": "Продажи", "externalId": "g1", "members": [{ "value": a }] });
    let created = directory.ask(Method::POST, "/Groups", Some(group)).await.is(201);
    let at = path(&created, "Groups");
    let reference = |id: &Value| json!({ "value": id, "$ref": format!("http://localhost:8080{}/Users/{}", directory.base, id.as_str().unwrap()), "type": "User" });
    assert_eq!(created.json()["members"], json!([reference(&a)]));
    let filter: String = url::form_urlencoded::byte_serialize("displayName eq \"продажи\"".as_bytes()).collect();
    let found = directory.get(&format!("/Groups?filter={filter}&excludedAttributes=members")).await.is(200).json();
    assert_eq!((&found["totalResults"], found["Resources"][0].get("members")), (&json!(1), None));
    let grown = directory.patch(&at, json!([{ "op": "Add", "path": "members", "value": [{ "value": b }] }])).await.is(200).json();
    assert_eq!(grown["members"], json!([reference(&a), reference(&b)]));
    let strange = json!([{ "op": "Add", "path": "members", "value": [{ "value": Uuid::nil() }] }]);
    refused(directory.patch(&at, strange).await, 400, "invalidValue", "members.value is not the id of a user");
    let whole = json!({ "schemas": [GROUP], "displayName": "Сбыт", "members": [{ "value": b }] });
    assert_eq!(directory.ask(Method::PUT, &at, Some(whole)).await.is(200).json()["members"], json!([reference(&b)]));
    directory.ask(Method::DELETE, &format!("/Users/{}", b.as_str().unwrap()), None).await.is(204);
    assert_eq!(directory.get(&at).await.is(200).json()["members"], json!([]), "whoever is removed leaves their groups");
    directory.ask(Method::DELETE, &at, None).await.is(204);
    directory.get(&at).await.is(404);
    assert_eq!(world.details().await["roster_size"], 1);
}
