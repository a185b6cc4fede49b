// The live loss curve: every step, its running mean, and the held-out loss where it was measured.
import { uPlot } from "../page/plot.ts";
import { cssColor, onSchemeChange, palette } from "../page/dom.ts";

export class LossPlot {
  readonly #host: HTMLElement;
  #steps: number[] = [];
  #losses: number[] = [];
  #means: number[] = [];
  #held: (number | null)[] = [];
  #plot: uPlot | undefined;
  #frame = 0;

  constructor(host: HTMLElement) {
    this.#host = host;
    new ResizeObserver(() => this.#plot?.setSize({ width: host.clientWidth, height: 280 })).observe(host);
    onSchemeChange(() => this.#make());
    this.#make();
  }

  clear(): void {
    [this.#steps, this.#losses, this.#means, this.#held] = [[], [], [], []];
    this.#schedule();
  }

  add(step: number, loss: number, validationLoss: number | undefined): void {
    const mean = this.#means.at(-1);
    this.#steps.push(step);
    this.#losses.push(loss);
    this.#means.push(mean === undefined ? loss : mean + (loss - mean) * Math.max(0.08, 1 / (this.#means.length + 1)));
    this.#held.push(validationLoss ?? null);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#plot?.setData(this.#data());
    });
  }

  #data(): uPlot.AlignedData {
    return [this.#steps, this.#losses, this.#means, this.#held];
  }

  #make(): void {
    this.#plot?.destroy();
    const [ink, line] = [cssColor("--muted"), cssColor("--line")];
    const axis = {
      stroke: ink,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
      font: "12px system-ui, DejaVu Sans, sans-serif",
    };
    this.#plot = new uPlot(
      {
        width: Math.max(200, this.#host.clientWidth),
        height: 280,
        scales: { x: { time: false } },
        legend: { live: false },
        axes: [
          { ...axis, label: "step", labelFont: axis.font },
          { ...axis, label: "nats per token", labelFont: axis.font },
        ],
        series: [
          { label: "step" },
          { label: "loss", stroke: `${palette[4]!}aa`, width: 1, points: { show: false } },
          { label: "running mean", stroke: palette[0]!, width: 2.5, points: { show: false } },
          {
            label: "held out",
            stroke: palette[1]!,
            width: 2,
            spanGaps: true,
            dash: [6, 4],
            points: { show: true, size: 7, fill: palette[1]! },
          },
        ],
      },
      this.#data(),
      this.#host,
    );
  }
}
