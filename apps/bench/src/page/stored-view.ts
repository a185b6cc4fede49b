// The reports that this browser keeps: their history, and two of them side by side.
import type { Report } from "../core/report.ts";
import { drawComparison } from "./compare-view.ts";
import { byId, el } from "./dom.ts";
import { drawHistory } from "./history-plot.ts";
import { problemOf } from "./problem.ts";
import { RooflinePlot } from "./roofline-plot.ts";
import { forgetReports, storedReports, storeReport } from "./store.ts";

export class StoredView {
  readonly #before = byId("before", HTMLSelectElement);
  readonly #after = byId("after", HTMLSelectElement);
  readonly #rooflines = new RooflinePlot(byId("compare-roofline", HTMLElement));
  readonly #tell: (text: string) => void;
  #reports = storedReports();

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
    for (const select of [this.#before, this.#after]) select.addEventListener("change", () => this.#drawCompared());
    byId("forget", HTMLButtonElement).addEventListener("click", () => {
      forgetReports();
      this.#show([]);
    });
    this.#show(this.#reports);
  }

  /** Keeps a report; says so where the browser does not let it. */
  keep(report: Report): void {
    try {
      this.#show(storeReport(report));
    } catch (error) {
      this.#tell(`The report could not be kept in this browser (${problemOf(error).message}); export it instead.`);
      this.#show([...this.#reports, report]);
    }
  }

  #show(reports: Report[]): void {
    this.#reports = reports;
    offerReports(this.#before, reports, reports.length - 2);
    offerReports(this.#after, reports, reports.length - 1);
    this.#drawCompared();
    drawHistory(byId("history-plot", HTMLElement), reports);
  }

  #drawCompared(): void {
    const [first, second] = [this.#before, this.#after].map(({ value }) => this.#reports[Number(value)]);
    drawComparison(byId("compare-table", HTMLElement), first, second);
    byId("compare-roofline", HTMLElement).hidden = !first || !second || first.date === second.date;
    if (first && second) this.#rooflines.set(second, first);
  }
}

function offerReports(select: HTMLSelectElement, reports: readonly Report[], chosen: number): void {
  select.replaceChildren(
    ...reports.map(({ date, device, rows }, i) => {
      const text = `${date.slice(0, 19).replace("T", " ")} · ${device.kind} · ${rows.length} rows`;
      return el("option", { value: i, selected: i === Math.max(0, chosen) }, text);
    }),
  );
}
