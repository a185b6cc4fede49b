// The reports this browser keeps, newest last; at most twenty.
import { formatReport, parseReport, type Report } from "../core/report.ts";

const key = "x-bench-reports";
const most = 20;

/** Reports kept by this browser; what cannot be read any more (an older format) is left out. */
export function storedReports(): Report[] {
  const texts = JSON.parse(localStorage.getItem(key) ?? "[]") as string[];
  return texts.flatMap((text) => {
    try {
      return [parseReport(text)];
    } catch {
      return []; // a report of another format version: nothing a reader could do about it
    }
  });
}

/** Adds a report; the oldest go when there are too many or the browser's quota is reached. */
export function storeReport(report: Report): Report[] {
  let kept = [...storedReports().filter(({ date }) => date !== report.date), report].slice(-most);
  for (;;) {
    try {
      localStorage.setItem(key, JSON.stringify(kept.map((one) => formatReport(one))));
      return kept;
    } catch (error) {
      if (kept.length <= 1) throw error;
      kept = kept.slice(1);
    }
  }
}

export function forgetReports(): void {
  localStorage.removeItem(key);
}
