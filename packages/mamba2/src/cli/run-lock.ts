// One run a folder: a file says which process writes to it. What a killed process left is told from a running one, and taken over.
import { linkSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "@x/tensor/core";
import { isRunning, startOf } from "../node/processes.ts";
import type { Io } from "./command.ts";

const LOCK_FILE = "training.lock";
const OWN = /^training\.lock\.(\d+)\.partial$/;

/** Holds a folder for this process until it is disposed of. @throws ConfigError when another process holds it */
export function lockRun(folder: string, io: Io): Disposable {
  const path = join(folder, LOCK_FILE);
  const own = `${path}.${process.pid}.partial`;
  const made = mkdirSync(folder, { recursive: true });
  writeFileSync(own, JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) }));
  try {
    while (!linked(own, path)) {
      const holder = holderOf(path);
      if (holder === undefined) continue; // it ended meanwhile
      if (holder.running)
        throw new ConfigError(
          `train: "${folder}" must not be written by two runs; process ${holder.pid} on ${holder.host} writes to it. Give another --out, or delete ${path} when that run has ended.`,
          { field: "out", got: folder },
        );
      io.note(`train: ${path} was left by process ${holder.pid}, which has ended; taking it over`);
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
  removeAbandonedLocks(folder);
  const release = (): void => {
    rmSync(path, { force: true });
    if (made !== undefined) removeEmpty(resolve(folder), resolve(made));
  };
  process.once("exit", release); // the second Ctrl-C ends the process at once
  return {
    [Symbol.dispose]: () => {
      process.off("exit", release);
      release();
    },
  };
}

/** Removes what processes left that were killed before their lock had its name. */
function removeAbandonedLocks(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = OWN.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** Takes away a folder and those above it, up to `top`, as long as nothing is in them: a run that saved nothing leaves nothing. */
function removeEmpty(folder: string, top: string): void {
  for (let at = folder; at.startsWith(top); at = dirname(at)) {
    if (readdirSync(at).length > 0) return;
    rmdirSync(at);
  }
}

/** Gives a whole file a second name, unless there is one of that name: of two processes one succeeds. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** What the file says. */
interface Lock {
  readonly pid: number;
  readonly host: string;
  /** where the system tells: numbers of processes are given again */
  readonly started?: string;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** whether a process on another machine has ended cannot be known here */
  readonly running: boolean;
}

function holderOf(path: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(readFileSync(path, "utf8")) as Lock;
    const now = startOf(pid);
    const reused = pid === process.pid || (started !== undefined && now !== undefined && started !== now);
    return { pid, host, running: host !== hostname() || (!reused && isRunning(pid)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new ConfigError(`train: ${path} must say which process writes to the folder; it cannot be read.`, {
      cause: error,
    });
  }
}
