// How the scan fits together: whole sequences, pieces, single steps and packed documents agree, in outputs and gradients.
import { add, concat, hostNormal, ones, reshape, slice, sum, tensor, type Tensor, vjp, zeros } from "@x/tensor";
import { describe, expect, test } from "vitest";
import { ssd, type SsdOptions, ssdStep } from "../src/index.ts";

const [b, l, h, p, g, n] = [2, 45, 4, 3, 2, 5];
const normal = (shape: readonly number[], stream: number): Tensor =>
  tensor(
    hostNormal(
      { seed: 3, stream },
      shape.reduce((size, dim) => size * dim, 1),
    ),
    { shape },
  );
const x = normal([b, l, h, p], 0);
const dt = normal([b, l, h], 1);
const A = tensor([-0.2, -1, -0.5, -2]);
const B = normal([b, l, g, n], 2);
const C = normal([b, l, g, n], 3);
const z = normal([b, l, h, p], 4);
const initialState = normal([b, h, p, n], 5);
const fixed = { D: normal([h, p], 6), dtBias: normal([h], 7), dtLimit: [0.2, 1.1] as const };

const cut = (value: Tensor, start: number, end?: number): Tensor => slice(value, 1, start, end);
function piece(start: number, end: number | undefined, options: SsdOptions): ReturnType<typeof ssd> {
  return ssd(cut(x, start, end), cut(dt, start, end), A, cut(B, start, end), cut(C, start, end), {
    ...fixed,
    z: cut(z, start, end),
    ...options,
  });
}

async function expectEqual(got: Tensor, want: Tensor, digits = 5): Promise<void> {
  expect(got.shape).toEqual(want.shape);
  const [g, e] = [await got.data(), await want.data()];
  for (let i = 0; i < e.length; i++) expect(g[i]).toBeCloseTo(e[i]!, digits);
}

test("a sequence in pieces equals the whole", async () => {
  const whole = piece(0, l, { initialState });
  for (const at of [1, 31, 32, 33]) {
    const head = piece(0, at, { initialState });
    const tail = piece(at, undefined, { initialState: head.finalState });
    await expectEqual(concat([head.y, tail.y], 1), whole.y);
    await expectEqual(tail.finalState, whole.finalState);
  }
});

test("steps equal the whole, with D per channel and limits of dt", async () => {
  const whole = piece(0, l, { initialState });
  let state = initialState;
  const outputs: Tensor[] = [];
  for (let t = 0; t < l; t++) {
    const at = (value: Tensor): Tensor => reshape(cut(value, t, t + 1), [b, ...value.shape.slice(2)]);
    const next = ssdStep(state, at(x), at(dt), A, at(B), at(C), { ...fixed, z: at(z) });
    outputs.push(reshape(next.y, [b, 1, h, p]));
    ({ state } = next);
  }
  await expectEqual(concat(outputs, 1), whole.y);
  await expectEqual(state, whole.finalState);
});

describe("packed documents", () => {
  const lengths = [10, 1, 21, 13];
  const ids = (row: readonly number[]): number[] => row.flatMap((length, i) => Array<number>(length).fill(i));
  const seqIdx = tensor(Int32Array.from([...ids(lengths), ...ids(lengths)]), { shape: [b, l] });

  test("equal the documents alone, outputs and gradients; the initial state reaches the first", async () => {
    const seed = normal([b, l, h, p], 8);
    const packed = vjp(() => [piece(0, l, { seqIdx, initialState }).y], [x, dt, B, C], [seed]);
    let start = 0;
    for (const [i, length] of lengths.entries()) {
      const inputs = [x, dt, B, C].map((value) => cut(value, start, start + length)) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      const options = { ...fixed, z: cut(z, start, start + length), ...(i === 0 ? { initialState } : {}) };
      const alone = vjp(() => [ssd(inputs[0], inputs[1], A, inputs[2], inputs[3], options).y], inputs, [
        cut(seed, start, start + length),
      ]);
      await expectEqual(cut(packed.value[0]!, start, start + length), alone.value[0]!);
      for (const [k, grad] of alone.grads.entries())
        await expectEqual(cut(packed.grads[k]!, start, start + length), grad, 4);
      start += length;
    }
  });

  test("leave the state of the last one", async () => {
    const last = l - lengths.at(-1)!;
    await expectEqual(piece(0, l, { seqIdx, initialState }).finalState, piece(last, l, {}).finalState);
  });

  test("a row that does not begin in document 0 drops the initial state", async () => {
    const later = add(seqIdx, tensor(Int32Array.of(1), { shape: [1] }));
    await expectEqual(piece(0, l, { seqIdx: later, initialState }).y, piece(0, l, { seqIdx }).y);
  });

  test("padding feeds no state and has no gradient of dt", async () => {
    const padded = tensor(
      Int32Array.from({ length: b * l }, (_, i) => (i % l < 40 ? 0 : -1)),
      { shape: [b, l] },
    );
    const { value, grads } = vjp(() => [piece(0, l, { seqIdx: padded }).y], [dt], [ones([b, l, h, p])]);
    await expectEqual(cut(value[0]!, 0, 40), piece(0, 40, {}).y);
    await expectEqual(sum(cut(grads[0]!, 40)), zeros([]));
    await expectEqual(piece(0, l, { seqIdx: padded }).finalState, zeros([b, h, p, n]));
  });
});

test.each([
  ["slow", 1e-4],
  ["fast", 30],
])("gradients of %s decays over many chunks keep their digits", async (_, rate) => {
  const sizes = {
    x: [1, 300, 3, 9],
    dt: [1, 300, 3],
    B: [1, 300, 1, 10],
    C: [1, 300, 1, 10],
    gradY: [1, 300, 3, 9],
  } as const;
  const values = Object.entries(sizes).map(([name, shape], stream) => {
    const drawn = hostNormal(
      { seed: 4, stream },
      shape.reduce<number>((size, dim) => size * dim, 1),
    );
    return name === "dt" ? drawn.map((value) => 0.2 + 0.1 * Math.tanh(value)) : drawn;
  });
  const gradients = async (dtype: "f32" | "f64"): Promise<ArrayLike<number>[]> => {
    const inputs = Object.values(sizes).map((shape, i) => tensor(Float64Array.from(values[i]!), { shape, dtype })) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const a = tensor(
      Float64Array.of(-1, -2, -0.5).map((value) => value * rate),
      { dtype },
    );
    const [xs, steps, keys, queries, seed] = inputs;
    const { grads } = vjp(
      () => [ssd(xs, steps, a, keys, queries, { dtSoftplus: false }).y],
      [a, steps, xs, keys, queries],
      [seed],
    );
    return Promise.all(grads.map((grad) => grad.data()));
  };
  const [got, want] = [await gradients("f32"), await gradients("f64")];
  const distance = (i: number): number => {
    let [error, scale] = [0, 0];
    for (let k = 0; k < want[i]!.length; k++) {
      error += (got[i]![k]! - want[i]![k]!) ** 2;
      scale += want[i]![k]! ** 2;
    }
    return Math.sqrt(error / scale);
  };
  for (const i of got.keys()) expect(distance(i)).toBeLessThan(2e-6);
});

describe("says what is wrong", () => {
  test.each([
    [
      "groups that do not divide heads",
      () => ssd(x, dt, A, normal([b, l, 3, n], 0), C),
      /ssd: groups must divide heads; got 3 groups \(B\) and 4 heads/,
    ],
    ["a wrong shape", () => ssd(x, dt, ones([3]), B, C), /ssd: A must have shape \[4\] for x \[2,45,4,3\]; got \[3\]/],
    ["a wrong rank", () => ssd(ones([b, l, h]), dt, A, B, C), /ssd: x must be \[b, l, h, p\]; got \[2,45,4\]/],
    ["seqIdx of floats", () => ssd(x, dt, A, B, C, { seqIdx: zeros([b, l]) }), /ssd: seqIdx must be i32; got f32/],
    [
      "limits that cross",
      () => ssd(x, dt, A, B, C, { dtLimit: [1, 0.5] }),
      /ssd: dtLimit must be \[lo, hi\] with 0 ≤ lo ≤ hi; got \[1, 0.5\]/,
    ],
    [
      "a step with a whole sequence",
      () => ssdStep(initialState, x, dt, A, B, C),
      /ssdStep: B must be \[b, g, n\]; got \[2,45,2,5\]/,
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
