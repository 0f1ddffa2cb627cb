//! The database around the store: statements as another program would run them.

use std::path::PathBuf;

use mysql_async::prelude::Queryable;

/// A connection of another program.
pub(crate) enum Raw {
    Sqlite(PathBuf),
    Postgres(tokio_postgres::Client),
    Mysql(Box<mysql_async::Conn>),
}

impl Raw {
    /// By the URL of the store.
    pub(crate) async fn connect(url: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Self::Sqlite(path.into());
        }
        if url.starts_with("mysql:") {
            let options = mysql_async::Opts::from_url(url).unwrap();
            let mut connection = mysql_async::Conn::new(options).await.unwrap();
            connection.query_drop("SET time_zone = '+00:00'").await.unwrap();
            return Self::Mysql(Box::new(connection));
        }
        let (server, schema) = url.split_once("?search_path=").unwrap();
        let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("SET search_path TO {schema}")).await.unwrap();
        Self::Postgres(client)
    }

    /// Whether every writer waits for every other.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    pub(crate) fn is_mysql(&self) -> bool {
        matches!(self, Self::Mysql(_))
    }

    pub(crate) async fn run(&mut self, statement: &str) {
        match self {
            Self::Sqlite(_) => {
                self.sqlite().execute_batch(statement).unwrap();
            }
            Self::Postgres(client) => client.batch_execute(statement).await.unwrap(),
            Self::Mysql(connection) => connection.query_drop(statement).await.unwrap(),
        }
    }

    /// Rows as texts.
    pub(crate) async fn rows(&mut self, statement: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Self::Sqlite(_) => {
                let connection = self.sqlite();
                let mut statement = connection.prepare(statement).unwrap();
                let n_columns = statement.column_count();
                let text = |value: rusqlite::types::ValueRef<'_>| match value {
                    rusqlite::types::ValueRef::Null => None,
                    rusqlite::types::ValueRef::Integer(number) => Some(number.to_string()),
                    other => Some(String::from_utf8_lossy(other.as_bytes().unwrap()).into_owned()),
                };
                let rows = statement.query_map([], |row| {
                    (0..n_columns).map(|place| Ok(text(row.get_ref(place)?))).collect::<rusqlite::Result<Vec<_>>>()
                });
                rows.unwrap().map(Result::unwrap).collect()
            }
            Self::Postgres(client) => {
                let messages = client.simple_query(statement).await.unwrap();
                let rows = messages.iter().filter_map(|message| match message {
                    tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
                    _ => None,
                });
                rows.map(|row| (0..row.len()).map(|place| row.get(place).map(str::to_owned)).collect()).collect()
            }
            Self::Mysql(connection) => {
                let rows: Vec<mysql_async::Row> = connection.query(statement).await.unwrap();
                let text = |value| match value {
                    mysql_async::Value::NULL => None,
                    mysql_async::Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
                    other => Some(other.as_sql(true)),
                };
                rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect()
            }
        }
    }

    /// The only value.
    pub(crate) async fn value(&mut self, statement: &str) -> Option<String> {
        let rows = self.rows(statement).await;
        assert_eq!((rows.len(), rows[0].len()), (1, 1), "{statement}: {rows:?}");
        rows[0][0].clone()
    }

    fn sqlite(&self) -> rusqlite::Connection {
        let Self::Sqlite(path) = self else { panic!("another database") };
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
        connection
    }
}
