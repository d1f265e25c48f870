//! Random histories of bookings, moves, cancellations and passing time, played against a reference that knows no states, ledgers or ranges: it keeps
//! one plain record for each wish and answers every question by counting records. 10,000 histories a run; `SEED=… cargo test` replays one.

use std::{
    collections::{BTreeMap, hash_map::RandomState},
    hash::{BuildHasher as _, Hasher as _},
};

use domain::{
    booking::{
        Appointment, Buffers, By, CancelRule, HOLD, Held, QuotaStep, Visit, blocked,
        quota::{Balance, year_start},
    },
    time::{Zone, local_date},
};
use jiff::{SignedDuration, Timestamp, civil::Date};

const HISTORIES: u64 = 10_000;
const STEPS: u64 = 40;
const RULE: CancelRule = CancelRule { free_hours: 24 };

#[derive(Debug, Clone, Copy)]
enum Step {
    Hold { employee: u8, specialist: u8, visit: Visit, buffers: Buffers },
    Confirm(usize),
    Release(usize),
    Sweep,
    Cancel(usize, By),
    Move(usize, By, Timestamp),
    Complete(usize, bool),
    GiveBack(usize),
    Pass(SignedDuration),
    Cover(i32),
}

fn day0() -> Timestamp {
    "2026-12-14T06:00:00Z".parse().unwrap()
}

/// The contract's second year begins on the fourth day of the histories, so that moves cross it.
fn year_of(start: Timestamp) -> Date {
    year_start("2025-12-17".parse().unwrap(), local_date(&Zone::UTC, start)).unwrap()
}

// ---- the reference: counting records ----

#[derive(Debug, Clone)]
struct Record {
    employee: u8,
    specialist: u8,
    visit: Visit,
    year: Date,
    buffers: Buffers,
    state: &'static str,
    counted: bool,
    expires: Timestamp,
    free_until: Timestamp,
    booked_at: Timestamp,
}

#[derive(Debug, Default)]
struct Reference {
    records: Vec<Record>,
    cover: i32,
}

impl Reference {
    /// (held, used) of a person's year: how many records are so.
    fn counts(&self, employee: u8, year: Date) -> (i32, i32) {
        let mine = || self.records.iter().filter(|r| r.employee == employee && r.year == year);
        let count = |n: usize| i32::try_from(n).unwrap();
        (count(mine().filter(|r| matches!(r.state, "held" | "booked")).count()), count(mine().filter(|r| r.counted).count()))
    }

    fn has_left(&self, employee: u8, year: Date) -> bool {
        let (held, used) = self.counts(employee, year);
        held + used < self.cover
    }

    /// Free for both: with the larger of the two buffers between visits of the specialist, none between those of the employee.
    fn is_free(&self, me: usize, employee: u8, specialist: u8, visit: Visit, buffers: Buffers) -> bool {
        self.records.iter().enumerate().all(|(i, r)| {
            let apart = |gap: u32| {
                let gap = SignedDuration::from_mins(i64::from(gap));
                r.visit.end + gap <= visit.start || visit.end + gap <= r.visit.start
            };
            let gap = if r.visit.start < visit.start {
                r.buffers.after_min.max(buffers.before_min)
            } else {
                r.buffers.before_min.max(buffers.after_min)
            };
            i == me
                || !matches!(r.state, "held" | "booked")
                || ((r.specialist != specialist || apart(gap)) && (r.employee != employee || apart(0)))
        })
    }

    /// Does the step if it is allowed, and says so.
    fn step(&mut self, step: Step, now: Timestamp) -> bool {
        let state = |s: &Self, i: usize| s.records.get(i).map_or("", |r| r.state);
        match step {
            Step::Hold { employee, specialist, visit, buffers } => {
                let year = year_of(visit.start);
                let allowed = self.has_left(employee, year) && self.is_free(usize::MAX, employee, specialist, visit, buffers);
                if allowed {
                    let (expires, free_until) = (now + HOLD, now);
                    self.records.push(Record {
                        employee,
                        specialist,
                        visit,
                        year,
                        buffers,
                        state: "held",
                        counted: false,
                        expires,
                        free_until,
                        booked_at: now,
                    });
                }
                allowed
            }
            Step::Confirm(i) if state(self, i) == "held" && now < self.records[i].expires => {
                let r = &mut self.records[i];
                (r.state, r.booked_at) = ("booked", now);
                r.free_until =
                    (r.visit.start - SignedDuration::from_hours(24)).max((now + SignedDuration::from_mins(15)).min(r.visit.start));
                true
            }
            Step::Release(i) if state(self, i) == "held" => {
                self.records[i].state = "expired";
                true
            }
            Step::Sweep => {
                self.records.iter_mut().filter(|r| r.state == "held" && r.expires <= now).for_each(|r| r.state = "expired");
                true
            }
            Step::Cancel(i, by) if state(self, i) == "booked" && (now < self.records[i].visit.start || by == By::Operator) => {
                let r = &mut self.records[i];
                (r.state, r.counted) = ("canceled", by == By::Employee && now > r.free_until);
                true
            }
            Step::Move(i, by, start) if state(self, i) == "booked" && now < self.records[i].visit.start => {
                let r = self.records[i].clone();
                let visit = Visit::of(start, u32::try_from(r.visit.minutes()).unwrap());
                let year = year_of(start);
                let allowed = (by != By::Employee || now <= r.free_until)
                    && (year == r.year || self.has_left(r.employee, year))
                    && self.is_free(i, r.employee, r.specialist, visit, r.buffers);
                if allowed {
                    let by_rule = (start - SignedDuration::from_hours(24)).max((r.booked_at + SignedDuration::from_mins(15)).min(start));
                    self.records[i].free_until = if by == By::Employee { by_rule } else { start };
                    (self.records[i].visit, self.records[i].year) = (visit, year);
                }
                allowed
            }
            Step::Complete(i, counted) if state(self, i) == "booked" && now >= self.records[i].visit.start => {
                (self.records[i].state, self.records[i].counted) = ("completed", counted);
                true
            }
            Step::GiveBack(i) if matches!(state(self, i), "completed" | "canceled") && self.records[i].counted => {
                self.records[i].counted = false;
                true
            }
            Step::Pass(_) => true,
            Step::Cover(n) => {
                self.cover = n;
                true
            }
            _ => false,
        }
    }
}

// ---- the system: states, balances, and what the database's constraints do ----

#[derive(Debug)]
struct Row {
    employee: u8,
    specialist: u8,
    buffers: Buffers,
    blocked: Visit,
    state: Appointment,
}

#[derive(Debug, Default)]
struct System {
    rows: Vec<Row>,
    balances: BTreeMap<(u8, Date), Balance>,
    cover: i32,
}

impl System {
    fn ledger(&mut self, employee: u8, year: Date, step: QuotaStep) -> Option<()> {
        let balance = self.balances.entry((employee, year)).or_default();
        let mut next = *balance;
        if step == QuotaStep::Hold {
            next.granted += next.grant_to(self.cover);
        }
        *balance = next.after(step).ok()?;
        Some(())
    }

    /// The constraint on specialists' ranges and the one on employees' visits, after the engine's check.
    fn place(&self, me: usize, employee: u8, specialist: u8, visit: Visit, buffers: Buffers) -> Option<Visit> {
        let others = || self.rows.iter().enumerate().filter(|(i, r)| *i != me && r.state.is_active()).map(|(_, r)| r);
        let neighbours: Vec<_> = others().filter(|r| r.specialist == specialist).map(|r| (r.state.visit(), r.buffers)).collect();
        let widened = |v: Visit, b: Buffers| blocked(v, b, []);
        // The engine under the shared policy: each visit stays out of the other with its buffers.
        let is_offered = neighbours.iter().all(|(v, b)| !widened(*v, *b).overlaps(visit) && !widened(visit, buffers).overlaps(*v));
        let range = blocked(visit, buffers, neighbours);
        let refused = others().any(|r| {
            (r.specialist == specialist && r.blocked.overlaps(range)) || (r.employee == employee && r.state.visit().overlaps(visit))
        });
        if is_offered {
            let clash = others().any(|r| r.specialist == specialist && r.blocked.overlaps(range));
            assert!(!clash, "the constraint refuses what the engine offers");
        }
        (is_offered && !refused).then_some(range)
    }

    fn step(&mut self, step: Step, now: Timestamp) -> Option<()> {
        let at = |s: &Self, i: usize| s.rows.get(i).map(|r| (r.employee, r.specialist, r.buffers, r.state));
        match step {
            Step::Hold { employee, specialist, visit, buffers } => {
                let range = self.place(usize::MAX, employee, specialist, visit, buffers)?;
                self.ledger(employee, year_of(visit.start), QuotaStep::Hold)?;
                let state = Appointment::Held(Held::new(visit, now + HOLD, RULE));
                self.rows.push(Row { employee, specialist, buffers, blocked: range, state });
            }
            Step::Confirm(i) => match at(self, i)?.3 {
                Appointment::Held(held) => self.rows[i].state = Appointment::Booked(held.confirm(now).ok()?),
                _ => return None,
            },
            Step::Release(i) => match at(self, i)? {
                (employee, _, _, Appointment::Held(held)) => {
                    self.ledger(employee, year_of(held.visit.start), QuotaStep::Release)?;
                    self.rows[i].state = Appointment::Expired(held.release());
                }
                _ => return None,
            },
            Step::Sweep => {
                for i in 0..self.rows.len() {
                    if let Appointment::Held(held) = self.rows[i].state
                        && let Ok(expired) = held.expire(now)
                    {
                        self.ledger(self.rows[i].employee, year_of(held.visit.start), QuotaStep::Release)?;
                        self.rows[i].state = Appointment::Expired(expired);
                    }
                }
            }
            Step::Cancel(i, by) => match at(self, i)? {
                (employee, _, _, Appointment::Booked(booked)) => {
                    let canceled = booked.cancel(by, now).ok()?;
                    self.ledger(employee, year_of(canceled.visit.start), canceled.quota_step())?;
                    self.rows[i].state = Appointment::Canceled(canceled);
                }
                _ => return None,
            },
            Step::Move(i, by, start) => match at(self, i)? {
                (employee, specialist, buffers, Appointment::Booked(booked)) => {
                    let visit = Visit::of(start, u32::try_from(booked.visit.minutes()).ok()?);
                    let moved = booked.move_to(visit, by, now, RULE).ok()?;
                    let range = self.place(i, employee, specialist, visit, buffers)?;
                    let (old, new) = (year_of(booked.visit.start), year_of(start));
                    if old != new {
                        self.ledger(employee, new, QuotaStep::Hold)?;
                        self.ledger(employee, old, QuotaStep::Release)?;
                    }
                    (self.rows[i].state, self.rows[i].blocked) = (Appointment::Booked(moved), range);
                }
                _ => return None,
            },
            Step::Complete(i, counted) => match at(self, i)? {
                (employee, _, _, Appointment::Booked(booked)) => {
                    let completed = booked.complete(counted, now).ok()?;
                    self.ledger(employee, year_of(completed.visit.start), completed.quota_step())?;
                    self.rows[i].state = Appointment::Completed(completed);
                }
                _ => return None,
            },
            Step::GiveBack(i) => {
                let (employee, _, _, state) = at(self, i)?;
                self.rows[i].state = match state {
                    Appointment::Completed(c) => Appointment::Completed(c.give_back().ok()?),
                    Appointment::Canceled(c) => Appointment::Canceled(c.give_back().ok()?),
                    _ => return None,
                };
                self.ledger(employee, year_of(state.visit().start), QuotaStep::Refund)?;
            }
            Step::Pass(_) => {}
            Step::Cover(n) => self.cover = n,
        }
        Some(())
    }
}

// ---- playing ----

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    /// A start on a quarter of an hour within six days.
    fn start(&mut self) -> Timestamp {
        day0() + SignedDuration::from_mins(15 * i64::try_from(self.below(6 * 8)).unwrap() + 1440 * i64::try_from(self.below(6)).unwrap())
    }

    fn by(&mut self) -> By {
        [By::Employee, By::Employee, By::Specialist, By::Operator][usize::try_from(self.below(4)).unwrap()]
    }

    /// How long until something about a row is decided, or a minute more: mistakes live at the boundaries.
    fn wait(&mut self, row: Option<&Row>, now: Timestamp) -> SignedDuration {
        let moment = match row.map(|r| r.state) {
            Some(Appointment::Held(held)) => held.expires_at,
            Some(Appointment::Booked(booked)) if self.below(2) == 0 && booked.free_until > now => booked.free_until,
            Some(Appointment::Booked(booked)) => booked.visit.start,
            _ => now + SignedDuration::from_mins(4),
        };
        moment.duration_since(now).max(SignedDuration::ZERO) + SignedDuration::from_mins(i64::try_from(self.below(2)).unwrap())
    }

    fn step(&mut self, rows: &[Row], now: Timestamp) -> Step {
        let row = usize::try_from(self.below(rows.len() as u64 + 1)).unwrap();
        match self.below(20) {
            0..=6 => {
                let minutes = [30, 60, 90][usize::try_from(self.below(3)).unwrap()];
                let mut buffer = || [0, 10, 15][usize::try_from(self.below(3)).unwrap()];
                let buffers = Buffers { before_min: buffer(), after_min: buffer() };
                let (employee, specialist) = (u8::try_from(self.below(3)).unwrap(), u8::try_from(self.below(2)).unwrap());
                Step::Hold { employee, specialist, visit: Visit::of(self.start(), minutes), buffers }
            }
            7..=10 => Step::Confirm(row),
            11 => Step::Release(row),
            12 => Step::Sweep,
            13 => Step::Cancel(row, self.by()),
            14 | 15 => Step::Move(row, self.by(), self.start()),
            16 => Step::Complete(row, self.below(3) > 0),
            17 => Step::GiveBack(row),
            18 => Step::Cover(i32::try_from(self.below(6)).unwrap()),
            _ => Step::Pass(self.wait(rows.get(row), now)),
        }
    }
}

fn play(seed: u64) {
    let mut random = Random(seed);
    let (mut reference, mut system) = (Reference::default(), System::default());
    let mut now = day0();
    for n in 0..STEPS {
        let step = if n == 0 { Step::Cover(4) } else { random.step(&system.rows, now) };
        if let Step::Pass(by) = step {
            now += by;
        }
        let (allowed, done) = (reference.step(step, now), system.step(step, now).is_some());
        assert_eq!(done, allowed, "SEED={seed} step {n} {step:?} at {now}");
        for (record, row) in reference.records.iter().zip(&system.rows) {
            assert_eq!((record.state, record.visit), (row.state.status(), row.state.visit()), "SEED={seed} step {n} {step:?}");
            if let Appointment::Booked(booked) = row.state {
                assert_eq!(record.free_until, booked.free_until, "SEED={seed} step {n} {step:?}");
            }
        }
        assert_eq!(reference.records.len(), system.rows.len(), "SEED={seed}");
        for ((employee, year), balance) in &system.balances {
            let counted = reference.counts(*employee, *year);
            assert_eq!((balance.held, balance.used), counted, "SEED={seed} step {n} {step:?}: {employee} in {year}");
        }
    }
}

#[test]
fn every_history_agrees_with_the_reference() {
    let given = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    if let Some(seed) = given {
        return play(seed);
    }
    let first = RandomState::new().build_hasher().finish();
    println!("{HISTORIES} histories from SEED={first}");
    for n in 0..HISTORIES {
        play(first.wrapping_add(n));
    }
}
