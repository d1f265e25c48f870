//! The demo's companies, contracts, codes, and the employees who entered by them.

use domain::ids::PersonId;
use jiff::{Span, civil::Date};
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::{Maker, catalogue::Category};
use crate::kernel::{ctx::Kind, error::Result};

/// The codes by which a newcomer enters the demo's companies. They lead to demo data only.
pub const CODES: [&str; 3] = ["DEMO-SEVER-2026", "DEMO-PLOSHAD-26", "DEMO-BEREG-2026"];

/// The one of them whose company gives passes.
pub const CODE_FOR_PASS: &str = CODES[2];

/// A contract as the history's maker needs it.
#[derive(Debug, Clone)]
pub(super) struct Contract {
    pub id: Uuid,
    pub company: Uuid,
    pub starts_on: Date,
}

/// An employee with the contract that covers them.
#[derive(Debug, Clone)]
pub(super) struct Employee {
    pub id: PersonId,
    pub contract: Contract,
}

pub(super) async fn make(maker: &mut Maker<'_>, categories: &[Category]) -> Result<Vec<Contract>> {
    let mut made = Vec::new();
    for n in 0..maker.data.people.companies.len() {
        let (id, contract) = (maker.id(), maker.id());
        let starts_on = maker.today().saturating_sub(Span::new().days(150));
        let company = &maker.data.people.companies[n];
        let (name, sessions) = (company.name.clone(), company.sessions);
        sqlx::query("INSERT INTO companies (id, name, is_demo, created_at) VALUES ($1, $2, true, $3)")
            .bind(id)
            .bind(&name)
            .bind(maker.days_ago(160).to_sqlx())
            .execute(&mut *maker.tx)
            .await?;
        sqlx::query("INSERT INTO contracts (id, company_id, number, starts_on, ends_on, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(contract)
            .bind(id)
            .bind(format!("Д-{:03}", n + 1))
            .bind(starts_on.to_sqlx())
            .bind(starts_on.saturating_add(Span::new().days(729)).to_sqlx())
            .bind(maker.days_ago(155).to_sqlx())
            .execute(&mut *maker.tx)
            .await?;
        for category in categories {
            sqlx::query("INSERT INTO contract_coverage (contract_id, category_id, sessions_per_year) VALUES ($1, $2, $3)")
                .bind(contract)
                .bind(category.id)
                .bind(if category.index == 0 { sessions } else { sessions / 2 })
                .execute(&mut *maker.tx)
                .await?;
        }
        let code = CODES[n % CODES.len()];
        sqlx::query("INSERT INTO access_codes (id, company_id, label, code_hash, hint, max_uses, created_at) VALUES ($1, $2, 'Демо', $3, $4, 100000, $5)")
            .bind(maker.id())
            .bind(id)
            .bind(crate::organisations::entry::code_hash(maker.app, code))
            .bind(&code[code.len() - 4..])
            .bind(maker.days_ago(150).to_sqlx())
            .execute(&mut *maker.tx)
            .await?;
        sqlx::query("INSERT INTO company_domains (domain, company_id, created_at) VALUES ($1, $2, $3)")
            .bind(format!("company{}.demo.example", n + 1))
            .bind(id)
            .bind(maker.days_ago(150).to_sqlx())
            .execute(&mut *maker.tx)
            .await?;
        made.push(Contract { id: contract, company: id, starts_on });
    }
    Ok(made)
}

/// One company's newcomers enter with passes. Its employees were there before.
pub(super) async fn switch_passes_on(maker: &mut Maker<'_>, contracts: &[Contract]) -> Result<()> {
    let Some(contract) = contracts.get(2) else { return Ok(()) };
    // The key is made by the first round of upkeep, at once.
    sqlx::query("INSERT INTO company_passes (company_id, is_on, months, changed_at) VALUES ($1, true, 3, $2)")
        .bind(contract.company)
        .bind(maker.days_ago(0).to_sqlx())
        .execute(&mut *maker.tx)
        .await?;
    Ok(())
}

/// One of HR for each company.
pub(super) async fn make_hr(maker: &mut Maker<'_>, contracts: &[Contract]) -> Result<()> {
    for (n, contract) in contracts.iter().enumerate() {
        let name = format!("Кадры: {}", maker.data.people.companies[n].name);
        let hr = maker.person(Kind::Hr, &name, "Europe/Moscow", "ru").await?;
        sqlx::query("INSERT INTO hr_managers (person_id, company_id) VALUES ($1, $2)")
            .bind(hr.0)
            .bind(contract.company)
            .execute(&mut *maker.tx)
            .await?;
    }
    Ok(())
}

pub(super) async fn make_employees(maker: &mut Maker<'_>, contracts: &[Contract], count: usize) -> Result<Vec<Employee>> {
    let mut made = Vec::new();
    for n in 0..count {
        let people = &maker.data.people;
        let name = format!("{} {}", maker.pick(&people.nicknames), n + 1);
        let zone = maker.pick(&people.zones).clone();
        let contract = contracts[n % contracts.len()].clone();
        let id = maker.person(Kind::Employee, &name, &zone, if n % 10 == 3 { "kk" } else { "ru" }).await?;
        sqlx::query("INSERT INTO memberships (person_id, company_id, via, joined_on) VALUES ($1, $2, 'access_code', $3)")
            .bind(id.0)
            .bind(contract.company)
            .bind(maker.today().saturating_sub(Span::new().days(60)).to_sqlx())
            .execute(&mut *maker.tx)
            .await?;
        consent(maker, id).await?;
        made.push(Employee { id, contract });
    }
    Ok(made)
}

/// The demo's employees have long agreed; newcomers are asked.
async fn consent(maker: &mut Maker<'_>, person: PersonId) -> Result<()> {
    let app = maker.app;
    for document in &app.packs.region.consents {
        sqlx::query(
            "INSERT INTO consents (id, person_id, purpose, version, language, text_hash, given_at) VALUES ($1, $2, $3, $4, 'ru', $5, $6)",
        )
        .bind(maker.id())
        .bind(person.0)
        .bind(&document.purpose)
        .bind(&document.version)
        .bind(crate::compliance::text_hash(document, domain::text::Locale::Ru))
        .bind(maker.days_ago(60).to_sqlx())
        .execute(&mut *maker.tx)
        .await?;
    }
    Ok(())
}
