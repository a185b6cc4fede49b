// The table of results: sortable, one row per case; a row that is wrong says why and has no number.
import { digits, spread, time } from "../core/format.ts";
import type { Row } from "../core/report.ts";
import { el, tableOf } from "./dom.ts";

interface Column {
  readonly title: string;
  readonly key: (row: Row) => number | string;
  readonly numeric?: boolean;
}

const columns: readonly Column[] = [
  { title: "Case", key: (row) => row.id },
  { title: "Time", key: (row) => row.timeNs?.median ?? -1, numeric: true },
  {
    title: "± IQR/2",
    key: (row) => (row.timeNs ? (row.timeNs.q3 - row.timeNs.q1) / row.timeNs.median : -1),
    numeric: true,
  },
  { title: "GFLOP/s", key: (row) => row.gflops ?? -1, numeric: true },
  { title: "GB/s", key: (row) => row.gbs ?? -1, numeric: true },
  { title: "Share of its roof", key: (row) => row.share ?? -1 },
  { title: "First use", key: (row) => row.firstUseMs ?? -1, numeric: true },
  { title: "Checked by", key: (row) => row.check?.depth ?? "" },
];

/** A table that rows are added to. */
export class ResultTable {
  readonly #host: HTMLElement;
  #rows: Row[] = [];
  #sortBy = -1;
  #descending = true;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  set(rows: readonly Row[]): void {
    this.#rows = [...rows];
    this.#draw();
  }

  add(row: Row): void {
    this.#rows.push(row);
    const body = this.#host.querySelector("tbody");
    if (body && this.#sortBy < 0) body.append(bodyRow(row));
    else this.#draw();
  }

  #draw(): void {
    if (this.#rows.length === 0) {
      this.#host.replaceChildren(el("p", { class: "muted" }, "No results yet. Press Run, or import a report below."));
      return;
    }
    const head = columns.map(({ title, numeric }, i) => {
      const button = el("button", { type: "button" }, title);
      button.addEventListener("click", () => {
        this.#descending = this.#sortBy === i ? !this.#descending : i !== 0;
        this.#sortBy = i;
        this.#draw();
        this.#host.querySelectorAll<HTMLButtonElement>("th button")[i]?.focus();
      });
      const sort = this.#sortBy === i ? (this.#descending ? "descending" : "ascending") : undefined;
      return el("th", { scope: "col", class: numeric ? "number" : undefined, "aria-sort": sort }, button);
    });
    const [key, sign] = [columns[this.#sortBy]?.key, this.#descending ? -1 : 1];
    const sorted = key ? this.#rows.toSorted((a, b) => sign * compare(key(a), key(b))) : this.#rows;
    this.#host.replaceChildren(tableOf(head, sorted.map(bodyRow)));
  }
}

function compare(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}

function bodyRow(row: Row): HTMLTableRowElement {
  const [primitive, ...rest] = row.id.split(" / ");
  const name = el("td", { class: "name" }, primitive!, el("small", {}, rest.join(" / ")));
  if (row.status !== "measured" || !row.timeNs) {
    const label = { wrong: "Wrong result", failed: "Failed", skipped: "Skipped", measured: "" }[row.status];
    return el(
      "tr",
      { class: row.status === "skipped" ? undefined : "bad", "data-status": row.status, "data-id": row.id },
      name,
      el("td", { class: "why", colspan: 7 }, `${label}. ${row.why ?? ""}`),
    );
  }
  const number = (text: string): HTMLTableCellElement => el("td", { class: "number" }, text);
  const share = Math.min(1, row.share ?? 0);
  const how =
    row.clock === "timestamp-query" ? "GPU timestamps" : row.clock === "wall" ? "wall clock" : "submit to done";
  const title = `${row.timeNs.count} samples of ${row.repeats} calls, ${row.copies} sets of inputs, ${row.dispatches} dispatches, ${how}`;
  return el(
    "tr",
    { "data-status": "measured", "data-id": row.id, title },
    name,
    number(time(row.timeNs.median)),
    number(spread(row.timeNs)),
    number(row.flops > 0 ? digits(row.gflops!) : "–"),
    number(digits(row.gbs!)),
    el(
      "td",
      { class: "share" },
      el(
        "span",
        { class: "meter" },
        el("i", { style: `width: ${(100 * share).toFixed(1)}%` }),
        el("span", {}, `${digits(100 * row.share!)} % of ${row.boundBy}`),
      ),
    ),
    number(`${digits(row.firstUseMs!)} ms`),
    el("td", {}, `${row.check!.depth}${row.path === "kernel" ? "" : `, ${row.path}`}`),
  );
}
