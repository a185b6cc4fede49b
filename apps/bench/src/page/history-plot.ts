// History: for every stored report of one device, the geometric mean of the rows' speed relative to the first that has them.
import { uPlot } from "./plot.ts";
import { digits } from "../core/format.ts";
import type { Report } from "../core/report.ts";
import { cssColor, el, palette } from "./dom.ts";

/** Draws the history; two reports of one device are the least. */
export function drawHistory(host: HTMLElement, reports: readonly Report[]): void {
  host.replaceChildren();
  const device = reports.at(-1)?.device.description;
  const own = reports.filter((report) => report.device.description === device);
  if (own.length < 2) return;
  const first = new Map<string, number>();
  const speeds = own.map(({ rows }) => {
    const logs: number[] = [];
    for (const { id, timeNs } of rows) {
      if (!timeNs) continue;
      const start = first.get(id) ?? timeNs.median;
      first.set(id, start);
      logs.push(Math.log(start / timeNs.median));
    }
    return Math.exp(logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length));
  });
  const [ink, line] = [cssColor("--muted"), cssColor("--line")];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
  host.append(
    el(
      "p",
      { class: "muted" },
      `Speed over ${own.length} reports of this device, relative to the first (geometric mean of the rows).`,
    ),
  );
  new uPlot(
    {
      width: host.clientWidth,
      height: 200,
      legend: { show: false },
      scales: {
        x: { time: false },
        y: { range: (_, low, high) => [Math.min(0.8, low * 0.9), Math.max(1.2, high * 1.1)] },
      },
      axes: [
        {
          ...axis,
          values: (_, splits) =>
            splits.map((i) => (Number.isInteger(i) ? (own[i]?.date.slice(5, 16).replace("T", " ") ?? "") : "")),
        },
        { ...axis, values: (_, splits) => splits.map((value) => `${digits(value)}×`) },
      ],
      series: [{}, { stroke: palette[0]!, width: 2, points: { show: true, size: 8 } }],
    },
    [own.map((_, i) => i), speeds],
    host,
  );
}
