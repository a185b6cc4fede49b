// Sums of outer products of the rows of each expert, in tiles.
import type { ExpertOuterSpec } from "@x/base";
import { wideTile } from "../matmul/tile.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { ptr, u32 } from "../params.ts";
import { blockColumns, blockDepth, placesOf, scratch, scratchBytes, strip, width } from "./tiles.ts";

const outerKernel = defineWasmKernel({
  name: "expert_outer",
  params: {
    ...ptr("left", "right", "order", "offsets", "y", "scratch"),
    ...u32("a", "b", "sharedLeft", "sharedRight", "blocks", "begin", "end"),
  },
  functions: () => strip,
  body: () => `
  ${scratch}
  for (var item = begin; item < end; item += 1) {
    let expert = item / blocks;
    let column = item % blocks * ${blockColumns};
    let columns = min(${blockColumns}, b - column);
    let panels = (columns + ${width - 1}) / ${width};
    ${placesOf}
    let to = y + (expert * a * b + column) * 4;
    if (count == 0) {
      for (var row = 0; row < a; row += 1) { fill_bytes(to + row * b * 4, 0, columns * 4); }
    }
    for (var start = 0; start < count; start += ${blockDepth}) {
      let depth = min(${blockDepth}, count - start);
      for (var i = 0; i < depth; i += 1) {
        var from = right + (load_u32(places + (start + i) * 4) / sharedRight * b + column) * 4;
        var into = packed + i * ${4 * width};
        for (var rest = panels; rest > 0; rest -= 1) {
          store4(into, load4(from));
          store4(into + 16, load4(from + 16));
          from += ${4 * width};
          into += depth * ${4 * width};
        }
      }
      for (var row = 0; row < a; row += ${wideTile.rows}) {
        let lines = min(${wideTile.rows}, a - row);
        for (var i = 0; i < depth; i += 1) {
          store4(rows + i * 16, load4(left + (load_u32(places + (start + i) * 4) / sharedLeft * a + row) * 4));
        }
        let own = to + row * b * 4;
        if (start > 0) {
          for (var i = 0; i < lines; i += 1) { copy_bytes(tile + i * ${4 * blockColumns}, own + i * b * 4, columns * 4); }
        }
        strip(rows, 4, (lines - 1) * 4, 16, packed, ${4 * width}, depth * ${4 * width}, tile, ${4 * blockColumns}, 0, depth, panels, u32(start > 0), 0);
        for (var i = 0; i < lines; i += 1) { copy_bytes(own + i * b * 4, tile + i * ${4 * blockColumns}, columns * 4); }
      }
    }
  }`,
});

/** Buffers left, right, order, offsets and y. */
export function outer({ sharedLeft, sharedRight, experts, a, b }: ExpertOuterSpec): WasmProgram {
  const blocks = Math.ceil(b / blockColumns);
  return wasmProgram(
    [
      wasmCall(
        outerKernel,
        undefined,
        { a, b, sharedLeft, sharedRight, blocks },
        { count: experts * blocks, own: ["scratch"] },
      ),
    ],
    { scratch: scratchBytes },
  );
}
