// What kernels of experts that work in tiles share: the rows of an expert, gathered by their places, and scratch memory.
import { stripFunction, wideTile } from "../matmul/tile.ts";

/** Columns of a result that a thread makes at once, and how far a sum goes before it is added to the result. */
export const blockColumns = 128;
export const blockDepth = 256;
export const width: number = 4 * wideTile.vectors;

export const strip: string = stripFunction(wideTile, {
  bias: false,
  activation: "none",
  split: "columns",
  tile: "wide",
  transposeA: false,
  transposeB: false,
  packB: true,
  type: "f32",
  groupSize: 0,
});

/** Scratch memory of tiles: a tile of the result, a strip of four rows, packed columns. */
export const scratch: string = `
  let tile = scratch;
  let rows = tile + ${16 * blockColumns};
  let packed = rows + ${16 * blockDepth};`;
export const scratchBytes: number = 16 * blockColumns + 16 * blockDepth + 4 * blockDepth * blockColumns;

/** The rows of an expert, each named by a place: `places` and `count`. */
export const placesOf: string = `
    let places = order + load_u32(offsets + expert * 4) * 4;
    let count = load_u32(offsets + expert * 4 + 4) - load_u32(offsets + expert * 4);`;
