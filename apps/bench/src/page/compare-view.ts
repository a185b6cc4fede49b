// Two reports side by side, and one number over all of them: the geometric mean of the change.
import { compareReports, regressed } from "../core/baseline.ts";
import { changeCells, changeColumns, digits } from "../core/format.ts";
import type { Report } from "../core/report.ts";
import { el, tableOf } from "./dom.ts";

/** Draws what changed between two reports. */
export function drawComparison(host: HTMLElement, before: Report | undefined, after: Report | undefined): void {
  if (!before || !after || before.date === after.date) {
    host.replaceChildren(el("p", { class: "muted" }, "Choose two reports to see what changed between them."));
    return;
  }
  const changes = compareReports(before, after);
  const ratios = changes.flatMap(({ ratio }) => (ratio === undefined ? [] : [ratio]));
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / Math.max(1, ratios.length));
  const verdict = regressed(changes)
    ? "Something got slower beyond the noise, or broke."
    : "Nothing got slower beyond the noise.";
  const rows = changes.map((change) =>
    el(
      "tr",
      { class: change.verdict === "slower" || change.verdict === "broken" ? "bad" : undefined },
      ...changeCells(change).map((cell, i) =>
        el("td", { class: i === 0 ? "name" : i < 5 ? "number" : undefined }, cell),
      ),
    ),
  );
  const head = changeColumns.map((title, i) =>
    el("th", { scope: "col", class: i > 0 && i < 5 ? "number" : undefined }, title),
  );
  const summary =
    ratios.length === 0
      ? "No row is in both reports."
      : `${verdict} Over ${ratios.length} rows the time changed by a factor of ${digits(mean)} (geometric mean).`;
  host.replaceChildren(el("p", {}, summary), tableOf(head, rows));
}
