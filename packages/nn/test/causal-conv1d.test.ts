// How the causal convolution fits together: whole rows, rows in pieces, single steps and packed documents agree.
import { baseCaps } from "@x/kernels-wgsl";
import { concat, hostNormal, ones, reshape, slice, tensor, type Tensor, transpose, vjp, zeros } from "@x/tensor";
import { describe, expect, test } from "vitest";
import { causalConv1d, causalConv1dBackwardPrimitive, causalConv1dStep, causalConv1dWithState } from "../src/index.ts";

const [b, l, c, w] = [2, 11, 6, 4];
const normal = (shape: readonly number[], stream: number): Tensor =>
  tensor(
    hostNormal(
      { seed: 5, stream },
      shape.reduce((n, dim) => n * dim, 1),
    ),
    { shape },
  );
const x = normal([b, l, c], 0);
const weight = normal([c, w], 1);
const bias = normal([c], 2);
const initialState = normal([b, c, w - 1], 3);

async function expectEqual(got: Tensor, want: Tensor): Promise<void> {
  expect(got.shape).toEqual(want.shape);
  const [g, e] = [await got.data(), await want.data()];
  for (let i = 0; i < e.length; i++) expect(g[i]).toBeCloseTo(e[i]!, 6);
}

test("a row in pieces equals the whole row", async () => {
  const whole = causalConv1dWithState(x, weight, { bias, initialState });
  for (const cut of [1, 2, 3, 7]) {
    const head = causalConv1dWithState(slice(x, 1, 0, cut), weight, { bias, initialState });
    const tail = causalConv1dWithState(slice(x, 1, cut), weight, { bias, initialState: head.finalState });
    await expectEqual(concat([head.y, tail.y], 1), whole.y);
    await expectEqual(tail.finalState, whole.finalState);
  }
});

test.each([w - 1, w, w + 5])("steps over a state of %i inputs equal the whole row", async (length) => {
  const whole = causalConv1dWithState(x, weight, { bias, initialState });
  const lead = length - (w - 1);
  let state = lead === 0 ? initialState : concat([zeros([b, c, lead]), initialState], 2); // no tap reaches the oldest columns
  const outputs: Tensor[] = [];
  for (let t = 0; t < l; t++) {
    const next = causalConv1dStep(reshape(slice(x, 1, t, t + 1), [b, c]), state, weight, { bias });
    outputs.push(reshape(next.y, [b, 1, c]));
    state = next.state;
  }
  await expectEqual(concat(outputs, 1), whole.y);
  expect(state.shape).toEqual([b, c, length]);
  await expectEqual(slice(state, 2, lead), whole.finalState);
});

test("a step refuses a state that is too short, with the numbers", () => {
  expect(() => causalConv1dStep(ones([b, c]), zeros([b, c, w - 2]), weight)).toThrow(
    "causalConv1dStep: state must hold at least w − 1 = 3 inputs of each channel; got [2,6,2] with weight [6,4].",
  );
});

describe("packed documents", () => {
  const lengths = [4, 1, 6];
  const seqIdx = tensor(
    Int32Array.from([lengths, lengths].flatMap((row) => row.flatMap((n, i) => Array<number>(n).fill(i)))),
    { shape: [b, l] },
  );

  test("equal the documents alone, outputs and gradients", async () => {
    const seed = normal([b, l, c], 4);
    const packed = vjp(() => [causalConv1d(x, weight, { bias, seqIdx })], [x], [seed]);
    let start = 0;
    for (const length of lengths) {
      const piece = slice(x, 1, start, start + length);
      const alone = vjp(
        () => [causalConv1d(piece, weight, { bias })],
        [piece],
        [slice(seed, 1, start, start + length)],
      );
      await expectEqual(slice(packed.value[0]!, 1, start, start + length), alone.value[0]!);
      await expectEqual(slice(packed.grads[0]!, 1, start, start + length), alone.grads[0]!);
      start += length;
    }
  });

  test("leave the state of the last one, and nothing of those before", async () => {
    const short = tensor(Int32Array.from([0, 0, 0, 1, 1, 0, 0, 0, 0, 0]), { shape: [2, 5] });
    const row = slice(x, 1, 0, 5);
    const { finalState } = causalConv1dWithState(row, weight, { seqIdx: short });
    const last = transpose(slice(row, 1, 2), 1, 2); // [b, c, 3]
    await expectEqual(slice(finalState, 0, 1), slice(last, 0, 1));
    await expectEqual(slice(slice(finalState, 0, 0, 1), 2, 0, 1), zeros([1, c, 1]));
    await expectEqual(slice(slice(finalState, 0, 0, 1), 2, 1), slice(slice(last, 0, 0, 1), 2, 1));
  });
});

test("a gradient of the final state alone reaches the inputs", async () => {
  const seed = normal([b, c, w - 1], 6);
  const { grads } = vjp(() => [causalConv1dWithState(x, weight).finalState], [x], [seed]);
  await expectEqual(grads[0]!, concat([zeros([b, l - 3, c]), transpose(seed, 1, 2)], 1));
});

test("takes weights as checkpoints hold them", async () => {
  await expectEqual(causalConv1d(x, reshape(weight, [c, 1, w])), causalConv1d(x, weight));
});

test("the gradient's kernel runs where the device binds enough buffers, else its reference", () => {
  const spec = (
    shape: readonly number[],
    dtype: "f32" | "i32" = "f32",
  ): { shape: readonly number[]; dtype: "f32" | "i32" } => ({ shape, dtype });
  const plain = { x: spec([b, l, c]), weight: spec([c, w]), gradY: spec([b, l, c]), bias: spec([c]) };
  const state = spec([b, c, w - 1]);
  const all = { ...plain, initialState: state, gradFinalState: state, seqIdx: spec([b, l], "i32") };
  const kernels = (inputs: typeof plain, buffers: number): number | undefined =>
    causalConv1dBackwardPrimitive.webgpu!(
      inputs,
      { activation: "silu" },
      { ...baseCaps, maxStorageBuffersPerShaderStage: buffers },
      {},
    )?.dispatches.length;
  expect([kernels(plain, 8), kernels(all, 8), kernels(all, 10)]).toEqual([2, undefined, 2]);
});

test.each<[string, () => unknown, string]>([
  [
    "rank of x",
    () => causalConv1d(ones([3, 4]), ones([4, 2])),
    "causalConv1d: x must be [b,l,c] with l at least 1; got [3,4].",
  ],
  [
    "empty rows",
    () => causalConv1d(ones([1, 0, 4]), ones([4, 2])),
    "causalConv1d: x must be [b,l,c] with l at least 1; got [1,0,4].",
  ],
  [
    "channels",
    () => causalConv1d(ones([1, 3, 4]), ones([3, 2])),
    "causalConv1d: weight must be [c,w] with c = 4, the last axis of x; got [3,2].",
  ],
  [
    "state",
    () => causalConv1d(x, weight, { initialState: ones([b, c, w]) }),
    "causalConv1d: initialState must be [2,6,3]; got [2,6,4].",
  ],
  ["documents", () => causalConv1d(x, weight, { seqIdx: ones([b, l]) }), "causalConv1d: seqIdx must be i32; got f32."],
  [
    "step state",
    () => causalConv1dStep(ones([1, 2]), ones([1, 3, 4]), ones([2, 4])),
    "causalConv1dStep: x must be [b,c], weight [c,w], state [b,c,s] and bias [c]; got state [1,3,4]",
  ],
])("%s", (_, fails, message) => {
  expect(fails).toThrow(message);
});
