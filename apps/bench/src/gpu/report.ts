// What a session found: rows of numbers, printed as they come and kept as JSON, so that a session cut short still says what it had.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { digits, percent, spread } from "../core/format.ts";
import { messageOf } from "../core/run.ts";
import type { Summary } from "../core/stats.ts";

/** What is known of a value beside itself. */
interface RowDetails {
  /** fraction of a roof, and which */
  readonly share?: { readonly of: string; readonly fraction: number } | undefined;
  /** the samples that the value is of */
  readonly times?: Summary;
}

/** One measured or checked thing. */
interface Row extends RowDetails {
  readonly part: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note?: string | undefined;
}

/** Time spent in one kernel. */
export interface KernelShare {
  readonly kernel: string;
  readonly dispatches: number;
  readonly ms: number;
}

/** The rows and failures of one part. */
export interface PartReport {
  add(name: string, value: number, unit: string, note?: string, details?: RowDetails): void;
  /** A row for each kernel below that of `name`, in milliseconds. */
  addKernels(name: string, shares: readonly KernelShare[]): void;
  fail(error: unknown): void;
  /** Raises no more than a row of the failures where something must hold. */
  check(holds: boolean, message: string): void;
}

export interface Failure {
  readonly part: string;
  readonly message: string;
}

export class Report {
  readonly #folder: string | undefined;
  readonly #rows: Row[] = [];
  readonly #failures: Failure[] = [];
  readonly #facts: Record<string, unknown> = {};

  /** Writes `results.json` into `folder` after every part; without one, only prints. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  get failures(): readonly Failure[] {
    return this.#failures;
  }

  /** Something about the machine or the run that is not a row. */
  fact(name: string, value: unknown): void {
    this.#facts[name] = value;
  }

  /** Where a part adds what it found. */
  part(part: string): PartReport {
    const add: PartReport["add"] = (name, value, unit, note, details = {}) => {
      const row: Row = { part, name, value, unit, ...details, note };
      this.#rows.push(row);
      console.log(showRow(row));
    };
    const fail = (error: unknown): void => {
      const message = messageOf(error);
      this.#failures.push({ part, message });
      console.log(`FAIL  ${part.padEnd(10)} ${message.split("\n").slice(0, 6).join("\n      ")}`);
    };
    return {
      add,
      addKernels: (name, shares) => {
        for (const { kernel, dispatches, ms } of shares) add(`${name} · ${kernel}`, ms, "ms", `${dispatches}×`);
      },
      fail,
      check: (holds, message) => {
        if (!holds) fail(new Error(message));
      },
    };
  }

  /** A rate as a share of a roof, where that was measured before. */
  shareOf(roof: string, rate: number): RowDetails["share"] {
    const measured = this.#rows.find(({ part, name }) => part === "roofs" && name === roof);
    return measured && { of: roof, fraction: rate / measured.value };
  }

  save(): void {
    if (this.#folder === undefined) return;
    writeFileSync(
      join(this.#folder, "results.json"),
      JSON.stringify({ facts: this.#facts, rows: this.#rows, failures: this.#failures }, null, 1),
    );
  }
}

function showRow({ part, name, value, unit, share, times, note }: Row): string {
  const columns = [part.padEnd(10), name.padEnd(44), `${digits(value).padStart(10)} ${unit.padEnd(9)}`];
  if (share) columns.push(`${percent(share.fraction)} of ${share.of}`);
  if (times) columns.push(spread(times));
  if (note !== undefined) columns.push(note);
  return columns.join(" ");
}
