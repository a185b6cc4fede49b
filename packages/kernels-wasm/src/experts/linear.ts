// Rows times the matrices of their experts, and sums of outer products of the rows of each expert: for every expert with
// many rows a tiled product of rows that `order` names, for a few rows dot products along those of the matrix.
import type { ExpertLinearSpec, ExpertOuterSpec } from "@x/base";
import { rowsByFours } from "../codegen.ts";
import { defineWasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import { dots, type DotsConfig, wholeSteps } from "../matmul/matvec.ts";
import { packRows, packTransposed, stripRowBytes, weightBytes } from "../matmul/pack.ts";
import { stripFunction, wideTile } from "../matmul/tile.ts";

/** Columns of a result that a thread makes at once, and how far a sum goes before it is added to the result. */
const blockColumns = 128;
const blockDepth = 256;
const width = 4 * wideTile.vectors;

/** Rows up to which an expert's matrix is read as it lies. */
const fewRows = 4;
/** Rows from which a matrix `[inputs, outputs]` of f32 is packed. */
const manyRows = 32;

const plain = { bias: false, activation: "none", split: "columns" } as const;
const strip = stripFunction(wideTile, {
  ...plain,
  tile: "wide",
  transposeA: false,
  transposeB: false,
  packB: true,
  type: "f32",
  groupSize: 0,
});

/** Scratch memory: a tile of the result, a strip of four rows, a widened panel, packed columns. */
const scratch = `
  let tile = scratch;
  let rows = tile + ${16 * blockColumns};
  let widened = rows + ${16 * blockDepth};
  let packed = widened + ${width * stripRowBytes};`;
const scratchBytes = 16 * blockColumns + 16 * blockDepth + width * stripRowBytes + 4 * blockDepth * blockColumns;

interface LinearConfig extends Pick<DotsConfig, "type"> {
  readonly transposed: boolean;
}

/** The rows of an expert, each named by a place: `places` and `count`. */
const placesOf = `
    let places = order + load_u32(offsets + expert * 4) * 4;
    let count = load_u32(offsets + expert * 4 + 4) - load_u32(offsets + expert * 4);`;

/** Products of a few rows with `columns` rows of the matrix from `column`. */
const directly = (type: DotsConfig["type"], each: (body: string) => string): string => `
      let lastRow = column + columns;
      var row = column;
      ${rowsByFours((count) => each(dots(count, { ...plain, type })))}`;

/** Products of an expert's rows with `columns` columns from `column`: rows are gathered and results put back four at a time. */
const tiled = ({ transposed, type }: LinearConfig): string => `
      let panels = (columns + ${width - 1}) / ${width};
      for (var start = 0; start < k; start += ${blockDepth}) {
        let depth = min(${blockDepth}, k - start);
        let from = matrix + ${transposed ? "start" : "column"} * pitch + ${transposed ? "column" : "start"} * ${weightBytes(type)};
        var matrixRows = from;
        var matrixPitch = pitch;
        var panelPitch = ${4 * width};
        if (count > ${transposed && type === "f32" ? manyRows : 0}) {
          pack(from, pitch, packed, depth, columns, start, 0, 0, widened);
          matrixRows = packed;
          matrixPitch = ${4 * width};
          panelPitch = depth * ${4 * width};
        }
        for (var row = 0; row < count; row += ${wideTile.rows}) {
          let lines = min(${wideTile.rows}, count - row);
          for (var i = 0; i < lines; i += 1) {
            let place = load_u32(places + (row + i) * 4);
            copy_bytes(rows + i * ${4 * blockDepth}, inputs + (place / shared * k + start) * 4, depth * 4);
            if (start > 0) { copy_bytes(tile + i * ${4 * blockColumns}, y + (place * n + column) * 4, columns * 4); }
          }
          strip(rows, ${4 * blockDepth}, (lines - 1) * ${4 * blockDepth}, 4, matrixRows, matrixPitch, panelPitch, tile, ${4 * blockColumns}, 0, depth, panels, u32(start > 0), 0);
          for (var i = 0; i < lines; i += 1) {
            let place = load_u32(places + (row + i) * 4);
            copy_bytes(y + (place * n + column) * 4, tile + i * ${4 * blockColumns}, columns * 4);
          }
        }
      }`;

const groupedKernel = defineWasmKernel({
  name: "expert_linear",
  params: {
    inputs: "ptr",
    weight: "ptr",
    order: "ptr",
    offsets: "ptr",
    y: "ptr",
    scratch: "ptr",
    n: "u32",
    k: "u32",
    shared: "u32",
    blocks: "u32",
    begin: "u32",
    end: "u32",
  },
  functions: ({ transposed, type }: LinearConfig) =>
    [
      strip,
      transposed ? packRows(wideTile, { type, groupSize: 0 }) : packTransposed(wideTile, { type, groupSize: 0 }),
    ].join("\n"),
  body: ({ transposed, type }: LinearConfig) => `
  let whole = ${wholeSteps({ type })};
  ${scratch}
  let pitch = ${transposed ? "n" : "k"} * ${weightBytes(type)};
  for (var item = begin; item < end; item += 1) {
    let expert = item / blocks;
    let column = item % blocks * ${blockColumns};
    let columns = min(${blockColumns}, n - column);
    ${placesOf}
    let matrix = weight + expert * n * k * ${weightBytes(type)};
    ${
      transposed
        ? tiled({ transposed, type })
        : `if (count <= ${fewRows}) {
      ${directly(
        type,
        (body) => `for (var line = 0; line < count; line += 1) {
        let place = load_u32(places + line * 4);
        let x = inputs + place / shared * k * 4;
        let to = y + place * n * 4;
        ${body}
      }`,
      )}
    } else {
      ${tiled({ transposed, type })}
    }`
    }
  }`,
});

const directKernel = defineWasmKernel({
  name: "expert_linear_direct",
  params: {
    inputs: "ptr",
    weight: "ptr",
    ids: "ptr",
    y: "ptr",
    n: "u32",
    k: "u32",
    shared: "u32",
    blocks: "u32",
    begin: "u32",
    end: "u32",
  },
  body: ({ type }: Pick<LinearConfig, "type">) => `
  let whole = ${wholeSteps({ type })};
  for (var item = begin; item < end; item += 1) {
    let place = item / blocks;
    let column = item % blocks * ${blockColumns};
    let columns = min(${blockColumns}, n - column);
    let matrix = weight + load_u32(ids + place * 4) * n * k * ${weightBytes(type)};
    let x = inputs + place / shared * k * 4;
    let to = y + place * n * 4;
    ${directly(type, (body) => body)}
  }`,
});

/** Buffers x, weight, y, and ids or order and offsets. */
export function linear(spec: ExpertLinearSpec): WasmProgram {
  const { places, shared, experts, inputs: k, outputs: n, type, transposed, grouped } = spec;
  const blocks = Math.ceil(n / blockColumns);
  const operands = { inputs: "x", weight: "weight", y: "y", n, k, shared, blocks };
  if (!grouped)
    return {
      temps: {},
      calls: [wasmCall(directKernel, { type }, { ...operands, ids: "ids" }, { count: places * blocks })],
    };
  return {
    temps: { scratch: scratchBytes },
    calls: [
      wasmCall(
        groupedKernel,
        { type, transposed },
        { ...operands, order: "order", offsets: "offsets", scratch: "scratch" },
        { count: experts * blocks, own: ["scratch"] },
      ),
    ],
  };
}

const outerKernel = defineWasmKernel({
  name: "expert_outer",
  params: {
    left: "ptr",
    right: "ptr",
    order: "ptr",
    offsets: "ptr",
    y: "ptr",
    scratch: "ptr",
    a: "u32",
    b: "u32",
    sharedLeft: "u32",
    sharedRight: "u32",
    blocks: "u32",
    begin: "u32",
    end: "u32",
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
  return {
    temps: { scratch: scratchBytes },
    calls: [
      wasmCall(
        outerKernel,
        undefined,
        {
          left: "left",
          right: "right",
          order: "order",
          offsets: "offsets",
          y: "y",
          scratch: "scratch",
          a,
          b,
          sharedLeft,
          sharedRight,
          blocks,
        },
        { count: experts * blocks, own: ["scratch"] },
      ),
    ],
  };
}
