// Kills runs again and again, lets them go on each time, and compares what they leave in the end with what a run leaves that was let alone.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "../bundle.ts";
import { type Ended, finished, killedAfter, killedInSave, saveIn, type SaveMoment } from "./kill-process.ts";
import { numbersOf } from "./random.ts";
import { type Run, RUNS, writeData } from "./runs.ts";

export interface KillOptions {
  /** how many kills in all, over all runs */
  readonly kills: number;
  /** how many of them while a save is written */
  readonly inSaves: number;
  readonly seed: number;
  /** names of {@link RUNS}; default all */
  readonly runs?: readonly string[];
  onLine?(line: string): void;
}

/** What came of it. */
export interface KillReport {
  readonly kills: number;
  /** of these, while files of a save were written, and while they were renamed */
  readonly writing: number;
  readonly renaming: number;
  /** runs that were killed, went on and ended */
  readonly compared: number;
  /** what differed from the run that was let alone, and what failed */
  readonly failures: readonly string[];
}

/** What a run saves itself in, beside its model or adapter. */
const RUN_FILE = "training.safetensors";
/** Kills that may miss their save before it counts as an error. */
const MISSES = 40;
const PROGRAMS: Readonly<Record<Run["program"], URL>> = {
  mamba2: new URL("../../../mamba2/src/cli/main.ts", import.meta.url),
  "training-script": new URL("training-script.ts", import.meta.url),
};
/** What a run says that was killed behind its last save. */
const ENDED_BEFORE = /must have steps left/;

/** Kills runs in turn. @throws Error when a run fails that is let alone, and when no kill meets a save */
export async function checkKills({
  kills,
  inSaves,
  seed,
  runs,
  onLine = () => undefined,
}: KillOptions): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), "kills-"));
  const random = numbersOf(seed);
  try {
    await writeData(folder);
    const unknown = runs?.find((name) => !RUNS.some((run) => run.name === name));
    if (unknown !== undefined) throw new Error(`kills: there is no run "${unknown}"`);
    const chosen = RUNS.filter(({ name }) => runs?.includes(name) ?? true);
    const programs = new Map<Run["program"], string>();
    for (const { program } of chosen)
      if (!programs.has(program)) programs.set(program, await bundleProgram(fileURLToPath(PROGRAMS[program])));
    const report = { kills: 0, writing: 0, renaming: 0, compared: 0, failures: [] as string[] };
    for (const [i, run] of chosen.entries()) {
      const share = (count: number): number =>
        Math.floor(((i + 1) * count) / chosen.length) - Math.floor((i * count) / chosen.length);
      const checked = new KilledRun(run, programs.get(run.program)!, folder, random);
      await checked.check(share(kills), share(inSaves));
      report.kills += checked.kills;
      report.writing += checked.writing;
      report.renaming += checked.renaming;
      report.compared += checked.compared;
      report.failures.push(...checked.failures);
      onLine(
        `${run.name}: ${checked.kills} kills, ${checked.writing} while a save was written, ${checked.renaming} while it was renamed; ${checked.compared} runs compared, ${checked.failures.length} failures`,
      );
    }
    return report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One run, and what became of it. */
class KilledRun {
  kills = 0;
  writing = 0;
  renaming = 0;
  compared = 0;
  readonly failures: string[] = [];
  readonly #run: Run;
  readonly #program: string;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #out: string;
  #wanted: ReadonlyMap<string, string> = new Map();

  constructor(run: Run, program: string, folder: string, random: () => number) {
    this.#run = run;
    this.#program = program;
    this.#folder = folder;
    this.#random = random;
    this.#out = `${run.name.replace(" ", "-")}-killed`;
  }

  async check(kills: number, inSaves: number): Promise<void> {
    const alone = `${this.#out}-not`;
    const began = performance.now();
    const ended = await finished(this.#program, this.#run.args(alone, false), this.#folder);
    const wholeMs = performance.now() - began;
    if (ended.code !== 0)
      throw new Error(`kills: the run "${this.#run.name}" must end when it is let alone; ${ended.output}`);
    this.#wanted = filesOf(join(this.#folder, alone));
    // first those in saves, whose nth save there must be
    let [saved, misses] = [0, 0];
    while (this.kills < kills) {
      const args = this.#args();
      const before = this.kills;
      if (saved < inSaves) {
        const moment: SaveMoment = {
          nth: 1 + Math.floor(2 * this.#random()),
          phase: this.#random() < 0.5 ? "writing" : "renaming",
          ms: Math.floor(4 * this.#random()),
        };
        const result = await killedInSave(moment, this.#out, this.#program, args, this.#folder);
        const state = saveIn(join(this.#folder, this.#out));
        if (await this.#survived(result)) continue;
        if (state === "none" && ++misses > MISSES)
          throw new Error(`kills: a kill must meet a save of the run "${this.#run.name}"; ${misses} did not.`);
        if (state === "none") this.kills = before; // too late: not one of those that were asked for
        else this[state]++;
        saved += state === "none" ? 0 : 1;
      } else {
        await this.#survived(await killedAfter(wholeMs * this.#random(), this.#program, args, this.#folder));
      }
    }
    for (;;) {
      const result = await finished(this.#program, this.#args(), this.#folder);
      if (await this.#survived(result)) return;
    }
  }

  #args(): readonly string[] {
    const out = join(this.#folder, this.#out);
    const saved = existsSync(out) && (readdirSync(out).includes(RUN_FILE) || saveIn(out) === "renaming");
    return this.#run.args(this.#out, saved);
  }

  /** Counts a kill; compares a run that ended before it, and starts over. */
  async #survived({ code, output }: Ended): Promise<boolean> {
    if (code === null) {
      this.kills++;
      return false;
    }
    const out = join(this.#folder, this.#out);
    if (code !== 0 && !ENDED_BEFORE.test(output)) this.failures.push(`${this.#run.name}: exit code ${code}: ${output}`);
    else {
      this.compared++;
      const got = filesOf(out);
      for (const name of new Set([...got.keys(), ...this.#wanted.keys()]))
        if (got.get(name) !== this.#wanted.get(name))
          this.failures.push(
            `${this.#run.name}: ${name} must be as in the run that was let alone, ${this.#wanted.get(name) ?? "absent"}; got ${got.get(name) ?? "absent"}`,
          );
    }
    rmSync(out, { recursive: true, force: true });
    return true;
  }
}

/** The files of a folder and of those in it by hashes of their bytes. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")];
    }),
  );
}
