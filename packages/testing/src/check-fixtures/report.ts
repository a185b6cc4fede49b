// The outcome of a check: one line per tensor, and a summary of them. Decides what "close enough" means.
import type { FixtureTensor, HostValue } from "./fixture-set.ts";
import type { HostArray, Shape } from "@x/tensor";

/** The outcome for one tensor, or for another thing that an entry says. */
export interface Line {
  /** file and tensor */
  readonly name: string;
  readonly passed: boolean;
  /** it was left out on request, as the reason says; it has neither passed nor failed */
  readonly skipped?: boolean;
  /** |got − want| at the first element beyond its limit, or else at the one closest to it; absent when nothing could be compared */
  readonly error?: number;
  readonly limit?: number;
  /** why it failed, when that is not the error, or was not checked */
  readonly reason?: string;
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** what was left out on request; what the checker does not know has failed */
  readonly skipped: number;
  readonly failures: readonly Omit<Line, "passed">[];
  /** on which request something was left out, and how much; absent when nothing was */
  readonly skips?: Readonly<Record<string, number>>;
}

/** Collects lines, and hands each on as it comes. */
export class Report {
  readonly lines: Line[] = [];
  readonly #listener: (line: Line) => void;

  constructor(listener: (line: Line) => void = () => undefined) {
    this.#listener = listener;
  }

  add(line: Line): void {
    this.lines.push(line);
    this.#listener(line);
  }

  get summary(): Summary {
    const failures = this.lines
      .filter(({ passed, skipped }) => !passed && !skipped)
      .map(({ passed: _passed, ...failure }) => failure);
    const skips: Record<string, number> = {};
    const skipped = this.lines.filter((line) => line.skipped);
    for (const { reason = "" } of skipped) skips[reason] = (skips[reason] ?? 0) + 1;
    return {
      passed: this.lines.length - failures.length - skipped.length,
      failed: failures.length,
      skipped: skipped.length,
      failures,
      ...(skipped.length > 0 && { skips }),
    };
  }
}

/** A line as text. */
export function showLine({ name, passed, skipped, error, limit, reason }: Line): string {
  const numbers = error === undefined ? "" : `  error ${showNumber(error)}  limit ${showNumber(limit ?? 0)}`;
  return `${skipped ? "skip" : passed ? "pass" : "FAIL"}  ${name}${numbers}${reason === undefined ? "" : `  ${reason}`}`;
}

function showNumber(x: number): string {
  return x === 0 ? "0" : x.toExponential(2);
}

/** What was computed for a tensor. */
export interface Got {
  readonly shape: Shape;
  readonly values: HostArray;
}

/** Error and limit of a comparison. */
export interface Verdict {
  readonly error: number;
  readonly limit: number;
  readonly passed: boolean;
  readonly reason?: string;
}

/**
 * Compares by the tolerances of the index: `|got − want| ≤ atol + rtol·|want|` for every element; where it gives `rms`, the rms of the
 * difference, with `max` as the largest single one. Without a tolerance, values must be equal.
 */
export function compareValues(
  got: Got,
  want: HostValue,
  tolerances: FixtureTensor["tolerances"],
  gpu: boolean,
): Verdict {
  if (got.shape.join() !== want.shape.join()) {
    return {
      error: Infinity,
      limit: 0,
      passed: false,
      reason: `must have shape [${want.shape.join(", ")}]; got [${got.shape.join(", ")}]`,
    };
  }
  const tolerance = (name: string): number | undefined =>
    gpu ? (tolerances[`${name}_gpu`] ?? tolerances[name]) : tolerances[name];
  const rms = tolerance("rms");
  return rms === undefined
    ? worstElement(got, want, tolerance("atol") ?? 0, tolerance("rtol") ?? 0)
    : compareRms(got, want, rms, tolerance("max") ?? Infinity);
}

function worstElement(got: Got, want: HostValue, atol: number, rtol: number): Verdict {
  let worst: Verdict = { error: 0, limit: atol, passed: true };
  let worstRatio = -1;
  for (let i = 0; i < want.values.length; i++) {
    const limit = atol + rtol * Math.abs(want.values[i]!);
    const error = distance(got.values[i]!, want.values[i]!);
    const passed = error === 0 || (error <= limit && error < Infinity);
    const ratio = passed ? error / Math.max(limit, Number.MIN_VALUE) : Infinity;
    if (ratio <= worstRatio) continue;
    worstRatio = ratio;
    worst = { error, limit, passed, ...(!passed && { reason: at(got, want, i) }) };
  }
  return worst;
}

function compareRms(got: Got, want: HostValue, limit: number, max: number): Verdict {
  let squares = 0;
  let largest = 0;
  let where = 0;
  for (let i = 0; i < want.values.length; i++) {
    const error = distance(got.values[i]!, want.values[i]!);
    squares += error * error;
    if (error > largest) [largest, where] = [error, i];
  }
  const rms = Math.sqrt(squares / Math.max(1, want.values.length));
  const tooFar = largest > max;
  return {
    error: rms,
    limit,
    passed: rms <= limit && !tooFar,
    ...(tooFar && {
      reason: `largest difference ${showNumber(largest)} must be at most ${showNumber(max)}; ${at(got, want, where)}`,
    }),
  };
}

/** A NaN is infinitely far from everything but a NaN. */
function distance(got: number, want: number): number {
  if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  const difference = Math.abs(got - want);
  return Number.isNaN(difference) ? Infinity : difference;
}

function at(got: Got, want: HostValue, i: number): string {
  return `at element ${i}: got ${got.values[i]}, want ${want.values[i]}`;
}
