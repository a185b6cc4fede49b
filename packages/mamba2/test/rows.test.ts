// Rows of different lengths: however they are padded, each gives what it gives alone, to the bit: no sum depends on how many rows there are, or on what lies behind a row.
import { describe, expect, it } from "vitest";
import { type ForwardOptions, Mamba2LM, type Mamba2Fields } from "@x/mamba2";
import { hostUniform, type Tensor, tensor } from "@x/tensor";

const base: Mamba2Fields = { dModel: 16, nLayer: 2, vocabSize: 24, dState: 8, headDim: 8 };
const kinds: Readonly<Record<string, Mamba2Fields>> = {
  mixers: {},
  "limits of dt that exclude 0, biases": { dtLimit: [0.01, 0.2], bias: true },
  hybrid: {
    nLayer: 3,
    layers: [["mixer"], ["attention", "experts"], ["mixer+attention"]],
    attention: { heads: 2, rotary: { size: 4 }, dConv: 3 },
    experts: { count: 4, perToken: 2, width: 8 },
    learnableInitialState: true,
  },
};

const draw = (stream: number, length: number): number[] =>
  Array.from(hostUniform({ seed: 9, stream }, length), (u) => Math.floor(u * 24));
const lengths = [5, 11, 1];
const rows = lengths.map((length, r) => draw(r, length));
const more = [3, 1, 6].map((length, r) => draw(10 + r, length));

/** The same bits. */
function expectSame(got: ArrayLike<number>, want: ArrayLike<number>): void {
  expect(Array.from(got)).toEqual(Array.from(want));
}

type Padded = readonly [ids: number[][] | Tensor, options: Pick<ForwardOptions, "lengths" | "attentionMask">];

const width = (all: readonly number[][]): number => Math.max(...all.map(({ length }) => length));
const zeros = (row: readonly number[], all: readonly number[][]): number[] =>
  Array.from({ length: width(all) - row.length }, () => 0);
const onRight = (all: number[][]): number[][] => all.map((row) => [...row, ...zeros(row, all)]);
const onLeft = (all: number[][]): number[][] => all.map((row) => [...zeros(row, all), ...row]);
const ones = (all: number[][]): number[][] => all.map((row) => row.map(() => 1));
const matrix = (all: number[][]): Tensor => tensor(Int32Array.from(all.flat()), { shape: [all.length, width(all)] });

const ways: Readonly<Record<string, (all: number[][]) => Padded>> = {
  "lengths as numbers": (all) => [onRight(all), { lengths: all.map(({ length }) => length) }],
  "lengths as a tensor": (all) => [
    matrix(onRight(all)),
    { lengths: tensor(Int32Array.from(all, ({ length }) => length)) },
  ],
  "a mask, padded on the right": (all) => [onRight(all), { attentionMask: onRight(ones(all)) }],
  "a mask, padded on the left": (all) => [onLeft(all), { attentionMask: onLeft(ones(all)) }],
  "a mask as a tensor, padded on the left": (all) => [
    matrix(onLeft(all)),
    { attentionMask: matrix(onLeft(ones(all))) },
  ],
};

describe.each(Object.entries(kinds))("%s", (_, change) => {
  const model = new Mamba2LM({ ...base, ...change }, { seed: 2 });
  const v = 24;

  it.each(Object.entries(ways))("%s: logits of every token are those of the row alone", async (name, padded) => {
    const [ids, options] = padded(rows);
    const got = await model.forward(ids, options).data();
    for (const [r, row] of rows.entries()) {
      const want = await model.forward(row).data();
      const from = (r * width(rows) + (name.endsWith("left") ? width(rows) - row.length : 0)) * v;
      expectSame(got.slice(from, from + want.length), want);
    }
  });

  it.each(Object.entries(ways))("%s: states go on as those of the rows alone", async (_name, padded) => {
    const first = model.prefill(...padded(rows));
    const [ids, options] = padded(more);
    const second = model.prefill(ids, { ...options, state: first.state });
    const third = model.step([1, 2, 3], second.state);
    const shared = model.prefill(ids, { ...options, state: first.state, logitsToKeep: 1 }); // another branch
    for (const [r, row] of rows.entries()) {
      const a = model.prefill(row);
      const b = model.prefill(more[r]!, { state: a.state });
      const c = model.step([r + 1], b.state);
      for (const [got, want] of [
        [first, a],
        [second, b],
        [third, c],
        [shared, b],
      ] as const)
        expectSame((await got.logits.data()).slice(r * v, (r + 1) * v), await want.logits.data());
    }
  });

  it("keeps the last logits of each row", async () => {
    const long = [draw(20, 7), draw(21, 4)];
    const { logits } = model.prefill(...ways["a mask, padded on the left"]!(long));
    expect(logits.shape).toEqual([2, 1, v]);
    const [ids, options] = ways["lengths as numbers"]!(long);
    const got = await model.forward(ids, { ...options, logitsToKeep: 3 }).data();
    for (const [r, row] of long.entries())
      expectSame(got.slice(r * 3 * v, (r + 1) * 3 * v), await model.forward(row, { logitsToKeep: 3 }).data());
  });
});

it.each([
  [8, 32],
  [8, 8],
  [4, 32],
  [4, 8],
] as const)("weights of %i bits in groups of %i", async (bits, groupSize) => {
  const model = new Mamba2LM({ ...base, dModel: 64 }, { seed: 2, quantize: { bits, groupSize } });
  const [ids, options] = ways["a mask, padded on the left"]!(rows);
  const got = await model.prefill(ids, options).logits.data();
  for (const [r, row] of rows.entries())
    expectSame(got.slice(r * 24, (r + 1) * 24), await model.prefill(row).logits.data());
});

it("says what lengths and masks must be", () => {
  const model = new Mamba2LM(base);
  const ids = onRight(rows);
  const mask = (row: number[]): number[][] => [row, ...ids.slice(1).map((other) => other.map(() => 1))];
  const full = ids[0]!.map(() => 1);
  expect(() => model.forward(ids, { lengths: [5, 12, 1] })).toThrow(
    "lengths: must be whole numbers from 1 to 11, the tokens of a row; got 12.",
  );
  expect(() => model.forward(ids, { lengths: [0, 1, 1] })).toThrow(/from 1 to 11/);
  expect(() => model.forward(ids, { lengths: [5, 11] })).toThrow(/one number per row, 3; got 2/);
  expect(() => model.forward(ids, { attentionMask: mask(full.map((_, i) => (i === 3 ? 0 : 1))) })).toThrow(
    /ones together, at least one; got a gap in row 0/,
  );
  expect(() => model.forward(ids, { attentionMask: mask(full.map(() => 0)) })).toThrow(/got none in row 0/);
  expect(() => model.forward(ids, { attentionMask: mask(full.map(() => 2)) })).toThrow(/must be 0 or 1; got 2/);
  expect(() => model.forward(ids, { attentionMask: [[1]] })).toThrow(/attentionMask: must have the shape of ids/);
  expect(() => model.forward(ids, { lengths, attentionMask: mask(full) })).toThrow(/must not be given together/);
  expect(() => model.forward(ids, { lengths, seqIdx: ids })).toThrow(/seqIdx must not be given with lengths/);
});
