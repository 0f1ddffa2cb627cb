//! Whether a server is one that can be used.

use egret_core::{Error, ErrorKind, Result, words};

use super::Driver;

/// The oldest version: `BLMOVE`, `ZRANGE … BYSCORE` and `RPOP` with a count came with it (redis.io, commands).
const OLDEST: (u32, u32) = (6, 2);

/// Refuses a server that is too old or a cluster, and warns of one that would throw jobs away when it is full.
pub(super) async fn check(driver: &Driver) -> Result<()> {
    let info: String = driver.ask("look at the server", &redis::cmd("INFO")).await?;
    let field =
        |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map_or("", str::trim);
    judge(field("redis_version"), field("cluster_enabled"))?;
    let policy = field("maxmemory_policy");
    if !policy.is_empty() && policy != "noeviction" {
        tracing::warn!(
            policy,
            "Redis throws keys away when it is full, jobs among them: set `maxmemory-policy noeviction`"
        );
    }
    Ok(())
}

fn judge(version: &str, cluster: &str) -> Result<()> {
    if cluster == "1" {
        let words = words!(
            "redis-part-of-cluster",
            "the server is part of a Redis Cluster, whose slots cannot hold the keys of this format together: use a single \
             server, or one behind Sentinel"
        );
        return Err(Error::new(ErrorKind::Refused, words));
    }
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < OLDEST {
        let words = words!(
            "redis-old",
            "Redis {version} is too old: at least {oldest} is needed",
            version = version,
            oldest = format!("{}.{}", OLDEST.0, OLDEST.1)
        );
        return Err(Error::new(ErrorKind::Refused, words));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_servers_and_clusters_are_refused() {
        for version in ["6.2.0", "7.0.15", "8.2.1", "10.0.0"] {
            assert!(judge(version, "0").is_ok(), "{version}");
        }
        for (version, cluster, cause) in [("6.0.16", "0", "too old"), ("", "0", "too old"), ("7.2.4", "1", "Cluster")] {
            let error = judge(version, cluster).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused);
            assert!(error.to_string().contains(cause), "{error}");
        }
    }
}
