// Numbers and tables as text.
import type { Change } from "./baseline.ts";
import type { Duel, PeerCell, Report, Row } from "./report.ts";
import { type Summary, summarize } from "./stats.ts";

type MeasuredCell = Extract<PeerCell, { status: "measured" }>;

/** Three significant digits. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

/** A time in the unit that suits it. */
export function time(ns: number): string {
  if (ns < 1e3) return `${digits(ns)} ns`;
  if (ns < 1e6) return `${digits(ns / 1e3)} µs`;
  return ns < 1e9 ? `${digits(ns / 1e6)} ms` : `${digits(ns / 1e9)} s`;
}

export function percent(share: number): string {
  return `${digits(100 * share)} %`;
}

/** Half the interquartile range, relative to the median. */
export function spread({ median, q1, q3 }: Pick<Summary, "median" | "q1" | "q3">): string {
  return `±${Math.round((50 * (q3 - q1)) / Math.max(median, 1e-9))} %`;
}

/** The cells of a row: id, time, spread, GFLOP/s, GB/s, share of the roof, first use, check. */
export function cells(row: Row): string[] {
  if (row.status !== "measured" || !row.timeNs)
    return [row.id, row.status.toUpperCase(), "", "", "", "", "", row.why ?? ""];
  return [
    row.id,
    time(row.timeNs.median),
    spread(row.timeNs),
    row.flops > 0 ? digits(row.gflops!) : "–",
    digits(row.gbs!),
    `${percent(row.share!)} ${row.boundBy}`,
    `${digits(row.firstUseMs!)} ms`,
    `${row.check!.depth}${row.path === "kernel" ? "" : `, ${row.path}`}`,
  ];
}

export const columns: readonly string[] = [
  "case",
  "time",
  "IQR/2",
  "GFLOP/s",
  "GB/s",
  "of its roof",
  "first use",
  "checked by",
];

/** Lines of a table with aligned columns; the first is left-aligned, the last too. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, c) =>
    c === header.length - 1 ? 0 : Math.max(title.length, ...rows.map((row) => (row[c] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, c) => (c === 0 || c === header.length - 1 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width, c) => "─".repeat(width || header[c]!.length))), ...rows.map(line)].join(
    "\n",
  );
}

/** The same as Markdown. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(header),
    `|${header.map((_, c) => (c === 0 || c === header.length - 1 ? "---" : "---:")).join("|")}|`,
    ...rows.map(line),
  ].join("\n");
}

/** What a report's numbers hold for. */
export function heading({ device, roofs, date, environment, command }: Report): string {
  const versions = Object.entries(environment)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  const f16 = roofs.fmaF16 === undefined ? "" : `, ${digits(roofs.fmaF16)} GFLOP/s f16`;
  return `${device.description}\n${versions}\n${date}: ${command}\nroofs: copy ${digits(roofs.copyGBs)} GB/s, multiply-add ${digits(roofs.fmaF32)} GFLOP/s f32${f16}, dispatch ${digits(roofs.dispatchUs)} µs`;
}

/**
 * Their time over ours: the median over pairs of neighbouring samples, which a slow minute of the machine meets alike; over medians where a
 * shared link has left the samples out.
 */
export function timesOurs({ samplesNs, oursSamplesNs, timeNs, oursNs }: MeasuredCell): number {
  const pairs = samplesNs.slice(0, oursSamplesNs.length).map((theirs, i) => theirs / Math.max(oursSamplesNs[i]!, 1));
  return pairs.length > 0 ? summarize(pairs).median : timeNs.median / Math.max(oursNs.median, 1);
}

/** The same of the fastest samples: what is left when the machine's other work is taken away. */
export function timesOursAtBest({ timeNs, oursNs }: MeasuredCell): number {
  return timeNs.min / Math.max(oursNs.min, 1);
}

/** The peer that comes nearest to us, or is ahead of us, by the ratio of medians. */
export function nearestPeer({ peers }: Duel): { readonly name: string; readonly ratio: number } | undefined {
  const measured = Object.entries(peers).flatMap(([name, cell]) =>
    cell.status === "measured" ? [{ name, ratio: timesOurs(cell) }] : [],
  );
  return measured.sort((a, b) => a.ratio - b.ratio)[0];
}

/** The duels as cells: median / fastest time, and how many times ours that is, so that above 1 we are faster; or why there is none. */
export function duelTable(duels: readonly Duel[]): { readonly header: string[]; readonly rows: string[][] } {
  const names = [...new Set(duels.flatMap(({ peers }) => Object.keys(peers)))];
  const both = ({ median, min }: Summary): string => `${time(median)} / ${time(min)}`;
  const cellOf = (cell: PeerCell | undefined): string => {
    if (!cell) return "–";
    if (cell.status !== "measured") return `${cell.status}: ${cell.why}`;
    return `${both(cell.timeNs)}, ${digits(timesOurs(cell))}× / ${digits(timesOursAtBest(cell))}×`;
  };
  const withYardstick = duels.some(({ yardstick }) => yardstick);
  const rows = duels.map((duel) => {
    const { id, peers, yardstick } = duel;
    // Who took most samples saw most of ours.
    const [longest] = [...Object.values(peers), ...(yardstick ? [yardstick.cell] : [])]
      .flatMap((cell) => (cell.status === "measured" ? [cell.oursNs] : []))
      .sort((a, b) => b.count - a.count);
    const nearest = nearestPeer(duel);
    return [
      id,
      longest ? both(longest) : "–",
      nearest ? `${digits(nearest.ratio)}× ${nearest.name}` : "–",
      ...names.map((name) => cellOf(peers[name])),
      ...(withYardstick ? [yardstick ? yardstickText(yardstick) : ""] : []),
    ];
  });
  return { header: ["shape", "ours", "nearest peer", ...names, ...(withYardstick ? ["yardstick"] : [])], rows };
}

/** Here the ratio is the other way round: our time over the yardstick's. */
function yardstickText({ name, cell }: NonNullable<Duel["yardstick"]>): string {
  if (cell.status !== "measured") return `${name}: ${cell.status}: ${cell.why}`;
  return `${name}: ${time(cell.timeNs.median)}; we take ${digits(1 / timesOurs(cell))}×`;
}

/** The changes as cells. */
export function changeCells({ id, beforeNs, afterNs, ratio, noise, verdict }: Change): string[] {
  return [
    id,
    beforeNs === undefined ? "–" : time(beforeNs),
    afterNs === undefined ? "–" : time(afterNs),
    ratio === undefined ? "–" : `${digits(ratio)}×`,
    noise === undefined ? "–" : `±${Math.round(100 * noise)} %`,
    verdict,
  ];
}

export const changeColumns: readonly string[] = ["case", "before", "now", "ratio", "noise", "verdict"];

/** What the table of duels says. */
const duelLegend = [
  "Same shapes, same device, one process, in turn A B C A B C, from submit to done. Every result was checked against the CPU in doubles first (training steps: their losses).",
  "Each cell: median / fastest time, then theirs over ours: the median over rounds / fastest over fastest; above 1× we are faster. All run on one thread of the host, and keep",
  "operands on the device, except ONNX Runtime on the CPU, whose interface copies inputs and outputs at every call.",
].join("\n");

/** A report as a Markdown document. */
export function markdownReport(report: Report): string {
  const [, ...facts] = heading(report).split("\n");
  const parts = [
    `# ${report.rows.length > 0 ? "The bench" : "Beside peers"} on ${report.device.description}`,
    facts.map((line) => `- ${line}`).join("\n"),
  ];
  if (report.rows.length > 0) {
    parts.push(
      "Every row was checked on this device before it was timed; apps/bench/README.md says what the columns mean.",
      markdownTable(columns, report.rows.map(cells)),
    );
  }
  if (report.duels) {
    const { header, rows } = duelTable(report.duels);
    if (report.rows.length > 0) parts.push("## Beside peers");
    parts.push(duelLegend, markdownTable(header, rows));
  }
  return `${parts.join("\n\n")}\n`;
}
