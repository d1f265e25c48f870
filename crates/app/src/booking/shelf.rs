//! What is the same for everybody who looks: the people of a category, and their cards. However many look at once, it is read once in a moment, under
//! the rights of whoever asked first; so only what is public to all of them is kept. What is free and what belongs to the reader is never taken from here,
//! and whether somebody can be booked is decided when they are.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    booking::ranking::Candidate,
    ids::{CategoryId, PersonId},
};
use platform::db::Tx;
use tokio::time::Instant;

use super::sql::discovery::{self as sql, CardRow};
use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// How long the product keeps what was read: shorter than anybody notices.
pub const MOMENT: Duration = Duration::from_secs(1);

/// The shelf of this node.
#[derive(Debug, Default)]
pub struct Shelf {
    categories: Mutex<Kept<CategoryId, Category>>,
    cards: Mutex<Kept<PersonId, CardRow>>,
}

type Kept<K, V> = HashMap<K, (Instant, Arc<V>)>;

/// A published category and who can be booked in it.
#[derive(Debug)]
pub struct Category {
    /// Minutes, the usual length first.
    pub lengths_min: Vec<u16>,
    /// With nothing known of their times yet, nor of the reader.
    pub people: Vec<Candidate>,
}

fn get<K: Hash + Eq, V>(app: &App, kept: &Mutex<Kept<K, V>>, key: &K) -> Option<Arc<V>> {
    lock(kept).get(key).filter(|(read_at, _)| read_at.elapsed() < app.config.shared_for).map(|(_, value)| value.clone())
}

// Values are put whole, so what a panicking writer leaves behind is old at worst.
fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The published category with that id; 404 if there is none.
pub(super) async fn category(tx: &mut Tx, app: &App, id: CategoryId) -> Result<Arc<Category>> {
    if let Some(kept) = get(app, &app.shelf.categories, &id) {
        return Ok(kept);
    }
    let read_at = Instant::now();
    let lengths = sql::lengths_min(tx, id).await?.ok_or_else(Error::not_found)?;
    let category = Arc::new(Category {
        lengths_min: lengths.into_iter().filter_map(|minutes| u16::try_from(minutes).ok()).collect(),
        people: sql::candidates(tx, id).await?,
    });
    lock(&app.shelf.categories).insert(id, (read_at, category.clone()));
    Ok(category)
}

/// The cards of `specialists` who can be booked, by person.
pub(super) async fn cards(tx: &mut Tx, app: &App, specialists: &[PersonId]) -> Result<HashMap<PersonId, Arc<CardRow>>> {
    let mut found: HashMap<PersonId, Arc<CardRow>> =
        specialists.iter().filter_map(|id| Some((*id, get(app, &app.shelf.cards, id)?))).collect();
    let missing: Vec<PersonId> = specialists.iter().copied().filter(|id| !found.contains_key(id)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let read_at = Instant::now();
    let rows = sql::cards(tx, &missing).await?;
    // A card that is no longer public is seen by those who have met the person, and by nobody else.
    let public = rows.into_iter().filter(|row| row.status == "published").map(|row| (PersonId(row.id), Arc::new(row)));
    let mut kept = lock(&app.shelf.cards);
    for (id, card) in public {
        kept.insert(id, (read_at, card.clone()));
        found.insert(id, card);
    }
    Ok(found)
}
