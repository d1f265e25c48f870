//! R4: with one connection to the database and with five, 200 bookings at once are all answered within 30 seconds. 503 with Retry-After is an answer.
//! Here with everything that a node does besides: its worker, its index, its listeners.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use testkit::{Ask, Durable, Wire};
use tokio::{
    sync::Barrier,
    time::{Instant, timeout},
};

use super::{alone, load::World, node, ready};

#[tokio::test(flavor = "multi_thread")]
async fn few_connections_stall_nobody() {
    let _turn = alone().await;
    let database = Durable::start(&[]).await;
    let world = World::make(&database, 400).await;
    for (round, connections) in ["1", "5"].into_iter().enumerate() {
        let settings = node().on(&database).with("PONIMAU_DATABASE_CONNECTIONS", connections);
        let mut node = settings.start();
        ready(&mut node, &settings).await;
        let people = &world.people[round * 200..][..200];
        let gate = Arc::new(Barrier::new(people.len()));
        let clients: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(n, person)| {
                let (gate, address, cookie) = (gate.clone(), settings.address(), person.cookie().to_owned());
                let wish = world.wish(n, round * 60 + n / 4);
                tokio::spawn(async move {
                    let mut wire = Wire::connect(address).await.expect("a connection");
                    gate.wait().await;
                    wire.ask(Ask::post("/api/appointments", &cookie, "all-at-once", &wish)).await.expect("an answer")
                })
            })
            .collect();
        let begun = Instant::now();
        let mut answers: BTreeMap<u16, usize> = BTreeMap::new();
        for client in clients {
            let left = Duration::from_secs(30).saturating_sub(begun.elapsed());
            let reply = timeout(left, client).await.expect("all are answered in 30 seconds").expect("a client");
            if reply.status == 503 {
                assert!(reply.header("retry-after").is_some(), "{}", reply.head);
            }
            *answers.entry(reply.status).or_default() += 1;
        }
        println!("R4: {connections} connections: {answers:?} in {:?}", begun.elapsed());
        assert!(answers.keys().all(|status| matches!(status, 201 | 409 | 503)), "{answers:?}");
        assert!(answers.contains_key(&201), "{answers:?}");
        assert_eq!((world.clinic.overlapping_pairs().await, world.clinic.wrong_balances().await), (0, 0));
        assert!(node.is_ready_within(Duration::from_secs(10)).await, "it has recovered: {}", settings.log());
    }
    database.end().await;
}
