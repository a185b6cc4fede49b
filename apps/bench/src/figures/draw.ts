// The figures of the guides, from their data.
import { readFileSync } from "node:fs";
import { bars, charts } from "./chart.ts";
import { type InitScales, presets } from "./init-scale.ts";
import { peerBars } from "./peers.ts";

const docs = new URL("../../../../docs/", import.meta.url);

/** The folders of the figures and of the measurements that they show. */
export const folder: URL = new URL("figures/", docs);

const legend: Record<string, string> = {
  default: "1/√(2L)",
  official: "1/√L, official",
  fla: "1/√L, fla",
  hf: "1, transformers",
  unscaled: "1, not scaled",
};

function drawInit(data: InitScales): string {
  const { layers, rms } = data.byLayer;
  const byLayer = presets.map((name) => ({
    name: legend[name]!,
    points: rms[name].map((value, layer) => [layer, value] as const),
  }));
  const byDepth = presets.map((name) => ({
    name: legend[name]!,
    points: data.byDepth.layers.map((depth, i) => [depth, data.byDepth.rms[name][i]!] as const),
  }));
  return charts(
    [
      {
        title: `Residual stream of ${layers} layers, rms`,
        x: "after layer",
        xTicks: [0, 16, 32, 48, 64],
        lines: byLayer,
      },
      {
        title: "After the last layer",
        x: "layers of the model",
        xTicks: data.byDepth.layers,
        logX: true,
        lines: byDepth,
      },
    ],
    "Root mean square of the residual stream by layer and by depth, for five ways to draw a model",
  );
}

/** Files of docs/figures and what is in them, as the data says now. */
export function figures(): Map<string, string> {
  const scales = JSON.parse(readFileSync(new URL("init-scale.json", folder), "utf8")) as InitScales;
  const drawn = new Map([["init-scale.svg", drawInit(scales)]]);
  for (const [report, name] of [
    ["cpu-wasm.json", "peers-cpu.svg"],
    ["lavapipe.json", "peers-webgpu.svg"],
  ] as const) {
    const { title, list } = peerBars(readFileSync(new URL(`performance/${report}`, docs), "utf8"));
    drawn.set(name, bars(list, title));
  }
  return drawn;
}
