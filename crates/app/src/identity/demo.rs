//! The demo's people, and signing in as one of them by one click. Elsewhere these use cases do not exist.

use domain::ids::PersonId;
use uuid::Uuid;

use super::{
    keycloak, sessions,
    sign_in::{Proof, SignedIn, complete},
};
use crate::kernel::{
    app::App,
    ctx::{Kind, Principal},
    error::{Error, Result},
};

/// A person one may try the demo as.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DemoPerson {
    pub id: Uuid,
    pub kind: String,
    pub display_name: String,
    /// Staff: their capabilities. Others: none.
    pub capabilities: Vec<String>,
    /// An employee's, or the one whose HR the person is.
    pub company: Option<String>,
    /// A specialist's categories, by language.
    pub categories: Vec<serde_json::Value>,
}

/// How many people of a kind are offered.
const OFFERED_MAX: i64 = 12;

/// The people to choose from: all roles of the staff, some specialists and employees.
pub async fn people(app: &App) -> Result<Vec<DemoPerson>> {
    only_in_demo(app)?;
    let mut tx = app.db.begin_system().await?;
    let rows = sqlx::query_as(
        "SELECT id, kind, display_name, capabilities, company, categories
         FROM (SELECT p.id, p.kind, p.display_name,
                      ARRAY(SELECT c.capability FROM staff_capabilities c WHERE c.person_id = p.id ORDER BY 1) AS capabilities,
                      (SELECT co.name FROM companies co WHERE co.id = coalesce((SELECT m.company_id FROM memberships m WHERE m.person_id = p.id),
                                                                               (SELECT h.company_id FROM hr_managers h WHERE h.person_id = p.id))) AS company,
                      ARRAY(SELECT cat.name FROM specialist_categories sc JOIN categories cat ON cat.id = sc.category_id
                            WHERE sc.specialist_id = p.id ORDER BY cat.position) AS categories,
                      row_number() OVER (PARTITION BY p.kind ORDER BY p.id) AS place
               FROM people p WHERE p.is_demo AND p.deactivated_at IS NULL) offered
         WHERE place <= $1 ORDER BY kind, place",
    )
    .bind(OFFERED_MAX)
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows)
}

/// Signs in as one of the demo's people.
pub async fn sign_in(app: &App, person: Uuid, user_agent: &str) -> Result<SignedIn> {
    only_in_demo(app)?;
    if app.keycloak.is_some() {
        return Err(Error::conflict("sign_in_at_keycloak"));
    }
    let mut tx = app.db.begin_system().await?;
    let row: Option<(String,)> = sqlx::query_as("SELECT kind FROM people WHERE id = $1 AND is_demo AND deactivated_at IS NULL")
        .bind(person)
        .fetch_optional(&mut *tx)
        .await?;
    let kind = row.and_then(|(kind,)| Kind::parse(&kind)).ok_or_else(Error::not_found)?;
    let signed_in = complete(&mut tx, app, PersonId(person), kind, Proof::Demo, user_agent).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// What the demo's people are called at Keycloak: their names in Latin letters, with a number where two share one.
pub async fn keycloak_names(app: &App) -> Result<Vec<(DemoPerson, String)>> {
    let mut named: Vec<(DemoPerson, String)> = Vec::new();
    for person in people(app).await? {
        let base = slug::slugify(&person.display_name);
        let namesakes = named.iter().filter(|(other, _)| slug::slugify(&other.display_name) == base).count();
        let name = if namesakes == 0 { base } else { format!("{base}-{}", namesakes + 1) };
        named.push((person, name));
    }
    Ok(named)
}

/// What one of them is called there.
pub async fn keycloak_name(app: &App, person: Uuid) -> Result<String> {
    let named = keycloak_names(app).await?;
    named.into_iter().find(|(one, _)| one.id == person).map(|(_, name)| name).ok_or_else(Error::not_found)
}

/// Signs somebody else out, here and there: Keycloak would take them for the one who is chosen, and have them set up what that one needs.
pub async fn make_way(app: &App, principal: Option<&Principal>, person: Uuid) -> Result<()> {
    only_in_demo(app)?;
    match principal {
        Some(other) if other.person.0 != person => sessions::sign_out(app, other).await,
        _ => Ok(()),
    }
}

/// Ties the demo's people to the accounts which the demo's realm is imported with: there they have the same ids.
pub async fn bind_to_keycloak(app: &App) -> Result<()> {
    only_in_demo(app)?;
    let mut tx = app.db.begin_system().await?;
    for person in people(app).await? {
        let kind = Kind::parse(&person.kind).ok_or_else(Error::not_found)?;
        keycloak::bind_demo(&mut tx, app, PersonId(person.id), kind).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn only_in_demo(app: &App) -> Result<()> {
    if app.config.is_demo { Ok(()) } else { Err(Error::not_found()) }
}
