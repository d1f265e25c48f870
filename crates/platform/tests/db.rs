//! What a connection of the pool is like for whoever takes it next.

use std::{fs::Permissions, future::poll_fn, os::unix::fs::PermissionsExt as _, pin::pin, task::Poll};

use platform::{
    db::{Db, PoolSize},
    embedded_postgres::{EmbeddedConfig, EmbeddedPostgres},
};
use sqlx::{Connection as _, Executor as _, PgConnection};

const WAYS: u32 = 50;

/// Begins a transaction and goes away after it was woken so many times. Gives whether it had begun by then.
async fn begin_and_go(db: &Db, after: u32) -> bool {
    let mut begin = pin!(db.begin_system());
    let mut woken = 0;
    poll_fn(|cx| {
        let polled = begin.as_mut().poll(cx);
        woken += 1;
        match polled {
            Poll::Ready(begun) => Poll::Ready(begun.is_ok()),
            Poll::Pending if woken > after => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn whoever_leaves_while_a_transaction_begins_leaves_none_open() {
    let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o711)).tempdir().unwrap();
    let server = EmbeddedPostgres::start(EmbeddedConfig::for_tests(folder.path())).await.unwrap();
    let mut watch = PgConnection::connect(&server.superuser_url()).await.unwrap();
    watch.execute("CREATE ROLE ponimau_system").await.unwrap();
    let db = Db::connect(server.superuser_options(), PoolSize { max_connections: 1, ..PoolSize::default() });
    drop(db.begin_system().await.unwrap());
    // How often one is woken on the way depends on how busy the machine is: many ways, some of them left half way more than once.
    let mut left = 0;
    for _ in 0..WAYS {
        for after in 0.. {
            let begun = begin_and_go(&db, after).await;
            // Whoever comes next has the only connection: it was given back.
            let next = db.pool().acquire().await.unwrap();
            let open: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
                .fetch_one(&mut watch)
                .await
                .unwrap();
            assert_eq!(open, 0, "left after {after}");
            drop(next);
            if begun {
                break;
            }
            left += 1;
        }
    }
    assert!(left > WAYS, "left {left} times");
    db.close().await;
    server.stop().await.unwrap();
}
