// Comparing two reports: what changed beyond the noise of both.
import type { Report, Row } from "./report.ts";

/** One row of two reports. */
export interface Change {
  readonly id: string;
  readonly beforeNs?: number;
  readonly afterNs?: number;
  /** after / before; above 1 is slower */
  readonly ratio?: number;
  /** a ratio within 1 ± noise says nothing */
  readonly noise?: number;
  readonly verdict: "slower" | "faster" | "same" | "new" | "gone" | "broken";
}

/** A change smaller than this is never called one. */
const leastNoise = 0.1;

/**
 * What counts as noise between two medians: four times the relative interquartile half-widths put together, at least a tenth, and on
 * adapters that share their processor with everything else (software, CPU) at least a half: such a machine has slow minutes.
 */
export function noiseOf(before: Row, after: Row, shared: boolean): number {
  const spread = ({ timeNs }: Row): number =>
    timeNs ? (timeNs.q3 - timeNs.q1) / 2 / Math.max(timeNs.median, 1e-9) : 0;
  return Math.max(shared ? 0.5 : leastNoise, 4 * Math.hypot(spread(before), spread(after)));
}

/**
 * The rows of both reports. A row is slower only when its median and its fastest sample both are, beyond the noise: a busy neighbour
 * lengthens medians, but seldom every sample.
 */
export function compareReports(before: Report, after: Report): Change[] {
  const shared = [before, after].some(({ device }) => device.kind === "cpu" || /software/i.test(device.description));
  const known = new Map(before.rows.map((row) => [row.id, row]));
  const changes = after.rows.map((row): Change => {
    const old = known.get(row.id);
    known.delete(row.id);
    if (!old?.timeNs)
      return {
        id: row.id,
        verdict: row.status === "wrong" || row.status === "failed" ? "broken" : "new",
        ...(row.timeNs && { afterNs: row.timeNs.median }),
      };
    if (!row.timeNs)
      return { id: row.id, beforeNs: old.timeNs.median, verdict: row.status === "skipped" ? "gone" : "broken" };
    const noise = noiseOf(old, row, shared);
    const ratio = row.timeNs.median / old.timeNs.median;
    const best = row.timeNs.min / old.timeNs.min;
    const verdict =
      ratio > 1 + noise && best > 1 + noise
        ? "slower"
        : ratio < 1 / (1 + noise) && best < 1 / (1 + noise)
          ? "faster"
          : "same";
    return { id: row.id, beforeNs: old.timeNs.median, afterNs: row.timeNs.median, ratio, noise, verdict };
  });
  return [
    ...changes,
    ...[...known.values()]
      .filter(({ timeNs }) => timeNs)
      .map((row): Change => ({ id: row.id, beforeNs: row.timeNs!.median, verdict: "gone" })),
  ];
}

/** Whether a comparison must fail: something got slower, or no longer works. */
export function regressed(changes: readonly Change[]): boolean {
  return changes.some(({ verdict }) => verdict === "slower" || verdict === "broken");
}
