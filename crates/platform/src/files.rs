//! Files of the deployment: in a local folder, or in a bucket of an S3 service.
//!
//! What is stored is already sealed by the caller; here it is bytes under a random key. A key is made here or read back
//! from the database, and has one form, so no path from outside ever reaches the storage.

use std::{fmt, fs, os::unix::fs::DirBuilderExt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use bytes::Bytes;
use object_store::{
    ClientOptions, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem, path::Path,
    prefix::PrefixStore,
};

use crate::rng::Rng;

const KEY_BYTES: usize = 16;
/// A storage that does not answer must not hold a request for minutes.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
const RETRIES_MAX: usize = 3;

/// Name of a stored file: 32 lower-case hexadecimal digits, random.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileKey(String);

impl FileKey {
    /// A new key. 128 random bits never meet another's.
    pub fn random(rng: &Rng) -> Self {
        Self(hex::encode(rng.bytes::<KEY_BYTES>()))
    }

    /// As it is kept in the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two levels, so that no folder grows beyond what file systems list quickly.
    fn path(&self) -> Path {
        let (folder, name) = self.0.split_at(2);
        Path::from_iter([folder, name])
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a [`FileKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the key of a file")]
pub struct NotAKey;

impl FromStr for FileKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits && text.len() == 2 * KEY_BYTES { Ok(Self(text.to_owned())) } else { Err(NotAKey) }
    }
}

/// Where files are kept.
#[derive(Debug, Clone)]
pub enum FilesPlace {
    /// A folder of this machine, created if need be. All nodes of a deployment must see the same one.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Bucket),
}

/// A bucket of an S3 service and how to enter it.
#[derive(Clone)]
pub struct Bucket {
    /// Address of the service: `https://storage.example.org`. The bucket's name is put into the path.
    pub endpoint: String,
    /// Region as the service calls it.
    pub region: String,
    /// Name of the bucket.
    pub name: String,
    /// Folder within the bucket; may be empty.
    pub prefix: String,
    /// Id of the access key.
    pub access_key_id: String,
    /// The access key's secret.
    pub secret_access_key: String,
}

/// Without the secret.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("endpoint", &self.endpoint).field("name", &self.name).finish_non_exhaustive()
    }
}

/// A failure of the storage.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The folder cannot be used.
    #[error("cannot use the folder for files {path}: {source}", path = path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The storage refused, failed or did not answer.
    #[error("the storage of files failed: {0}")]
    Storage(#[from] object_store::Error),
    /// The stored file is longer than the caller wants to take.
    #[error("the stored file is longer than {0} bytes")]
    TooLarge(usize),
    /// What was just written did not come back the same.
    #[error("the storage of files gives back something else than was written")]
    Unreliable,
}

/// The deployment's files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// Opens the storage. A bucket is not asked yet: see [`Files::probe`].
    ///
    /// # Errors
    /// If the folder cannot be created or entered, or the bucket's settings are wrong.
    pub fn open(place: &FilesPlace) -> Result<Self, FilesError> {
        match place {
            FilesPlace::Folder(path) => {
                let created = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
                created.map_err(|source| FilesError::Folder { path: path.clone(), source })?;
                // A row that names a file is committed after the file: then the file has to survive a power cut too.
                let store = LocalFileSystem::new_with_prefix(path)?.with_automatic_cleanup(false).with_fsync(true);
                Ok(Self(Arc::new(store)))
            }
            FilesPlace::Bucket(bucket) => {
                // Given keys only: without, the library would ask the cloud's metadata service for some.
                let store = AmazonS3Builder::new()
                    .with_endpoint(&bucket.endpoint)
                    .with_region(&bucket.region)
                    .with_bucket_name(&bucket.name)
                    .with_access_key_id(&bucket.access_key_id)
                    .with_secret_access_key(&bucket.secret_access_key)
                    // One at a time is all we delete, and some services answer only that.
                    .with_disable_bulk_delete(true)
                    .with_client_options(
                        ClientOptions::new()
                            .with_timeout(REQUEST_LIMIT)
                            // A storage beside the server, in the same closed network, may do without TLS.
                            .with_allow_http(bucket.endpoint.starts_with("http://")),
                    )
                    .with_retry(RetryConfig { max_retries: RETRIES_MAX, retry_timeout: REQUEST_LIMIT, ..RetryConfig::default() })
                    .build()?;
                Ok(Self(Arc::new(PrefixStore::new(store, bucket.prefix.as_str()))))
            }
        }
    }

    /// Stores the (sealed) bytes. Doing it again with the same bytes is harmless, so a retry is.
    ///
    /// # Errors
    /// [`FilesError::Storage`].
    pub async fn put(&self, key: &FileKey, sealed: Bytes) -> Result<(), FilesError> {
        self.0.put(&key.path(), PutPayload::from_bytes(sealed)).await?;
        Ok(())
    }

    /// The bytes stored under the key, or `None` if there are none. `bytes_max` bounds the memory taken.
    ///
    /// # Errors
    /// [`FilesError::Storage`], [`FilesError::TooLarge`].
    pub async fn get(&self, key: &FileKey, bytes_max: usize) -> Result<Option<Bytes>, FilesError> {
        let found = match self.0.get(&key.path()).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            found => found?,
        };
        if found.meta.size > bytes_max as u64 {
            return Err(FilesError::TooLarge(bytes_max));
        }
        Ok(Some(found.bytes().await?))
    }

    /// Removes what is stored under the key. It is no error if there is nothing: then it has been done before.
    ///
    /// # Errors
    /// [`FilesError::Storage`].
    pub async fn delete(&self, key: &FileKey) -> Result<(), FilesError> {
        match self.0.delete(&key.path()).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Writes, reads and removes a small file: whether the storage really works, for the check of a deployment.
    ///
    /// # Errors
    /// Whichever step fails.
    pub async fn probe(&self, rng: &Rng) -> Result<(), FilesError> {
        let key = FileKey::random(rng);
        let written = Bytes::copy_from_slice(&rng.bytes::<KEY_BYTES>());
        self.put(&key, written.clone()).await?;
        let read = self.get(&key, written.len()).await;
        self.delete(&key).await?;
        if read?.as_ref() == Some(&written) { Ok(()) } else { Err(FilesError::Unreliable) }
    }
}
