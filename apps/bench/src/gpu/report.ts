// What a session found: rows of numbers, printed as they come and kept as JSON, so that a session cut short still says what it had.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { digits, percent, spread } from "../core/format.ts";
import { messageOf } from "../core/run.ts";
import type { Summary } from "../core/stats.ts";

/** One measured or checked thing. */
export interface Row {
  readonly part: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** fraction of a roof, and which */
  readonly share?: { readonly of: string; readonly fraction: number };
  /** the samples that the value is of */
  readonly times?: Summary;
  readonly note?: string;
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

  add(row: Row): void {
    this.#rows.push(row);
    console.log(showRow(row));
  }

  fail(part: string, error: unknown): void {
    const message = messageOf(error);
    this.#failures.push({ part, message });
    console.log(`FAIL  ${part.padEnd(10)} ${message.split("\n").slice(0, 6).join("\n      ")}`);
  }

  /** The value of an earlier row, to show others as a share of it. */
  value(part: string, name: string): number | undefined {
    return this.#rows.find((row) => row.part === part && row.name === name)?.value;
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
