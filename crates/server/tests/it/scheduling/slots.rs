//! Free times for whoever is signed in.

use serde_json::json;

use super::World;

fn path(world: &World, query: &str) -> String {
    format!("/api/specialists/{}/slots?{query}", world.vera.id())
}

#[tokio::test]
async fn people_see_when_a_specialist_is_free_from_the_index_and_without_it() {
    let world = World::start().await;
    let anna = world.app.employee("Анна").await;
    let query = format!("category={}&length=50&from=2026-12-15T00:00:00Z&to=2026-12-16T00:00:00Z", world.category);
    let direct = anna.get(&path(&world, &query)).await.is(200).json();
    assert_eq!((direct["starts"].as_array().unwrap().len(), &direct["starts"][0]), (17, &json!("2026-12-15T06:00:00Z")));
    assert_eq!(direct["time_zone"], "Europe/Moscow");
    world.app.app.slots.catch_up(&world.app.app).await.unwrap();
    assert_eq!(anna.get(&path(&world, &query)).await.is(200).json(), direct);
    let longer = query.replace("length=50", "length=80");
    assert_eq!(anna.get(&path(&world, &longer)).await.is(200).json()["starts"].as_array().unwrap().len(), 16);
    world.app.staff(&["support"]).await.get(&path(&world, &query)).await.is(200);
    world.vera.get(&path(&world, &query)).await.is(200);
}

#[tokio::test]
async fn what_is_not_there_or_not_asked_rightly_is_said() {
    let world = World::start().await;
    let anna = world.app.employee("Анна").await;
    let category = world.category;
    for is_indexed in [false, true] {
        if is_indexed {
            world.app.app.slots.catch_up(&world.app.app).await.unwrap();
        }
        let period = "from=2026-12-15T00:00:00Z&to=2026-12-16T00:00:00Z";
        for (query, field, code) in [
            (format!("category={}&length=50&{period}", anna.id()), "?category", "not_offered"),
            (format!("category={category}&length=45&{period}"), "?length", "not_offered"),
            (format!("category={category}&length=-1&{period}"), "?length", "wrong_type"),
            (format!("category=psychologist&length=50&{period}"), "?category", "wrong_type"),
            (format!("category={category}&length=50&from=2026-12-15T00:00:00Z&to=2026-12-14T00:00:00Z"), "?to", "ends_before_start"),
            (format!("category={category}&length=50&from=2026-12-15T00:00:00Z&to=2027-12-14T00:00:00Z"), "?to", "period_too_long"),
            (format!("category={category}&length=50&from=9998-12-01T00:00:00Z&to=9998-12-14T00:00:00Z"), "?from", "date_too_far"),
        ] {
            anna.get(&path(&world, &query)).await.names_field(field, code);
        }
        let good = format!("category={category}&length=50&{period}");
        anna.get(&format!("/api/specialists/{}/slots?{good}", anna.id())).await.is_problem(404, "not_found");
        anna.get(&format!("/api/specialists/vera/slots?{good}")).await.is_problem(404, "not_found");
        // A colleague's free times are nobody's business among specialists.
        world.specialist("Борис").await.get(&path(&world, &good)).await.is_problem(404, "not_found");
        world.app.staff(&["finance"]).await.get(&path(&world, &good)).await.is_problem(403, "not_allowed");
        world.app.anonymous().get(&path(&world, &good)).await.is_problem(401, "sign_in_required");
    }
    world.change("UPDATE specialists SET status = 'paused' WHERE person_id = $1").await;
    world.app.app.slots.catch_up(&world.app.app).await.unwrap();
    let good = format!("category={category}&length=50&from=2026-12-15T00:00:00Z&to=2026-12-16T00:00:00Z");
    anna.get(&path(&world, &good)).await.is_problem(404, "not_found");
}
