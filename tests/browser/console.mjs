// The console to look at: the program `showcase`, whose addresses, users and jobs it tells itself.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PROGRAM = process.env.EGRET_SHOWCASE;

/** Starts it. `close` ends it. */
export async function startConsole() {
  if (!PROGRAM) throw new Error("EGRET_SHOWCASE does not name the program `showcase`; run scripts/browser");
  const child = spawn(PROGRAM, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the showcase ended early; what it said is above");
    return JSON.parse(value);
  };
  const told = await answer();
  return {
    ...told,
    order: async (word) => {
      child.stdin.write(`${word}\n`);
      await answer();
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
