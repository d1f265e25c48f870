use uuid::Uuid;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const NOW: &str = "2026-12-14T06:00:00Z";

fn topic(n: u128) -> TopicId {
    TopicId(Uuid::from_u128(n))
}

fn somebody(n: u128) -> Candidate {
    Candidate {
        id: PersonId(Uuid::from_u128(n)),
        topics: vec![],
        languages: vec!["ru".into()],
        formats: vec!["video".into()],
        gender: "female".into(),
        next: vec![at("2026-12-16T09:00:00Z")],
        rating: None,
        is_known: false,
        is_favourite: false,
    }
}

fn wish(topics: &[TopicId]) -> Wish<'_> {
    Wish { topics, language: None, format: None, gender: None, time_of_day: None, own_language: "ru", seed: 1 }
}

fn order(wish: &Wish<'_>, candidates: &[Candidate]) -> Vec<u128> {
    rank(wish, candidates, at(NOW)).into_iter().map(|r| r.id.0.as_u128()).collect()
}

#[test]
fn topics_leave_out_who_works_with_none_of_them_unless_nobody_does() {
    let one = Candidate { topics: vec![topic(7)], next: vec![at("2026-12-24T09:00:00Z")], ..somebody(1) };
    let both = Candidate { topics: vec![topic(7), topic(8)], next: vec![at("2026-12-24T09:00:00Z")], ..somebody(2) };
    let neither = Candidate { next: vec![at("2026-12-14T09:00:00Z")], ..somebody(3) };
    let people = [neither, one, both];
    assert_eq!(order(&wish(&[topic(7), topic(8)]), &people), [2, 1]);
    assert_eq!(rank(&wish(&[topic(7)]), &people, at(NOW))[0].reasons[0], Reason::Topic(topic(7)));
    // Nobody works with it, or nobody who meets the conditions: then everybody who meets those.
    assert_eq!(order(&wish(&[topic(9)]), &people).len(), 3);
    let kazakh = Candidate { languages: vec!["kk".into()], ..somebody(4) };
    let wish = Wish { language: Some("kk"), ..wish(&[]) };
    assert_eq!(order(&Wish { topics: &[topic(7)], ..wish }, &[people[1].clone(), kazakh]), [4]);
}

#[test]
fn conditions_leave_people_out() {
    let people = [
        somebody(1),
        Candidate { languages: vec!["kk".into()], ..somebody(2) },
        Candidate { gender: "male".into(), ..somebody(3) },
        Candidate { formats: vec!["chat".into()], ..somebody(4) },
    ];
    let sorted = |wish: &Wish<'_>| {
        let mut ids = order(wish, &people);
        ids.sort_unstable();
        ids
    };
    assert_eq!(sorted(&wish(&[])), [1, 2, 3, 4]);
    assert_eq!(sorted(&Wish { language: Some("kk"), ..wish(&[]) }), [2]);
    assert_eq!(sorted(&Wish { gender: Some("male"), ..wish(&[]) }), [3]);
    assert_eq!(sorted(&Wish { format: Some("chat"), ..wish(&[]) }), [4]);
}

#[test]
fn who_is_not_free_comes_last_and_goes_when_a_time_of_day_is_asked_for() {
    let busy = Candidate { topics: vec![topic(7)], is_favourite: true, next: vec![], ..somebody(1) };
    let people = [busy, somebody(2)];
    assert_eq!(order(&wish(&[]), &people), [2, 1]);
    assert_eq!(order(&Wish { time_of_day: Some(TimeOfDay::Morning), ..wish(&[]) }, &people), [2]);
}

#[test]
fn a_known_face_and_a_sooner_time_go_up() {
    let known = Candidate { is_known: true, next: vec![at("2026-12-20T09:00:00Z")], ..somebody(1) };
    let soon = Candidate { next: vec![at("2026-12-14T09:00:00Z")], ..somebody(2) };
    let later = Candidate { next: vec![at("2026-12-30T09:00:00Z")], ..somebody(3) };
    assert_eq!(order(&wish(&[]), &[later, soon, known]), [1, 2, 3]);
}

#[test]
fn few_ratings_say_nothing() {
    assert_eq!(Rating { stars: 20, count: 4 }.mean_tenths(), None);
    assert_eq!(Rating { stars: 24, count: 5 }.mean_tenths(), Some(48));
    let praised = Candidate { rating: Some(Rating { stars: 24, count: 5 }), ..somebody(1) };
    let unknown = Candidate { rating: Some(Rating { stars: 5, count: 1 }), ..somebody(2) };
    let ranked = rank(&wish(&[]), &[unknown, praised], at(NOW));
    assert_eq!(ranked[0].id.0.as_u128(), 1);
    assert!(ranked[0].reasons.contains(&Reason::Rated(48)));
    assert!(!ranked[1].reasons.iter().any(|r| matches!(r, Reason::Rated(_))));
}

#[test]
fn equals_take_turns_at_being_first_and_keep_their_order_for_one_person() {
    let people: Vec<_> = (1..=5).map(somebody).collect();
    let firsts: std::collections::BTreeSet<u128> = (0..200).map(|seed| order(&Wish { seed, ..wish(&[]) }, &people)[0]).collect();
    assert_eq!(firsts.len(), 5, "each of the equals is first for somebody");
    let mut reversed = people.clone();
    reversed.reverse();
    assert_eq!(order(&wish(&[]), &people), order(&wish(&[]), &reversed));
}

#[test]
fn parts_of_the_day_are_on_the_clock_of_who_asks() {
    let start = at("2026-12-14T09:00:00Z");
    let part = |zone: &str| TimeOfDay::ALL.into_iter().find(|p| p.holds(&Zone::parse(zone).unwrap(), start)).unwrap();
    assert_eq!(part("UTC"), TimeOfDay::Morning);
    assert_eq!(part("Europe/Moscow"), TimeOfDay::Afternoon);
    assert_eq!(part("Asia/Vladivostok"), TimeOfDay::Evening);
}
