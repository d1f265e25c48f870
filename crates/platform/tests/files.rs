//! The storage of files: in a real folder, and in a bucket that a small S3 service of this test keeps.

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::PermissionsExt,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use platform::{
    files::{Bucket, FileKey, Files, FilesError, FilesPlace, NotAKey},
    rng::Rng,
};
use proptest::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const SEALED: Bytes = Bytes::from_static(b"\x01sealed");

/// What every storage must do.
async fn check(files: &Files) {
    let rng = Rng::from_seed(1);
    let key = FileKey::random(&rng);
    assert_eq!(files.get(&key, 100).await.unwrap(), None);
    files.put(&key, SEALED).await.unwrap();
    files.put(&key, SEALED).await.unwrap();
    assert_eq!(files.get(&key, 100).await.unwrap(), Some(SEALED));
    assert_eq!(files.get(&key, SEALED.len()).await.unwrap(), Some(SEALED));
    assert!(matches!(files.get(&key, SEALED.len() - 1).await, Err(FilesError::TooLarge(_))));
    let other = FileKey::random(&rng);
    assert_eq!(files.get(&other, 100).await.unwrap(), None);
    files.delete(&key).await.unwrap();
    files.delete(&key).await.unwrap();
    assert_eq!(files.get(&key, 100).await.unwrap(), None);
    files.probe(&rng).await.unwrap();
}

#[tokio::test]
async fn a_folder_keeps_files_for_its_owner_only() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("deep/files");
    let files = Files::open(&FilesPlace::Folder(folder.clone())).unwrap();
    check(&files).await;
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let key = FileKey::random(&Rng::from_seed(2));
    files.put(&key, SEALED).await.unwrap();
    let again = Files::open(&FilesPlace::Folder(folder.clone())).unwrap();
    assert_eq!(again.get(&key, 100).await.unwrap(), Some(SEALED));
    let (first, rest) = key.as_str().split_at(2);
    assert!(folder.join(first).join(rest).is_file());
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let home = tempfile::tempdir().unwrap();
    let occupied = home.path().join("file");
    fs::write(&occupied, "").unwrap();
    let error = Files::open(&FilesPlace::Folder(occupied.join("files"))).unwrap_err();
    assert!(error.to_string().contains("file/files"), "{error}");
}

#[test]
fn a_key_has_one_form_and_nothing_else_is_one() {
    let key = FileKey::random(&Rng::from_system());
    assert_eq!(key.as_str().parse::<FileKey>().unwrap(), key);
    assert_eq!(key.to_string().len(), 32);
    assert_ne!(FileKey::random(&Rng::from_system()), key);
    let close = "0123456789abcdef0123456789abcdef";
    assert!(close.parse::<FileKey>().is_ok());
    for text in [
        "",
        "../../../../../../../../../../etc",
        "/etc/passwd",
        "..",
        &close.to_uppercase(),
        &close[1..],
        &format!("{close}0"),
        &format!("{}/", &close[1..]),
        &format!("{}\0", &close[1..]),
        &format!("{}é", &close[2..]),
    ] {
        assert_eq!(text.parse::<FileKey>(), Err(NotAKey), "{text:?}");
    }
}

proptest! {
    #[test]
    fn no_text_but_hexadecimal_digits_is_a_key(text in any::<String>()) {
        let fits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        prop_assert_eq!(text.parse::<FileKey>().is_ok(), fits);
    }
}

/// Enough of S3 to keep objects of one bucket: signed PUT, GET and DELETE, the bucket's name in the path.
async fn s3() -> (String, Arc<Mutex<HashMap<String, Vec<u8>>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let objects = Arc::new(Mutex::new(HashMap::new()));
    let kept = Arc::clone(&objects);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&kept)));
        }
    });
    (endpoint, objects)
}

async fn serve(mut stream: TcpStream, objects: Arc<Mutex<HashMap<String, Vec<u8>>>>) -> Option<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).ok()?;
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        let mut body = vec![0; header("content-length").map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).await.ok()?;
        let signed = header("authorization")
            .is_some_and(|value| value.starts_with("AWS4-HMAC-SHA256 Credential=id/") && value.contains("/kz-1/s3/"));
        let mut words = head.split(' ');
        let (method, path) = (words.next()?, words.next()?.to_owned());
        let (status, answer) = match (method, signed) {
            (_, false) => ("403 Forbidden", None),
            ("PUT", _) => {
                objects.lock().unwrap().insert(path, body);
                ("200 OK", None)
            }
            ("GET", _) => objects.lock().unwrap().get(&path).map_or(("404 Not Found", None), |object| ("200 OK", Some(object.clone()))),
            _ => {
                objects.lock().unwrap().remove(&path);
                ("204 No Content", None)
            }
        };
        let answer = answer.unwrap_or_default();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: \"1\"\r\nLast-Modified: Sun, 01 Mar 2026 00:00:00 GMT\r\n\r\n",
            answer.len()
        );
        stream.write_all(&[head.as_bytes(), &answer].concat()).await.ok()?;
    }
}

fn bucket(endpoint: String, id: &str) -> FilesPlace {
    FilesPlace::Bucket(Bucket {
        endpoint,
        region: "kz-1".to_owned(),
        name: "files".to_owned(),
        prefix: "ponimau/one".to_owned(),
        access_key_id: id.to_owned(),
        secret_access_key: "very-secret".to_owned(),
    })
}

#[tokio::test]
async fn a_bucket_keeps_files_under_its_prefix() {
    let (endpoint, objects) = s3().await;
    let files = Files::open(&bucket(endpoint, "id")).unwrap();
    check(&files).await;
    assert!(objects.lock().unwrap().is_empty(), "everything was deleted");
    let key = FileKey::random(&Rng::from_seed(3));
    files.put(&key, SEALED).await.unwrap();
    let (first, rest) = key.as_str().split_at(2);
    let stored = objects.lock().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(stored, [format!("/files/ponimau/one/{first}/{rest}")]);
}

#[tokio::test]
async fn a_bucket_that_does_not_let_us_in_is_reported_without_the_secret() {
    let (endpoint, _) = s3().await;
    let place = bucket(endpoint, "another");
    let error = Files::open(&place).unwrap().probe(&Rng::from_seed(4)).await.unwrap_err();
    assert!(matches!(error, FilesError::Storage(_)), "{error}");
    assert!(!format!("{place:?} {error:?}").contains("very-secret"));
}
