//! `ponimau openapi`.

/// Prints the API's description.
pub fn run() -> anyhow::Result<()> {
    println!("{}", app::router::openapi().to_pretty_json()?);
    Ok(())
}
