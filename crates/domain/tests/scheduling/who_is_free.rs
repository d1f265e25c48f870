//! The index over many specialists. That each row equals the engine is among the properties.

use domain::scheduling::Alignment::FreeStartRounded;
use domain::scheduling::index::{Ask as IndexAsk, Row, SlotIndex};
use domain::scheduling::{Window, slots};
use domain::time::Timestamp;
use proptest::prelude::*;

use crate::ask::{Ask, ask, at};
use crate::random::any_ask;

fn row(ask: &Ask) -> Row {
    Row::build(&ask.specialist, &ask.rules, ask.window)
}

fn moscow(hours: &str) -> Ask {
    ask("Europe/Moscow").rule("daily", hours)
}

/// 1: mornings; 2: evenings; 3: nothing; 4: mornings in Almaty, two hours earlier.
fn four() -> SlotIndex<u32> {
    let mut index = SlotIndex::default();
    index.put(1, row(&moscow("09:00-11:00")));
    index.put(2, row(&moscow("20:00-22:00")));
    index.put(3, row(&ask("Europe/Moscow")));
    index.put(4, row(&ask("Asia/Almaty").rule("daily", "09:00-10:00")));
    index
}

fn monday(from: &str, to: &str) -> [Window; 1] {
    [Window::new(at(&format!("2026-12-14T{from}")), at(&format!("2026-12-14T{to}"))).unwrap()]
}

const NOW: &str = "2026-12-01T00:00";

#[test]
fn the_soonest_come_first_and_ties_by_key() {
    let mut index = four();
    index.put(0, row(&moscow("09:00-10:00")));
    let within = monday("00:00", "23:00");
    let now = IndexAsk { within: &within, now: at(NOW) };
    let soonest = |count| index.soonest(|_| true, now, count);
    let expected = [(4, "04:00"), (0, "06:00"), (1, "06:00"), (2, "17:00")].map(|(key, time)| (at(&format!("2026-12-14T{time}")), key));
    assert_eq!(soonest(9), expected);
    assert_eq!(soonest(2), expected[..2]);
    assert_eq!(soonest(0), []);
    assert_eq!(index.soonest(|key| *key != 4, now, 1), expected[1..2]);
}

#[test]
fn who_is_free_at_all() {
    let index = four();
    let free = |from, to| {
        let within = monday(from, to);
        let mut free: Vec<_> = index.free(|_| true, IndexAsk { within: &within, now: at(NOW) }).map(|(key, _)| key).collect();
        free.sort_unstable();
        free
    };
    assert_eq!(free("00:00", "23:00"), [1, 2, 4]);
    assert_eq!(free("06:00", "17:00"), [1]);
    assert!(free("08:00", "09:00").is_empty());
}

#[test]
fn the_next_starts_of_one() {
    let index = four();
    let within = monday("05:00", "23:00");
    let next = |key, now, count| index.next_starts(&key, IndexAsk { within: &within, now: at(now) }, count);
    assert_eq!(next(1, NOW, 1), ["2026-12-14T06:00"].map(at));
    assert_eq!(next(1, NOW, 9), ["2026-12-14T06:00", "2026-12-14T07:00"].map(at));
    assert_eq!(next(1, "2026-12-14T06:00:01", 9), ["2026-12-14T07:00"].map(at), "time passes without a rebuild");
    assert_eq!(next(99, NOW, 9), []);
}

#[test]
fn several_windows_are_evenings() {
    let index = four();
    let evenings = [monday("16:00", "20:00")[0], Window::new(at("2026-12-15T17:30"), at("2026-12-15T20:00")).unwrap()];
    let ask = IndexAsk { within: &evenings, now: at(NOW) };
    assert_eq!(index.next_starts(&2, ask, 9), ["2026-12-14T17:00", "2026-12-14T18:00", "2026-12-15T18:00"].map(at));
    assert_eq!(index.next_starts(&1, ask, 9), []);
}

#[test]
fn notice_and_horizon_move_with_the_present() {
    let row = row(&moscow("09:00-10:00").notice(120).rolling(1));
    let within = [row.covers()];
    let starts = |now| row.starts(IndexAsk { within: &within, now: at(now) }).collect::<Vec<_>>();
    assert_eq!(starts("2026-12-14T04:00"), ["2026-12-14T06:00", "2026-12-15T06:00"].map(at));
    assert_eq!(starts("2026-12-14T04:01"), ["2026-12-15T06:00"].map(at));
    assert_eq!(starts("2026-12-14T21:00"), ["2026-12-15T06:00", "2026-12-16T06:00"].map(at));
}

#[test]
fn a_rounded_grid_moves_with_the_present() {
    let ask = moscow("09:00-12:00").aligned(FreeStartRounded).every(50).length(50);
    let row = row(&ask);
    let within = [row.covers()];
    let starts = |now: &str| row.starts(IndexAsk { within: &within, now: at(now) }).take(3).collect::<Vec<_>>();
    assert_eq!(starts("2026-12-14T06:00"), ["2026-12-14T06:00", "2026-12-14T06:50", "2026-12-14T07:40"].map(at));
    assert_eq!(starts("2026-12-14T06:01"), ["2026-12-14T06:10", "2026-12-14T07:00", "2026-12-14T07:50"].map(at));
    assert_eq!(starts("2026-12-14T08:05"), ["2026-12-14T08:10", "2026-12-15T06:00", "2026-12-15T06:50"].map(at));
}

#[test]
fn rows_are_replaced_and_forgotten() {
    let mut index = four();
    assert_eq!(index.rows().len(), 4);
    index.put(1, row(&moscow("12:00-13:00")));
    assert!(index.remove(&2) && !index.remove(&2));
    assert_eq!(index.rows().len(), 3);
    let within = monday("00:00", "23:00");
    let soonest = index.soonest(|_| true, IndexAsk { within: &within, now: at(NOW) }, 9);
    assert_eq!(soonest, [(at("2026-12-14T04:00"), 4), (at("2026-12-14T09:00"), 1)]);
    assert!(index.remove(&4) && index.remove(&1) && index.remove(&3));
    assert!(index.get(&4).is_none());
}

#[test]
fn what_the_row_does_not_cover_is_not_offered() {
    let row = row(&moscow("09:00-10:00"));
    let later = [Window::new(at("2026-12-20T00:00"), at("2026-12-23T00:00")).unwrap()];
    let starts: Vec<Timestamp> = row.starts(IndexAsk { within: &later, now: at(NOW) }).collect();
    assert_eq!(starts, ["2026-12-20T06:00"].map(at));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_index_finds_whom_the_engine_finds(asks in prop::collection::vec(any_ask(), 1..6), count in 0..7_usize) {
        let mut index = SlotIndex::default();
        for (key, ask) in asks.iter().enumerate() {
            index.put(key, row(ask));
        }
        let Ask { window, now, .. } = asks[0];
        let mut expected: Vec<_> = asks.iter().enumerate()
            .filter_map(|(key, ask)| {
                let covered = Window::new(
                    window.from().max(ask.window.from()),
                    window.to().min(ask.window.to()),
                ).ok()?;
                slots(&ask.specialist, &ask.rules, covered, now).first().map(|start| (*start, key))
            })
            .collect();
        expected.sort_unstable();
        expected.truncate(count);
        prop_assert_eq!(index.soonest(|_| true, IndexAsk { within: &[window], now }, count), expected);
    }
}
