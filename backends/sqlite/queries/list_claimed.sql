SELECT due_at, id, lane, claim, owner, flags FROM egret_jobs WHERE owner IS NOT NULL
