// The nearest peer of each row of a comparison's report, as bars.
import { nearestPeer } from "../core/format.ts";
import { parseReport } from "../core/report.ts";
import type { Bar } from "./chart.ts";

/** For every row the peer that comes nearest: its time over ours, median over rounds. @throws Error for a report without rows */
export function peerBars(json: string): { readonly title: string; readonly list: readonly Bar[] } {
  const { date, device, duels } = parseReport(json);
  const list = (duels ?? []).flatMap((duel) => {
    const nearest = nearestPeer(duel);
    if (!nearest) return [];
    const says = `${nearest.ratio.toFixed(2)} × ${nearest.name}`;
    return [{ name: duel.id.split(",")[0]!, value: nearest.ratio, says }];
  });
  if (list.length === 0) throw new Error("docs:figures: a report must have rows with a measured peer; got none.");
  const place = device.description.replace(/-llvm-.*$/, ""); // of Mesa's driver everything that it was built with
  return { title: `Time of the nearest peer over ours, ${place}, ${date.slice(0, 10)}`, list };
}
