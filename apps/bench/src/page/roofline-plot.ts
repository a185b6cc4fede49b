// The roofline: operations per byte against GFLOP/s, both logarithmic; a dot per case, the measured roofs drawn.
import { uPlot } from "./plot.ts";
import { digits, time } from "../core/format.ts";
import type { Report } from "../core/report.ts";
import { roofAt } from "../core/roofline.ts";
import { cssColor, el, onSchemeChange, palette } from "./dom.ts";

type Shown = Pick<Report, "rows" | "roofs">;

const bounds = ["bandwidth", "compute", "dispatch"] as const;
const markers = { bandwidth: "circle", compute: "square", dispatch: "triangle" } as const;

/** A plot that is drawn again at every report, resize and change of scheme. */
export class RooflinePlot {
  readonly #host: HTMLElement;
  readonly #tip = el("div", { class: "tip", hidden: true });
  #plot: uPlot | undefined;
  #shown: Shown | undefined;
  #width = 0;

  constructor(host: HTMLElement) {
    this.#host = host;
    new ResizeObserver(() => {
      if (Math.abs(host.clientWidth - this.#width) > 4) this.#draw();
    }).observe(host);
    onSchemeChange(() => this.#draw());
    this.#draw();
  }

  set(shown: Shown): void {
    this.#shown = shown;
    this.#draw();
  }

  #draw(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#width = this.#host.clientWidth;
    const points = (this.#shown?.rows ?? [])
      .filter((row) => row.status === "measured" && row.flops > 0 && row.gflops! > 0)
      .sort((a, b) => a.flops / a.bytes - b.flops / b.bytes);
    if (!this.#shown || points.length === 0) {
      this.#host.replaceChildren(el("p", { class: "muted" }, "Drawn from the first measured rows on."));
      return;
    }
    this.#host.replaceChildren();
    const { roofs } = this.#shown;
    const intensities = points.map((row) => row.flops / row.bytes);
    const ridge = roofs.fmaF32 / roofs.copyGBs;
    const low = 10 ** Math.floor(Math.log10(Math.min(intensities[0]!, ridge) / 1.5));
    const high = 10 ** Math.ceil(Math.log10(Math.max(intensities.at(-1)!, ridge) * 1.5));
    const knots = [low, ridge, high].map((x) => ({ x, row: undefined as (typeof points)[number] | undefined }));
    const all = [...knots, ...points.map((row, i) => ({ x: intensities[i]!, row }))].sort((a, b) => a.x - b.x);
    const values = [...points.map((row) => row.gflops!), roofs.fmaF32];
    const bottom = 10 ** Math.floor(Math.log10(Math.min(...values)));
    const data = [
      all.map(({ x }) => x),
      all.map(({ x }) => roofAt(x, roofs)),
      ...bounds.map((bound) => all.map(({ row }) => (row?.boundBy === bound ? row.gflops! : null))),
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
      splits.map((value) => (Math.abs(Math.log10(value) % 1) < 1e-9 ? digits(value).replace(/\.?0+$/, "") : ""));
    this.#plot = new uPlot(
      {
        width: this.#width,
        height: Math.max(320, Math.min(460, this.#width * 0.45)),
        scales: {
          x: { time: false, distr: 3, range: [low, high] },
          y: { distr: 3, range: [bottom, roofs.fmaF32 * 3] },
        },
        axes: [
          { ...axis, label: "operations per byte", values: ticks },
          { ...axis, label: "GFLOP/s", values: ticks, size: 64 },
        ],
        cursor: { drag: { x: false, y: false }, points: { show: false } },
        legend: { live: false },
        series: [
          {},
          {
            label: `roofs: ${digits(roofs.copyGBs)} GB/s, ${digits(roofs.fmaF32)} GFLOP/s`,
            stroke: cssColor("--ink"),
            width: 1.5,
            points: { show: false },
            spanGaps: true,
          },
          ...bounds.map((bound, i): uPlot.Series => ({
            label: `bound by ${bound}`,
            stroke: palette[i]!,
            paths: () => null,
            points: { show: (u, s) => (drawMarkers(u, s, markers[bound], palette[i]!), false) },
          })),
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
      `Roofline of ${points.length} cases under ${digits(roofs.copyGBs)} GB/s and ${digits(roofs.fmaF32)} GFLOP/s. The table above has the same numbers.`,
    );
  }

  #hover(u: uPlot, all: readonly { readonly x: number; readonly row: Report["rows"][number] | undefined }[]): void {
    const { left = -1, top = -1 } = u.cursor;
    let best:
      | { readonly row: Report["rows"][number]; readonly x: number; readonly y: number; readonly distance: number }
      | undefined;
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

/** A shape per series, so that they stay apart without colour. */
function drawMarkers(u: uPlot, series: number, shape: "circle" | "square" | "triangle", color: string): void {
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
    else {
      ctx.moveTo(cx, cy - size * 1.15);
      ctx.lineTo(cx + size * 1.1, cy + size * 0.9);
      ctx.lineTo(cx - size * 1.1, cy + size * 0.9);
      ctx.closePath();
    }
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}
