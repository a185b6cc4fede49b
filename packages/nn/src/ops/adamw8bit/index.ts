// One AdamW update in place whose moments are blocks of 8-bit numbers. The optimizer that owns the moments is in optim/adamw-8bit.ts.
import { type Adamw8bitSpec, decodeDynamic, dynamicBlock, encodeDynamic } from "@x/base";
import { adamw8bitWasm } from "@x/kernels-wasm";
import { adamw8bit as kernels } from "@x/kernels-wgsl";
import {
  definePrimitive,
  type HostTensor,
  type Primitive,
  requireDType,
  ShapeError,
  sizeOf,
  type Spec,
} from "@x/tensor/core";
import { adamwHyper } from "../adamw/index.ts";
import { checkSpec } from "../norm-checks.ts";

/** words of a block's codes */
export const blockWords: number = dynamicBlock / 4;
/** numbers of a row of the table: first block, first element, end, first scale, whether weight decay applies */
export const tableWidth = 5;

const RANGES = [0.01, 0.9, 0.95, 1e-8, 0.1, 0.19, 0.0975, 1];

/**
 * The update of {@link adamwPrimitive} of moments `m = scale · code's number`, in blocks of 256 elements of a parameter; `table` u32 `[r, 5]` says where parameters and their
 * scales begin.
 */
export const adamw8bitPrimitive: Primitive<
  "param" | "grad" | "mCodes" | "vCodes" | "scales" | "table" | "hyper",
  "gradScale",
  never,
  undefined
> = definePrimitive({
  name: "adamw_8bit",
  inputs: ["param", "grad", "mCodes", "vCodes", "scales", "table", "hyper"],
  optional: ["gradScale"],
  outputs: [],
  mutates: ["param", "mCodes", "vCodes", "scales"],
  infer({ param, grad, mCodes, vCodes, scales, table, hyper, gradScale }, _p: undefined) {
    requireDType("adamw8bit", "param", param.dtype, ["f32"]);
    checkSpec("adamw8bit", "grad", grad, param.shape, "f32");
    requireDType("adamw8bit", "mCodes", mCodes.dtype, ["u32"]);
    checkSpec("adamw8bit", "vCodes", vCodes, mCodes.shape, "u32");
    requireDType("adamw8bit", "scales", scales.dtype, ["f32"]);
    requireDType("adamw8bit", "table", table.dtype, ["u32"]);
    checkSpec("adamw8bit", "hyper", hyper, [adamwHyper.length], "f32");
    if (gradScale) checkSpec("adamw8bit", "gradScale", gradScale, [], "f32");
    const words = sizeOf(mCodes.shape);
    if (words % blockWords !== 0 || sizeOf(scales.shape) < (2 * words) / blockWords)
      throw new ShapeError(
        `adamw8bit: mCodes must have ${blockWords} words and scales 2 numbers per block; got ${words} and ${sizeOf(scales.shape)}.`,
        { op: "adamw8bit", got: words },
      );
    if (table.shape.length !== 2 || table.shape[0] === 0 || table.shape[1] !== tableWidth)
      throw ShapeError.must("adamw8bit", "table", `have the shape [parameters, ${tableWidth}]`, table.shape);
    return {};
  },
  cpu(x) {
    const { table, hyper, gradScale } = x;
    const [lr, beta1, beta2, eps] = [
      hyper.data[adamwHyper.lr]!,
      hyper.data[adamwHyper.beta1]!,
      hyper.data[adamwHyper.beta2]!,
      hyper.data[adamwHyper.eps]!,
    ];
    const [c1, c2] = [hyper.data[adamwHyper.biasCorrection1]!, hyper.data[adamwHyper.biasCorrection2]!];
    const decayed = 1 - lr * hyper.data[adamwHyper.weightDecay]!;
    const factor = hyper.data[adamwHyper.gradScale]! * (gradScale ? gradScale.data[0]! : 1);
    const [param, grad] = [x.param.data, x.grad.data];
    const fresh = { m: new Float64Array(dynamicBlock), v: new Float64Array(dynamicBlock) };
    for (const { block, scale, first, count, decays } of blocksOf(table)) {
      const [m, v] = [readBlock(x, "m", block, scale), readBlock(x, "v", block, scale)];
      fresh.m.fill(0);
      fresh.v.fill(0);
      for (let i = 0; i < count; i++) {
        const g = grad[first + i]! * factor;
        const mean = beta1 * m[i]! + (1 - beta1) * g;
        const square = beta2 * v[i]! + (1 - beta2) * g * g;
        [fresh.m[i], fresh.v[i]] = [mean, square];
        const below = Math.sqrt(square / c2) + eps;
        param[first + i] = param[first + i]! * (decays ? decayed : 1) - (below === 0 ? 0 : ((lr / c1) * mean) / below);
      }
      writeBlock(x, "m", block, scale, fresh.m);
      writeBlock(x, "v", block, scale, fresh.v);
    }
  },
  webgpu: (inputs, _p, caps) => kernels.program(specOf(inputs), caps),
  wasm: (inputs) => adamw8bitWasm.program(specOf(inputs)),
  cases: [
    updateCase("63 elements, scaled", [63], [[0, 0, 63, 0, 1]], true),
    updateCase("600 elements without decay", [600], [[0, 0, 600, 0, 0]], false),
    updateCase(
      "three parameters in 1024 elements",
      [1024],
      [
        [0, 0, 300, 0, 1],
        [2, 320, 640, 32, 0],
        [4, 640, 1024, 64, 1],
      ],
      true,
    ),
    { ...updateCase("130m in_proj", [3352, 768], [[0, 0, 3352 * 768, 0, 1]], true), bench: true },
  ],
  cost: ({ param }) => ({ flops: 60 * sizeOf(param.shape), bytes: 16 * sizeOf(param.shape) }),
});

type Held = Readonly<Record<"mCodes" | "vCodes" | "scales", HostTensor>>;

/** The blocks of all parameters, one after another. */
function* blocksOf({ data }: HostTensor): Generator<{
  readonly block: number;
  readonly scale: number;
  readonly first: number;
  readonly count: number;
  readonly decays: boolean;
}> {
  for (let at = 0; at < data.length; at += tableWidth) {
    const [block, start, end, scale, decays] = data.subarray(at, at + tableWidth) as unknown as number[];
    for (let i = 0, first = start!; first < end!; i++, first += dynamicBlock)
      yield {
        block: block! + i,
        scale: scale! + i,
        first,
        count: Math.min(dynamicBlock, end! - first),
        decays: decays! > 0,
      };
  }
}

/** The numbers of a block of a moment. */
function readBlock(x: Held, moment: "m" | "v", block: number, scale: number): Float64Array {
  const words = x[`${moment}Codes`].data;
  const factor = x.scales.data[2 * scale + (moment === "m" ? 0 : 1)]!;
  return Float64Array.from({ length: dynamicBlock }, (_, i) => {
    const code = (words[block * blockWords + (i >> 2)]! >>> (8 * (i & 3))) & 255;
    return factor * decodeDynamic(moment === "m", code);
  });
}

/** Rounds the numbers of a block of a moment. */
function writeBlock(x: Held, moment: "m" | "v", block: number, scale: number, numbers: Float64Array): void {
  const words = x[`${moment}Codes`].data;
  const most = numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  x.scales.data[2 * scale + (moment === "m" ? 0 : 1)] = most;
  for (let word = 0; word < blockWords; word++) {
    let codes = 0;
    for (let i = 3; i >= 0; i--)
      codes = (codes << 8) | encodeDynamic(moment === "m", most > 0 ? numbers[4 * word + i]! / most : 0);
    words[block * blockWords + word] = codes >>> 0;
  }
}

function specOf(inputs: {
  readonly param: Spec;
  readonly mCodes: Spec;
  readonly table: Spec;
  readonly gradScale?: Spec | undefined;
}): Adamw8bitSpec {
  return {
    size: sizeOf(inputs.param.shape),
    rows: inputs.table.shape[0]!,
    blocks: sizeOf(inputs.mCodes.shape) / blockWords,
    scaled: inputs.gradScale !== undefined,
  };
}

function updateCase(
  name: string,
  shape: readonly number[],
  table: readonly (readonly number[])[],
  scaled: boolean,
): (typeof adamw8bitPrimitive)["cases"][number] {
  const blocks = table.reduce((sum, [, start, end]) => sum + Math.ceil((end! - start!) / dynamicBlock), 0);
  const codes = { shape: [blocks, blockWords], dtype: "u32", fill: { integers: [0, 2 ** 32] } } as const;
  const places = table.at(-1)![3]! + Math.ceil((table.at(-1)![2]! - table.at(-1)![1]!) / dynamicBlock);
  return {
    name,
    inputs: {
      param: shape,
      grad: shape,
      mCodes: codes,
      vCodes: codes,
      scales: { shape: [places, 2], fill: { uniform: [0.1, 1] } },
      table: { shape: [table.length, tableWidth], dtype: "u32", fill: { values: table.flat() } },
      hyper: { shape: [adamwHyper.length], fill: { values: RANGES } },
      ...(scaled && { gradScale: { shape: [], fill: { values: [0.25] } } }),
    },
    params: undefined,
    noGradCheck: "updates in place",
  };
}
