//! Sentinel: the primary dies, its replica takes over, and jobs go on.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use egret_core::{Applied, ClaimRequest, ErrorKind, Finish, NewJob, Origin, Selection, Timestamp};
use tempfile::TempDir;

use crate::support::server::{LOG, PrivateServer, on_spare_port};
use crate::support::store::{completed, eventually, info, job, open, try_open};

/// A Sentinel that watches one primary by itself.
struct Sentinel {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Sentinel {
    fn start(primary: &PrivateServer) -> Self {
        let folder = tempfile::tempdir().expect("a test can make a folder");
        let (file, log) = (folder.path().join("sentinel.conf"), folder.path().join(LOG));
        let spawn = |port| {
            let configuration = format!(
                "port {port}\nbind 127.0.0.1\ndir {}\nsentinel monitor main 127.0.0.1 {} 1\n\
                 sentinel down-after-milliseconds main 600000\nsentinel failover-timeout main 5000\n",
                folder.path().display(),
                primary.port()
            );
            std::fs::write(&file, configuration).expect("the folder takes a file");
            let mut command = Command::new("redis-server");
            let log = File::create(&log).expect("the folder takes a file");
            command.arg(&file).arg("--sentinel").stdout(log).stderr(Stdio::null()).spawn().ok()
        };
        let started = on_spare_port(spawn, &log, "Sentinel ID is");
        let (child, port) = started.expect("redis-server is installed: the primary runs");
        Self { child, port, _folder: folder }
    }

    /// From now on it takes a primary for dead that has not answered for half a second.
    fn grow_impatient(&self) {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}", self.port)).expect("a URL of a server");
        let mut connection = client.get_connection().expect("the Sentinel answers");
        let mut command = redis::cmd("SENTINEL");
        command.arg("SET").arg("main").arg("down-after-milliseconds").arg(500);
        command.exec(&mut connection).expect("the Sentinel does as it is told");
    }

    /// What it knows of the primary.
    fn says(&self, what: &str) -> Option<String> {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}", self.port)).ok()?;
        let mut connection = client.get_connection().ok()?;
        let mut command = redis::cmd("SENTINEL");
        let fields: Vec<String> = command.arg("master").arg("main").query(&mut connection).ok()?;
        fields.chunks(2).find(|pair| pair[0] == what).map(|pair| pair[1].clone())
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn jobs_go_on_when_a_replica_takes_over() {
    let Some(mut primary) = PrivateServer::start(&[]) else { return };
    let port = primary.port().to_string();
    let replica = PrivateServer::start(&["--replicaof", "127.0.0.1", &port]).expect("redis-server is there");
    let sentinel = Sentinel::start(&primary);
    eventually("the Sentinel knows the replica", async || {
        (sentinel.says("num-slaves").as_deref() == Some("1")).then_some(())
    })
    .await;
    // The first place is one at which nobody is.
    let url = format!("redis-sentinel://127.0.0.1:1,127.0.0.1:{}/main/0", sentinel.port);
    let store = open(&url, |_| {}).await;
    let service = store.register(info(&["default"])).await.unwrap();
    let enqueue = async || {
        let jobs = vec![NewJob::new(job("ReportJob"), Origin::Application)];
        store.enqueue(egret_core::EnqueueRequest { jobs, start: None }).await
    };
    for _ in 0..3 {
        enqueue().await.unwrap();
    }
    let selection = std::sync::Arc::new(Selection::strict(["default"]));
    let request = |limit| ClaimRequest { service, selection: selection.clone(), limit, max_interrupted: limit };
    let claim = async |limit| store.claim(request(limit)).await;
    let held = claim(1).await.unwrap().remove(0);
    let mut redis = redis::Client::open(format!("redis://{}", replica.address())).unwrap().get_connection().unwrap();
    eventually("the replica has what was written", async || {
        let waiting: u64 = redis::cmd("LLEN").arg("queue:default").query(&mut redis).unwrap();
        (waiting == 2).then_some(())
    })
    .await;
    primary.stop();
    let error = enqueue().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "nothing is acknowledged meanwhile: {error:?}");
    sentinel.grow_impatient();
    eventually("the replica is written to", async || enqueue().await.ok()).await;
    eventually("the Sentinel names the replica", async || {
        sentinel.says("port").filter(|port| *port == replica.port().to_string())
    })
    .await;
    // A claim from before is held after it as well, and ends there.
    let now = Timestamp::now();
    let finish = Finish::new(held.token, completed(), Some(now), now);
    assert_eq!(store.finish(vec![finish]).await.unwrap(), [Applied::Done]);
    assert_eq!(claim(10).await.unwrap().len(), 3, "two of before and the one of after");
    assert!(!store.beat(service, egret_core::Beat::default()).await.unwrap().unknown, "the service is known there");
    store.wait_to_claim(request(10), Duration::from_millis(1)).await.unwrap();
}

#[tokio::test]
async fn a_sentinel_that_knows_no_such_primary_is_said() {
    let Some(primary) = PrivateServer::start(&[]) else { return };
    let sentinel = Sentinel::start(&primary);
    eventually("the Sentinel answers", async || sentinel.says("port")).await;
    let error = try_open(&format!("redis-sentinel://127.0.0.1:{}/other/0", sentinel.port), |_| {}).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(format!("{error:?}").contains("`other`"), "{error:?}");
}
