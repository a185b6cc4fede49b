// Attention: rows and columns of a tile of scores, for sequences of several lengths.
import type { AttentionSpec } from "@x/base";
import { attention } from "../../attention/kernel.ts";
import { bestOverall, type Experiment, type Family, numbers, tunedWith } from "../experiment.ts";
import type { AttentionTuning } from "../table.ts";

type Tile = AttentionTuning["tile"];

const lengths = { software: [64], hardware: [128, 512, 2048] };

function experiment(l: number, heads: number): Experiment<Tile> {
  const headDim = 64;
  const size = l * heads * headDim;
  const spec: AttentionSpec = { b: 1, l, m: l, heads, kvHeads: heads, headDim, scale: headDim ** -0.5, causal: true };
  return {
    landscape: "forward",
    name: `${heads} heads, ${l} tokens`,
    sizes: { l },
    axes: [
      { name: "sequence", unit: "tokens" },
      { name: "tile", unit: "tokens" },
    ],
    work: { amount: 2 * l * size, unit: "GFLOP/s" }, // two products, of which the causal half counts
    candidates: [8, 32],
    inputs: { q: numbers(size, 1), k: numbers(size, 2), v: numbers(size, 3) },
    outputs: { y: size, logSum: l * heads },
    place: (tile) => [l, tile],
    program: (tile, of) => attention.forward(spec, tunedWith(of, tile && { attention: { tile } })),
  };
}

export const attentionFamily: Family<"attention", Tile> = {
  experiments({ adapter }) {
    const software = adapter === "software";
    return lengths[software ? "software" : "hardware"].map((l) => experiment(l, software ? 2 : 12));
  },
  choose(raced) {
    const tile = bestOverall(raced, (one) => one);
    return tile && { tile };
  },
};
