// AdamW updates of parameters in place whose moments are blocks of 8-bit numbers with a scale each. New moments of a
// block stay in memory of its own until their largest are known, by which they are rounded.
import { type Adamw8bitSpec, dynamicBlock, signedMap, unsignedMap } from "@x/base";
import { numbersOfStep, type Scaled } from "../adamw/kernel.ts";
import { defineWasmKernel, wasmCall, wasmProgram, type WasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";
import { mapFunctions } from "./map.ts";

/** bytes of a moment's block before it is rounded */
const FRESH = dynamicBlock * 4;

const adamw8bitKernel = defineWasmKernel({
  name: "adamw_8bit",
  params: {
    ...ptr("param", "grad", "mCodes", "vCodes", "scales", "table", "hyper", "gradScale", "fresh"),
    ...u32("begin", "end"),
  },
  functions: () => mapFunctions("m", signedMap) + mapFunctions("v", unsignedMap),
  body: ({ scaled }: Scaled) => `
  ${numbersOfStep(scaled)}
  let lanes = vec4i(0, 1, 2, 3);
  // rows of the table: first block, first element, end, first scale, decays
  var row = table;
  for (var block = begin; block < end; block += 1) {
    while (block >= load_u32(row) + (load_u32(row + 8) - load_u32(row + 4) + ${dynamicBlock - 1}) / ${dynamicBlock}) { row += 20; }
    let within = block - load_u32(row);
    let first = load_u32(row + 4) + within * ${dynamicBlock};
    let count = min(load_u32(row + 8) - first, ${dynamicBlock});
    let kept = select(vec4f(1.0), shrink, vec4i(load_i32(row + 16)) > 0);
    let at = scales + (load_u32(row + 12) + within) * 8;
    let mScale = load_splat(at);
    let vScale = load_splat(at + 4);
    let words = block * ${dynamicBlock};
    var mMost = zero;
    var vMost = zero;
    for (var i = 0; i < ${dynamicBlock}; i += 4) {
      if (i >= count) {
        store4(fresh + i * 4, zero);
        store4(fresh + i * 4 + ${FRESH}, zero);
      } else {
        let here = (first + i) * 4;
        let g = load4(grad + here) * scale;
        let inside = vec4i(i32(count - i)) > lanes;
        let mean = select(zero, fma(beta1, m_decode(load_u32(mCodes + words + i)) * mScale, rest1 * g), inside);
        let square = select(zero, fma(beta2, v_decode(load_u32(vCodes + words + i)) * vScale, rest2 * g * g), inside);
        store4(fresh + i * 4, mean);
        store4(fresh + i * 4 + ${FRESH}, square);
        mMost = max(mMost, abs(mean));
        vMost = max(vMost, square);
        let below = sqrt(square) * root + eps;
        // with eps 0 and no gradient ever: 0 / 0
        store4(param + here, load4(param + here) * kept - unless(rate * mean / below, below == zero));
      }
    }
    let mLargest = max(max(mMost.x, mMost.y), max(mMost.z, mMost.w));
    let vLargest = max(max(vMost.x, vMost.y), max(vMost.z, vMost.w));
    store(at, mLargest);
    store(at + 4, vLargest);
    // a block of zeros stays one
    let mDivisor = vec4f(mLargest) + unless(vec4f(1.0), vec4f(mLargest) != zero);
    let vDivisor = vec4f(vLargest) + unless(vec4f(1.0), vec4f(vLargest) != zero);
    for (var i = 0; i < ${dynamicBlock}; i += 4) {
      store_u32(mCodes + words + i, m_encode(load4(fresh + i * 4) / mDivisor));
      store_u32(vCodes + words + i, v_encode(load4(fresh + i * 4 + ${FRESH}) / vDivisor));
    }
  }`,
});

/** AdamW with moments of 8 bits, over buffers param, grad, mCodes, vCodes, scales, table, hyper (, gradScale). */
export const adamw8bitWasm: { program(spec: Adamw8bitSpec): WasmProgram } = {
  program: ({ blocks, scaled }) =>
    wasmProgram(
      [
        wasmCall(adamw8bitKernel, { scaled }, optional({ gradScale: scaled }), {
          count: blocks,
          grain: 4,
          own: ["fresh"],
        }),
      ],
      { fresh: 2 * FRESH },
    ),
};
