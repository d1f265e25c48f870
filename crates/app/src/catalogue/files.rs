//! Uploads: looked at, sealed and stored; found again and opened. The bytes are stored before the row that names them commits; a job removes
//! what no row names.

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use platform::{
    crypto::{Place, sha256},
    db::Tx,
    files::FileKey,
    images::{Accepted, UploadError},
    jobs::{self, NewJob},
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::sql::FileRow;
use crate::kernel::{
    app::App,
    ctx::Caller,
    error::{Error, Kind, Result},
    upload::{Upload, too_large},
};

/// How long an upload's transaction may take at the very most; bytes that no row names by then are nobody's.
const UNNAMED: SignedDuration = SignedDuration::from_hours(1);
/// Sealing adds a version, a nonce and a tag.
const SEALED_EXTRA: usize = 64;
/// The largest file kept (`files.byte_count`).
const KEPT_MAX: usize = 20 << 20;
/// Decoding takes a core and four bytes of memory a pixel.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// Looks at an upload on a thread that may be blocked, a few at a time.
pub(super) async fn accept(
    upload: Upload,
    bytes_max: usize,
    look: impl FnOnce(&[u8], &str) -> Result<Accepted, UploadError> + Send + 'static,
) -> Result<Accepted> {
    let _turn = DECODERS.acquire().await.map_err(Error::internal)?;
    let looked = tokio::task::spawn_blocking(move || look(&upload.bytes, &upload.name)).await.map_err(Error::internal)?;
    looked.map_err(|error| match error {
        UploadError::TooLarge => too_large(bytes_max),
        UploadError::NotWhatItsNameSays => Error::unsupported("file_not_what_it_says"),
        UploadError::KindNotAccepted => Error::unsupported("file_kind_not_accepted"),
        UploadError::Undecodable => Error::new(Kind::Invalid, "file_damaged"),
        UploadError::TooSmall => Error::new(Kind::Invalid, "picture_too_small"),
        UploadError::TooManyPixels => Error::too_large("picture_too_many_pixels"),
    })
}

/// Bytes that are stored, and that no row names yet.
#[derive(Debug)]
pub(super) struct Stored {
    pub id: Uuid,
    key: FileKey,
    media_type: &'static str,
    byte_count: usize,
    sha256: Vec<u8>,
}

/// Seals and stores.
pub(super) async fn store(caller: &Caller, accepted: Accepted) -> Result<Stored> {
    let app = &caller.app;
    let key = FileKey::random(&app.rng);
    let mut tx = caller.begin().await?;
    ask_to_drop(&mut tx, app, key.as_str(), UNNAMED).await?;
    tx.commit().await?;
    put(app, key, accepted.media_type, &accepted.bytes).await
}

async fn put(app: &App, key: FileKey, media_type: &'static str, bytes: &[u8]) -> Result<Stored> {
    let id = app.new_id();
    let sealed = app.keys.seal(&app.rng, place(id), bytes);
    app.files.put(&key, sealed.into()).await.map_err(Error::internal)?;
    Ok(Stored { id, key, media_type, byte_count: bytes.len(), sha256: sha256(bytes) })
}

/// Keeps a document of the demo's for one of its specialists, in a system transaction. Gives the file's id.
pub async fn keep_demo_document(tx: &mut Tx, app: &App, owner: PersonId, media_type: &'static str, bytes: &[u8]) -> Result<Uuid> {
    let stored = put(app, FileKey::random(&app.rng), media_type, bytes).await?;
    insert(tx, &stored, owner, "document", app.now()).await?;
    Ok(stored.id)
}

/// Names stored bytes in the caller's transaction.
pub(super) async fn name(tx: &mut Tx, caller: &Caller, stored: &Stored, purpose: &str) -> Result<()> {
    insert(tx, stored, caller.me(), purpose, caller.now()).await
}

async fn insert(tx: &mut Tx, stored: &Stored, owner: PersonId, purpose: &str, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO files (id, owner_id, purpose, media_type, byte_count, storage_key, sha256, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(stored.id)
    .bind(owner.0)
    .bind(purpose)
    .bind(stored.media_type)
    .bind(i64::try_from(stored.byte_count).unwrap_or(i64::MAX))
    .bind(stored.key.as_str())
    .bind(&stored.sha256)
    .bind(at.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets a file of the caller's; its bytes go once that has committed.
pub(super) async fn forget(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<()> {
    let row: Option<(String,)> = sqlx::query_as("DELETE FROM files WHERE id = $1 AND owner_id = $2 RETURNING storage_key")
        .bind(id)
        .bind(caller.me().0)
        .fetch_optional(&mut **tx)
        .await?;
    match row {
        Some((key,)) => ask_to_drop(tx, &caller.app, &key, SignedDuration::ZERO).await,
        None => Ok(()),
    }
}

async fn ask_to_drop(tx: &mut Tx, app: &App, key: &str, after: SignedDuration) -> Result<()> {
    let job =
        NewJob { kind: "catalogue.drop_file", payload: serde_json::json!({ "key": key }), unique_key: None, run_at: app.now() + after };
    Ok(jobs::enqueue(tx, app.now(), job).await?)
}

/// Removes stored bytes unless a row names them.
pub(super) async fn drop_unnamed(app: &App, key: &str) -> anyhow::Result<()> {
    let mut tx = app.db.begin_system().await?;
    let (named,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT FROM files WHERE storage_key = $1)").bind(key).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    if !named {
        app.files.delete(&key.parse()?).await?;
    }
    Ok(())
}

/// The content of a kept file.
pub(super) async fn open(app: &App, row: &FileRow) -> Result<Vec<u8>> {
    let key: FileKey = row.storage_key.parse().map_err(Error::internal)?;
    let sealed = app.files.get(&key, KEPT_MAX + SEALED_EXTRA).await.map_err(Error::internal)?;
    let sealed = sealed.ok_or_else(|| Error::internal(anyhow::anyhow!("a stored file is gone")))?;
    Ok(app.keys.unseal(place(row.id), &sealed)?)
}

fn place(file: Uuid) -> Place<'static> {
    Place { table: "files", column: "content", row: file }
}

/// Whether everybody may see the photo.
pub(super) async fn is_public_photo(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let (public,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT FROM specialists WHERE photo_file_id = $1 AND status IN ('published', 'paused'))")
            .bind(id)
            .fetch_one(&mut **tx)
            .await?;
    Ok(public)
}

/// Where a photo is found.
pub(super) fn photo_url(id: Uuid) -> String {
    format!("/api/files/{id}")
}
