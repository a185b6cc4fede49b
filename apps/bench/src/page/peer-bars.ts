// Peers beside us: one bar each, length by time, with the numbers written out.
import { digits, time, timesOurs } from "../core/format.ts";
import type { Duel } from "../core/report.ts";
import { el, palette } from "./dom.ts";

/** Draws the duels: a block per shape, a bar per library; who has no number says why. */
export function drawVersus(plot: HTMLElement, duels: readonly Duel[]): void {
  const names = [...new Set(duels.flatMap(({ peers }) => Object.keys(peers)))];
  plot.replaceChildren(
    ...duels.map(({ id, peers, yardstick }) => {
      const ours = Object.values(peers).flatMap((cell) => (cell.status === "measured" ? [cell.oursNs.median] : []));
      const bars: { readonly name: string; readonly ns?: number; readonly text: string; readonly color: string }[] = [
        {
          name: "ours",
          text: ours.length > 0 ? time(Math.min(...ours)) : "–",
          color: palette[0]!,
          ...(ours.length > 0 && { ns: Math.min(...ours) }),
        },
        ...[
          ...names.map((name) => [name, peers[name]] as const),
          ...(yardstick ? [[yardstick.name, yardstick.cell] as const] : []),
        ].map(([name, cell], i) => {
          const color = palette[(i + 1) % palette.length]!;
          if (!cell || cell.status !== "measured")
            return { name, text: cell ? `${cell.status}: ${cell.why}` : "not compared", color };
          return {
            name,
            ns: cell.timeNs.median,
            text: `${time(cell.timeNs.median)}, ${digits(timesOurs(cell))}× our time`,
            color,
          };
        }),
      ];
      const longest = Math.max(1, ...bars.map(({ ns = 0 }) => ns));
      const parts = bars.flatMap(({ name, ns, text, color }) => [
        el("span", {}, name),
        ns === undefined
          ? el("span", { class: "muted" }, text)
          : el(
              "span",
              { class: "track", title: text },
              el("i", { style: `width: ${((60 * ns) / longest).toFixed(2)}%; background: ${color}` }),
              el(
                "span",
                {
                  style: `position: absolute; left: calc(${((60 * ns) / longest).toFixed(2)}% + 0.5rem); line-height: 0.9rem; white-space: nowrap`,
                },
                text,
              ),
            ),
      ]);
      return el(
        "div",
        { class: "versus", role: "group", "aria-label": id },
        el("b", { style: `grid-row: span ${bars.length}` }, id),
        ...parts,
      );
    }),
  );
}
