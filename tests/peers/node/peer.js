// The other side of Resque: node-resque as a worker, as a scheduler, or as a companion that enqueues and looks.
//
// peer.js worker QUEUES | scheduler | companion
//
// The companion first says that it is there, then answers each line of JSON on its input with one on its output. REDIS_URL
// names the database. Its jobs are namesakes of those in src/jobs.rs, and tell what they did in the same keys.

const { createInterface } = require("node:readline");
const Redis = require("ioredis");
const { Queue, Scheduler, Worker } = require("node-resque");

const url = new URL(process.env.REDIS_URL);
const server = { host: url.hostname, port: Number(url.port || 6379), database: Number(url.pathname.slice(1) || 0) };
const connection = { pkg: "ioredis", ...server, namespace: "resque" };
const redis = new Redis({ host: server.host, port: server.port, db: server.database });
/** Between two looks. */
const timeout = 100;

const say = (line) => console.log(JSON.stringify(line));
const tell = (word, name, more) =>
  redis.rpush("peers:told", JSON.stringify({ side: "node", word, class: name, pid: process.pid, ...more }));
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const jobs = {
  Echo: { perform: (...words) => tell("done", "Echo", { arguments: words }) },
  FailTimes: {
    perform: async (times, mark) => {
      const run = await redis.hincrby("peers:runs", mark, 1);
      await tell(run <= times ? "failed" : "done", "FailTimes", { run });
      if (run <= times) throw new RangeError(`run ${run} of ${mark} fails: 鷺`);
    },
  },
  Hold: {
    perform: async (mark) => {
      await tell("begin", "Hold", { mark });
      while (!(await redis.exists("peers:gate"))) await pause(10);
      await tell("done", "Hold", { mark });
    },
  },
  Tally: {
    perform: async (number) => {
      await redis.multi().hincrby("peers:tally", number, 1).hincrby("peers:sides", "node", 1).exec();
    },
  },
};

async function work(queues) {
  const worker = new Worker({ connection, queues: queues === "*" ? "*" : queues.split(","), timeout }, jobs);
  worker.on("error", (error) => say({ error: String(error) }));
  await worker.connect();
  await worker.start();
  say({ ready: worker.name });
  process.on("SIGTERM", async () => {
    await worker.end();
    process.exit(0);
  });
}

async function schedule() {
  const scheduler = new Scheduler({ connection, timeout });
  scheduler.on("error", (error) => say({ error: String(error) }));
  await scheduler.connect();
  await scheduler.start();
  say({ ready: "scheduler" });
}

/** What can be asked. */
const orders = {
  enqueue: (queue, { queue: name, class: job, args }) => queue.enqueue(name, job, args),
  bulk: async (queue, { queue: name, class: job, args }) => {
    for (const each of args) await queue.enqueue(name, job, each);
    return args.length;
  },
  enqueueIn: (queue, { queue: name, class: job, args, milliseconds }) => queue.enqueueIn(milliseconds, name, job, args),
  stats: (queue) => queue.stats(),
  length: (queue, { queue: name }) => queue.length(name),
  workers: (queue) => queue.workers(),
  working: (queue) => queue.allWorkingOn(),
  failed: (queue) => queue.failed(0, -1),
  retry: async (queue) => {
    const [failed] = await queue.failed(0, 0);
    await queue.retryAndRemoveFailed(failed);
    return failed;
  },
};

async function accompany() {
  const queue = new Queue({ connection }, jobs);
  await queue.connect();
  say({ ready: "companion" });
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    try {
      say({ answer: (await orders[order.do](queue, order.with)) ?? null });
    } catch (error) {
      say({ error: String(error), at: error.stack });
    }
  }
  process.exit(0);
}

const [mode, queues] = process.argv.slice(2);
({ worker: () => work(queues), scheduler: schedule, companion: accompany })[mode]();
