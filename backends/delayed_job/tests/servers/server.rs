//! Database servers of a test's own.

use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use tempfile::TempDir;

/// How long a server may take to begin on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// PostgreSQL.
pub(crate) struct Postgres {
    process: Process,
}

impl Postgres {
    /// Starts a server that speaks TLS to whoever wants it. `None` where none is installed.
    pub(crate) async fn start_with_tls((certificate, key): &(PathBuf, PathBuf)) -> Option<Self> {
        let programs = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut programs: Vec<PathBuf> = programs.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
        programs.sort();
        let programs = programs.pop()?;
        let folder = tempfile::tempdir().expect("a test can make a folder");
        let data = folder.path().join("data");
        let mut init = Command::new(programs.join("initdb"));
        init.args(["--username=egret", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--pgdata"]);
        run(init.arg(&data));
        let mut command = Command::new(programs.join("postgres"));
        command.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-c", "ssl=on", "-c", "fsync=off"]);
        command.arg("-k").arg(folder.path());
        for (name, file) in [("ssl_cert_file", certificate), ("ssl_key_file", key)] {
            command.arg("-c").arg(format!("{name}={}", file.display()));
        }
        // openssl makes keys for their owner's eyes only, as the server wants them.
        let server = Self { process: Process::start(command, folder) };
        // It listens before it lets anybody in.
        let began = Instant::now();
        while server.try_connect().await.is_err() {
            assert!(began.elapsed() < PATIENCE, "postgres lets nobody in");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(server)
    }

    pub(crate) fn port(&self) -> u16 {
        self.process.port
    }

    /// How many connections of others are encrypted.
    pub(crate) async fn n_encrypted(&self) -> i64 {
        let client = self.try_connect().await.expect("the server answers");
        let count = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name = 'egret'";
        client.query_one(count, &[]).await.expect("a count").get(0)
    }

    async fn try_connect(&self) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
        let url = format!("postgres://egret@127.0.0.1:{}/postgres", self.port());
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

/// MariaDB, with the user `egret` and a database `app`.
pub(crate) struct Mariadb {
    process: Process,
    folder: PathBuf,
}

impl Mariadb {
    /// Starts a server with further arguments. `None` where none is installed.
    pub(crate) async fn start(arguments: &[String]) -> Option<Self> {
        let program = ["/usr/sbin/mariadbd", "/usr/bin/mariadbd"].into_iter().find(|path| Path::new(path).exists())?;
        let folder = tempfile::tempdir().expect("a test can make a folder");
        let data = folder.path().join("data");
        let mut install = Command::new("mariadb-install-db");
        install.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        // Servers that begin together would take each other's temporary tables for their own.
        run(install.args(["--auth-root-authentication-method=normal", "--skip-test-db"]).env("TMPDIR", folder.path()));
        let init = folder.path().join("init.sql");
        let account = "CREATE USER 'egret'@'127.0.0.1'; GRANT ALL ON *.* TO 'egret'@'127.0.0.1';\nCREATE DATABASE app CHARACTER SET utf8mb4;\n";
        std::fs::write(&init, account.replace("; GRANT", ";\nGRANT")).expect("the folder takes a file");
        let mut command = Command::new(program);
        command.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        command.args(["--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"]);
        command.arg(format!("--socket={}", folder.path().join("sock").display()));
        command.arg(format!("--pid-file={}", folder.path().join("pid").display()));
        command.arg(format!("--init-file={}", init.display())).args(arguments).env("TMPDIR", folder.path());
        let server = Self { folder: data, process: Process::start(command, folder) };
        // It listens before it has read its first statements.
        let began = Instant::now();
        while server.try_connect().await.is_err() {
            assert!(began.elapsed() < PATIENCE, "mariadbd makes no account");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(server)
    }

    pub(crate) fn port(&self) -> u16 {
        self.process.port
    }

    pub(crate) async fn connect(&self) -> Conn {
        self.try_connect().await.expect("the server answers")
    }

    /// A file that the server has written.
    pub(crate) fn file(&self, name: &str) -> String {
        let bytes = std::fs::read(self.folder.join(name)).expect("the server has written it");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    async fn try_connect(&self) -> mysql_async::Result<Conn> {
        let url = format!("mysql://egret@127.0.0.1:{}/app?prefer_socket=false", self.port());
        let mut connection = Conn::new(mysql_async::Opts::from_url(&url).expect("a URL")).await?;
        connection.query_drop("SELECT 1").await?;
        Ok(connection)
    }
}

/// A process that ends with the value.
struct Process {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Process {
    /// Starts it on a port that nobody else has. If somebody was faster with the port it ends, and tries another.
    fn start(mut command: Command, folder: TempDir) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        loop {
            let port = spare_port();
            // Of one option that comes twice, servers take the last.
            let mut child = command.arg(format!("--port={port}")).spawn().expect("the server starts");
            if listens(&mut child, port, began) {
                return Self { child, port, _folder: folder };
            }
        }
    }
}

/// Waits until the server listens; false when it has ended.
fn listens(child: &mut Child, port: u16, began: Instant) -> bool {
    loop {
        let is_answered = std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        let has_ended = child.try_wait().expect("a child can be waited for").is_some();
        if is_answered || has_ended {
            return !has_ended;
        }
        assert!(began.elapsed() < PATIENCE, "the server does not listen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect("the program is installed");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A port that nobody listens on, and that the system gives to no connection meanwhile: Linux takes those from 32768.
fn spare_port() -> u16 {
    loop {
        let chance = RandomState::new().hash_one(std::process::id()) % 10_000;
        let port = 20_000 + u16::try_from(chance).expect("it is small");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
