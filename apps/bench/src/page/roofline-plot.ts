// The roofline: operations per byte against GFLOP/s, both logarithmic; a dot per case, the measured roofs drawn. A second report, of another device, goes beside it.
import { uPlot } from "./plot.ts";
import { digits, time } from "../core/format.ts";
import type { Report } from "../core/report.ts";
import { roofAt } from "../core/roofline.ts";
import { cssColor, el, onSchemeChange, palette } from "./dom.ts";

type Shown = Pick<Report, "rows" | "roofs">;
type Row = Report["rows"][number];

/** A row where it is drawn; without a row the knee or an end of the roofs. */
interface Place {
  readonly x: number;
  readonly row?: Row;
  /** whether the row is the other report's */
  readonly other?: boolean;
}

/** Rows with a place under the roofs, by operations per byte. */
function placed({ rows }: Shown, other: boolean): (Place & { readonly row: Row })[] {
  return rows
    .filter((row) => row.status === "measured" && row.flops > 0 && row.gflops! > 0)
    .map((row) => ({ x: row.flops / row.bytes, row, other }));
}

const ridgeOf = ({ roofs }: Shown): number => roofs.fmaF32 / roofs.copyGBs;
const roofLabel = ({ roofs }: Shown): string => `${digits(roofs.copyGBs)} GB/s, ${digits(roofs.fmaF32)} GFLOP/s`;

const bounds = ["bandwidth", "compute", "dispatch"] as const;
const markers = { bandwidth: "circle", compute: "square", dispatch: "triangle" } as const;
type Marker = (typeof markers)[keyof typeof markers] | "cross";
const otherColor = palette[bounds.length]!;

/** A plot that is drawn again at every report, resize and change of scheme. */
export class RooflinePlot {
  readonly #host: HTMLElement;
  readonly #tip = el("div", { class: "tip", hidden: true });
  #plot: uPlot | undefined;
  #shown: Shown | undefined;
  #other: Shown | undefined;
  #width = 0;

  constructor(host: HTMLElement) {
    this.#host = host;
    new ResizeObserver(() => {
      if (Math.abs(host.clientWidth - this.#width) > 4) this.#draw();
    }).observe(host);
    onSchemeChange(() => this.#draw());
    this.#draw();
  }

  /** @param other a report of another device, drawn as crosses under dashed roofs */
  set(shown: Shown, other?: Shown): void {
    this.#shown = shown;
    this.#other = other;
    this.#draw();
  }

  #draw(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#width = this.#host.clientWidth;
    const [shown, other] = [this.#shown, this.#other];
    const points = shown ? placed(shown, false) : [];
    if (!shown || points.length === 0) {
      this.#host.replaceChildren(el("p", { class: "muted" }, "Drawn from the first measured rows on."));
      return;
    }
    this.#host.replaceChildren();
    const reports = other ? [shown, other] : [shown];
    const others = other ? placed(other, true) : [];
    const drawn = [...points, ...others];
    const ridges = reports.map(ridgeOf);
    const low = 10 ** Math.floor(Math.log10(Math.min(...drawn.map(({ x }) => x), ...ridges) / 1.5));
    const high = 10 ** Math.ceil(Math.log10(Math.max(...drawn.map(({ x }) => x), ...ridges) * 1.5));
    const all: Place[] = [...[low, ...ridges, high].map((x) => ({ x })), ...drawn].sort((p, q) => p.x - q.x);
    const most = Math.max(...reports.map(({ roofs }) => roofs.fmaF32));
    const bottom = 10 ** Math.floor(Math.log10(Math.min(...drawn.map(({ row }) => row.gflops!), most)));
    const dots = (chosen: (place: Place) => boolean): (number | null)[] =>
      all.map((place) => (place.row && chosen(place) ? place.row.gflops! : null));
    const data = [
      all.map(({ x }) => x),
      ...reports.map(({ roofs }) => all.map(({ x }) => roofAt(x, roofs))),
      ...bounds.map((bound) => dots(({ row, other: second }) => !second && row!.boundBy === bound)),
      ...(other ? [dots(({ other: second }) => second === true)] : []),
    ];
    const [ink, line] = [cssColor("--muted"), cssColor("--line")];
    const axis = {
      stroke: ink,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
      font: "12px system-ui, DejaVu Sans, sans-serif",
      labelFont: "12px system-ui, DejaVu Sans, sans-serif",
    };
    const ticks = (_: uPlot, splits: number[]): string[] =>
      splits.map((value) => (Math.abs(Math.log10(value) % 1) < 1e-9 ? String(value) : ""));
    this.#plot = new uPlot(
      {
        width: this.#width,
        height: Math.max(320, Math.min(460, this.#width * 0.45)),
        scales: {
          x: { time: false, distr: 3, range: [low, high] },
          y: { distr: 3, range: [bottom, most * 3] },
        },
        axes: [
          { ...axis, label: "operations per byte", values: ticks },
          { ...axis, label: "GFLOP/s", values: ticks, size: 64 },
        ],
        cursor: { drag: { x: false, y: false }, points: { show: false } },
        legend: { live: false },
        series: [
          {},
          ...reports.map((report, i): uPlot.Series => ({
            label: `roofs${i === 0 ? "" : " of the other"}: ${roofLabel(report)}`,
            stroke: i === 0 ? cssColor("--ink") : otherColor,
            width: 1.5,
            ...(i > 0 && { dash: [6, 4] }),
            points: { show: false },
            spanGaps: true,
          })),
          ...bounds.map((bound, i) => dotSeries(`bound by ${bound}`, markers[bound], palette[i]!)),
          ...(other ? [dotSeries("of the other", "cross", otherColor)] : []),
        ],
        hooks: { setCursor: [(u) => this.#hover(u, all)] },
      },
      data as uPlot.AlignedData,
      this.#host,
    );
    this.#plot.over.append(this.#tip);
    this.#plot.over.addEventListener("mouseleave", () => (this.#tip.hidden = true));
    this.#host.setAttribute("role", "img");
    this.#host.setAttribute(
      "aria-label",
      `Roofline of ${points.length} cases under ${roofLabel(shown)}${other ? `, beside ${others.length} under ${roofLabel(other)}` : ""}. The table has the same numbers.`,
    );
  }

  #hover(u: uPlot, all: readonly Place[]): void {
    const { left = -1, top = -1 } = u.cursor;
    let best: { readonly row: Row; readonly x: number; readonly y: number; readonly distance: number } | undefined;
    for (const { x, row } of all) {
      if (!row) continue;
      const [px, py] = [u.valToPos(x, "x"), u.valToPos(row.gflops!, "y")];
      const distance = Math.hypot(px - left, py - top);
      if (distance < 22 && distance < (best?.distance ?? Infinity)) best = { row, x: px, y: py, distance };
    }
    this.#tip.hidden = !best;
    if (!best) return;
    const { row } = best;
    this.#tip.textContent = `${row.id}: ${digits(row.gflops!)} GFLOP/s, ${digits(row.gbs!)} GB/s, ${time(row.timeNs!.median)}, ${digits(100 * row.share!)} % of its roof`;
    this.#tip.style.left = `${Math.min(best.x + 12, u.over.clientWidth - 230)}px`;
    this.#tip.style.top = `${Math.max(0, best.y - 44)}px`;
  }
}

function dotSeries(label: string, marker: Marker, color: string): uPlot.Series {
  return {
    label,
    stroke: color,
    paths: () => null,
    points: { show: (u, s) => (drawMarkers(u, s, marker, color), false) },
  };
}

/** A shape per series, so that they stay apart without colour. */
function drawMarkers(u: uPlot, series: number, shape: Marker, color: string): void {
  const { ctx } = u;
  const size = 4.5 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = color;
  ctx.strokeStyle = cssColor("--card");
  ctx.lineWidth = devicePixelRatio;
  for (const [i, y] of u.data[series]!.entries()) {
    if (y === null || y === undefined) continue;
    const [cx, cy] = [u.valToPos(u.data[0][i]!, "x", true), u.valToPos(y, "y", true)];
    ctx.beginPath();
    if (shape === "circle") ctx.arc(cx, cy, size, 0, 2 * Math.PI);
    else if (shape === "square") ctx.rect(cx - size * 0.9, cy - size * 0.9, size * 1.8, size * 1.8);
    else if (shape === "cross") {
      for (const side of [-1, 1]) {
        ctx.moveTo(cx - size, cy - side * size);
        ctx.lineTo(cx + size, cy + side * size);
      }
    } else {
      ctx.moveTo(cx, cy - size * 1.15);
      ctx.lineTo(cx + size * 1.1, cy + size * 0.9);
      ctx.lineTo(cx - size * 1.1, cy + size * 0.9);
      ctx.closePath();
    }
    ctx.fill();
    if (shape === "cross") ctx.strokeStyle = color;
    ctx.stroke();
  }
  ctx.restore();
}
