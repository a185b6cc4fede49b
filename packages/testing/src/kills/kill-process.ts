// Killing a process: at a moment after its start, or while it writes a save, which its files say.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/** A process that ended. */
export interface Ended {
  /** null where a signal ended it */
  readonly code: number | null;
  readonly output: string;
}

/** Where a save stood when its process was killed. */
export type SaveState = "writing" | "renaming" | "none";

const NOTE = ".checkpoint-save.json";

/** What is left of a save in a folder: files without their names yet, or a note of what is to be renamed. */
export function saveIn(folder: string): SaveState {
  if (!existsSync(folder)) return "none";
  const names = readdirSync(folder);
  if (names.includes(NOTE)) return "renaming";
  return names.some((name) => name.endsWith(".partial")) ? "writing" : "none";
}

function started(program: string, args: readonly string[], folder: string): [ChildProcess, Promise<Ended>] {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (chunk: string) => (output = (output + chunk).slice(-4000)));
  return [child, new Promise((resolve) => child.on("close", (code) => resolve({ code, output })))];
}

/** Lets a process run to its end. */
export function finished(program: string, args: readonly string[], folder: string): Promise<Ended> {
  return started(program, args, folder)[1];
}

/** Kills a process so many milliseconds after its start, unless it ends before. */
export async function killedAfter(
  ms: number,
  program: string,
  args: readonly string[],
  folder: string,
): Promise<Ended> {
  const [child, ended] = started(program, args, folder);
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

/** A moment of a save. */
export interface SaveMoment {
  /** which save of the process, from 1 */
  readonly nth: number;
  /** its first file, or the note of what is renamed */
  readonly phase: "writing" | "renaming";
  /** after that appears */
  readonly ms: number;
}

/** Kills a process at a moment of a save to `out`, unless it ends before. Whether it was in time {@link saveIn} says. */
export async function killedInSave(
  { nth, phase, ms }: SaveMoment,
  out: string,
  program: string,
  args: readonly string[],
  folder: string,
): Promise<Ended> {
  mkdirSync(join(folder, out), { recursive: true });
  const [child, ended] = started(program, args, folder);
  const kill = (): void => void (ms === 0 ? child.kill("SIGKILL") : setTimeout(() => child.kill("SIGKILL"), ms));
  let saves = 0;
  let writing = false;
  const watcher = watch(join(folder, out), (_, name) => {
    if (name === null) return;
    const isNote = name.startsWith(NOTE);
    if (writing && isNote) {
      writing = false;
      if (phase === "renaming" && saves === nth) kill();
    } else if (!writing && !isNote && name.endsWith(".partial") && existsSync(join(folder, out, name))) {
      writing = true;
      if (++saves === nth && phase === "writing") kill();
    }
  });
  try {
    return await ended;
  } finally {
    watcher.close();
  }
}
