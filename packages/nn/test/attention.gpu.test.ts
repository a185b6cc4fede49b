// Attention: random shapes against plain loops, the layer through its cache, captured decoding.
import { Attention, attention, type AttentionState, Builder, cachedAttention, rotary } from "@x/nn";
import {
  capture,
  concat,
  type Device,
  gradientsOf,
  hostNormal,
  hostUniform,
  pad,
  reshape,
  slice,
  type Tensor,
  tensor,
  tidy,
  webgpuDevice,
  cpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";

const devices: readonly Device[] = [cpuDevice(), await webgpuDevice({ device: await sharedGpu(), poison: true })];

const numbers = (count: number, stream: number): Float32Array => hostNormal({ seed: 5, stream }, count);
const i32 = (values: readonly number[], device: Device): Tensor => tensor(values, { dtype: "i32", device });

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, atMost: number): void {
  expect(got.length).toBe(want.length);
  let worst = 0;
  for (let i = 0; i < want.length; i++)
    worst = Math.max(worst, Math.abs(got[i]! - want[i]!) || 0, +!(got[i]! === got[i]!));
  expect(worst).toBeLessThan(atMost);
}

interface Shape {
  readonly b: number;
  readonly l: number;
  readonly m: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly a: number;
}

/** Attention by the definition, in doubles; `sees(row, query, key)`. */
function plain(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  { b, l, m, heads, kvHeads, a }: Shape,
  scale: number,
  sees: (row: number, query: number, key: number) => boolean,
): Float64Array {
  const y = new Float64Array(q.length);
  for (let row = 0; row < b; row++)
    for (let i = 0; i < l; i++)
      for (let head = 0; head < heads; head++) {
        const at = ((row * l + i) * heads + head) * a;
        const keyAt = (j: number): number => ((row * m + j) * kvHeads + Math.floor(head / (heads / kvHeads))) * a;
        const keys = Array.from({ length: m }, (_, j) => j).filter((j) => sees(row, i, j));
        const scores = keys.map(
          (j) => scale * Array.from({ length: a }, (_, d) => q[at + d]! * k[keyAt(j) + d]!).reduce((s, x) => s + x, 0),
        );
        const top = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - top));
        const total = weights.reduce((s, x) => s + x, 0);
        keys.forEach((j, n) => {
          for (let d = 0; d < a; d++) y[at + d]! += (weights[n]! / total) * v[keyAt(j) + d]!;
        });
      }
  return y;
}

/** Sizes drawn from a seed: every kind of length and head dim. */
function drawn(stream: number): Shape & { readonly causal: boolean; readonly ids: readonly number[] } {
  const unit = hostUniform({ seed: 9, stream }, 8);
  const pick = <T>(at: number, of: readonly T[]): T => of[Math.floor(unit[at]! * of.length)]!;
  const kvHeads = pick(0, [1, 2, 3]);
  const l = pick(1, [1, 3, 8, 17, 33]);
  const m = l + pick(2, [0, 0, 5, 40]);
  const b = pick(3, [1, 2]);
  const ids = Array.from(hostUniform({ seed: 9, stream: stream + 1000 }, b * m), (x) => Math.floor(x * 3.3) - 1);
  const smooth = ids.map((id, i) => (i % 4 === 0 ? id : ids[i - (i % 4)]!)); // runs of four
  return {
    b,
    l,
    m,
    heads: kvHeads * pick(4, [1, 2, 4]),
    kvHeads,
    a: pick(5, [4, 5, 8, 20, 64]),
    causal: unit[6]! < 0.6,
    ids: smooth,
  };
}

for (const device of devices) {
  describe(`on ${device.kind}`, () => {
    it.each([1, 2, 3, 4, 5, 6])(
      "random shapes equal the definition, with documents and without (%i)",
      async (stream) => {
        const { causal, ids, ...shape } = drawn(stream);
        const { b, l, m, heads, kvHeads, a } = shape;
        const [q, k, v] = [
          numbers(b * l * heads * a, 1),
          numbers(b * m * kvHeads * a, 2),
          numbers(b * m * kvHeads * a, 3),
        ];
        const x = {
          q: tensor(q, { shape: [b, l, heads, a], device }),
          k: tensor(k, { shape: [b, m, kvHeads, a], device }),
          v: tensor(v, { shape: [b, m, kvHeads, a], device }),
          ids: tensor(ids, { shape: [b, m], dtype: "i32", device }),
        };
        const past = (i: number, j: number): boolean => !causal || j <= m - l + i;
        const same = (row: number, i: number, j: number): boolean => {
          const [from, to] = [Math.min(j, m - l + i), Math.max(j, m - l + i)];
          const run = ids.slice(row * m + from, row * m + to + 1);
          return run[0]! >= 0 && run.every((id) => id === run[0]);
        };
        const scale = 0.6;
        const all = attention(x.q, x.k, x.v, { scale, causal });
        expectClose(
          await all.data(),
          plain(q, k, v, shape, scale, (_, i, j) => past(i, j)),
          2e-5,
        );
        const packed = attention(x.q, x.k, x.v, { scale, causal, seqIdx: x.ids });
        expectClose(
          await packed.data(),
          plain(q, k, v, shape, scale, (row, i, j) => past(i, j) && same(row, i, j)),
          2e-5,
        );
        for (const one of [...Object.values(x), all, packed]) one.dispose();
      },
    );

    it("takes q, k and v as columns of one projection without copies", async () => {
      const projected = tensor(numbers(2 * 9 * 64, 4), { shape: [2, 9, 64], device });
      const result = tidy(() => {
        const at = (from: number, heads: number): Tensor =>
          reshape(slice(projected, 2, from, from + heads * 8), [2, 9, heads, 8]);
        const views = attention(at(0, 4), at(32, 2), at(48, 2), { causal: true });
        const dense = attention(at(0, 4).contiguous(), at(32, 2).contiguous(), at(48, 2).contiguous(), {
          causal: true,
        });
        return { views, dense };
      });
      expect(await result.views.data()).toEqual(await result.dense.data());
      for (const one of [projected, result.views, result.dense]) one.dispose();
    });

    it("turns positions beyond 2^16 at theta 1e11 as doubles do", async () => {
      const [l, size, start] = [3, 64, 262140];
      const x = numbers(l * size, 6);
      const given = tensor(x, { shape: [1, l, 1, size], device });
      const y = rotary(given, i32([start], device), { size, theta: 1e11 });
      const got = await y.data();
      for (let t = 0; t < l; t++)
        for (let i = 0; i < size / 2; i++) {
          // the angle is an f32 product: of a frequency rounded once and an exact position
          const angle = Math.fround((start + t) * Math.fround(1e11 ** ((-2 * i) / size)));
          const [one, other] = [x[t * size + i]!, x[t * size + i + size / 2]!];
          expect(Math.abs(got[t * size + i]! - (one * Math.cos(angle) - other * Math.sin(angle)))).toBeLessThan(2e-6);
          expect(
            Math.abs(got[t * size + i + size / 2]! - (other * Math.cos(angle) + one * Math.sin(angle))),
          ).toBeLessThan(2e-6);
        }
      given.dispose();
      y.dispose();
    });

    const layerOf = (dConv: number): Attention =>
      new Attention(24, {
        heads: 4,
        keyValueHeads: 2,
        headDim: 8,
        rotary: { size: 6 },
        bias: true,
        dConv,
        dMlp: 2 * dConv,
        builder: new Builder({ device, seed: 2 }),
      });

    it.each([0, 4])(
      "goes on from a state, whole pieces and single tokens, as one forward (convolution of %i)",
      async (dConv) => {
        const layer = layerOf(dConv);
        const [b, l] = [2, 21];
        const x = tensor(numbers(b * l * 24, 7), { shape: [b, l, 24], device });
        const whole = layer.forward(x).y;
        let state = layer.emptyState(b, 32, device);
        const pieces: Tensor[] = [];
        let at = 0;
        for (const count of [7, 1, 2, 5, 1, 1, 4]) {
          const start = i32([at, at], device);
          const part = slice(x, 1, at, at + count);
          const next =
            count === 1
              ? layer.step(reshape(part.contiguous(), [b, 24]), state, start)
              : layer.forward(part, { state, start });
          pieces.push(reshape(next.y, [b, count, 24]));
          state = next.state!;
          at += count;
        }
        expectClose(await concat(pieces, 1).data(), await whole.data(), 1e-5);
      },
    );

    it("rows of different lengths go on as if each had been alone", async () => {
      const layer = layerOf(4);
      const lengths = [2, 5];
      const x = tensor(numbers(2 * 6 * 24, 8), { shape: [2, 6, 24], device });
      const padded = slice(x, 1, 0, 5);
      const next = slice(x, 1, 5, 6);
      const filled = layer.forward(padded, {
        state: layer.emptyState(2, 16, device),
        start: i32([0, 0], device),
        lengths: i32(lengths, device),
      });
      const after = layer.step(reshape(next.contiguous(), [2, 24]), filled.state!, i32(lengths, device));
      for (const [row, length] of lengths.entries()) {
        const own = concat([slice(slice(padded, 0, row, row + 1), 1, 0, length), slice(next, 0, row, row + 1)], 1);
        const alone = layer.forward(own).y;
        expectClose(await slice(after.y, 0, row, row + 1).data(), await slice(alone, 1, length).data(), 1e-5);
      }
    });

    it.each([0, 4])(
      "captured decoding through growing caches equals one forward, one plan for each capacity (convolution of %i)",
      async (dConv) => {
        const tokens = 300;
        const layer = layerOf(dConv);
        const x = tensor(numbers(tokens * 24, 9), { shape: [1, tokens, 24], device });
        const whole = await layer.forward(x).y.data();
        const step = capture((token: Tensor, state: AttentionState, start: Tensor) => {
          const { y, state: next } = layer.step(token, state, start);
          return { y, next, start: start.add(1) };
        });
        let capacity = 32;
        let state = layer.emptyState(1, capacity, device);
        let start = i32([0], device);
        for (let t = 0; t < tokens; t++) {
          if (t === capacity) {
            const grown = {
              ...state,
              keys: pad(state.keys, 1, 0, capacity),
              values: pad(state.values, 1, 0, capacity),
            };
            state.keys.dispose();
            state.values.dispose();
            state = grown;
            capacity *= 2;
          }
          const token = tensor(numbers(tokens * 24, 9).slice(t * 24, t * 24 + 24), { shape: [1, 24], device });
          const made = step(token, state, start);
          if (t % 37 === 0 || t === tokens - 1)
            expectClose(await made.y.data(), whole.slice(t * 24, t * 24 + 24), 2e-5);
          for (const held of [token, made.y, start, ...(Object.values(state) as Tensor[])]) held.dispose();
          ({ next: state, start } = made);
        }
        expect(capacity).toBe(512);
        expect(step.plans).toBe(Math.log2(capacity / 32) + 1);
        // beside a gated part, one copy before out_proj or the convolution
        expect(step.copies).toBe(dConv === 0 ? 0 : step.plans);
        step.dispose();
      },
    );

    it("appends in place: every tensor over the cache sees it, and a view of it forbids it", async () => {
      const [k, keys] = [tensor([[[[1]]]], { device }), tensor([[[[0]], [[0]]]], { device })];
      const values = tensor([[[[0]], [[0]]]], { device });
      const alias = reshape(keys, [2]);
      const y = cachedAttention(k, k, k, { keys, values }, i32([1], device));
      expect([...(await alias.data())]).toEqual([0, 1]);
      expect((await y.data())[0]).toBeCloseTo(Math.E / (1 + Math.E), 5);
      const view = slice(keys, 1, 0, 1);
      expect(() => cachedAttention(k, k, k, { keys, values }, i32([1], device))).toThrow(/written in place/);
      view.dispose();
      for (const one of [k, keys, values, alias, y]) one.dispose();
    });

    // PyTorch: a softmax over nothing but −∞ is NaN, as one with +∞; a query that sees nothing gives zeros
    describe.each([
      ["all scores −∞, by the query", { q: -Infinity }],
      ["all scores −∞, by the keys", { k: () => -Infinity }],
      ["some scores −∞", { k: (j: number) => (j % 2 === 0 ? -Infinity : 1) }],
      ["some scores +∞", { k: (j: number) => (j % 5 === 3 ? Infinity : 1) }],
      ["∞ − ∞ in every score", { k: () => Infinity, other: -Infinity }],
      ["scores near the least number", { k: (j: number) => -2e38 - (j % 3) * 1e32 }],
    ] satisfies readonly (readonly [string, { q?: number; k?: (j: number) => number; other?: number }])[])(
      "%s",
      (
        _what,
        { q: first = 1, k: key = () => 1, other = 0 }: { q?: number; k?: (j: number) => number; other?: number },
      ) => {
        const a = 8;
        const rowsOf = (count: number, stream: number, of: (i: number) => number): Float32Array =>
          numbers(count * a, stream).map((x, i) =>
            i % a === 0 ? of(Math.floor(i / a)) : i % a === 1 ? other || x : Math.abs(x),
          );
        const same = (got: ArrayLike<number>, want: Float64Array): void =>
          Array.from(want).forEach((x, i) =>
            Number.isNaN(x)
              ? expect(got[i], `element ${i}`).toBeNaN()
              : expect(got[i], `element ${i}`).toBeCloseTo(x, 4),
          );
        const made = (l: number, m: number): Record<"q" | "k" | "v", Float32Array> => ({
          q: rowsOf(l, 21, () => first),
          k: rowsOf(m, 22, key),
          v: numbers(m * a, 23),
        });
        const sizes = (l: number, m: number): Shape => ({ b: 1, l, m, heads: 1, kvHeads: 1, a });
        const upload = (x: Float32Array, tokens: number): Tensor => tensor(x, { shape: [1, tokens, 1, a], device });

        it.each([false, true])("over a sequence, with padding (causal: %s)", async (causal) => {
          const [l, ids] = [70, Array.from({ length: 70 }, (_, t) => (t < 3 ? -1 : Math.floor(t / 33)))];
          const x = made(l, l);
          const sees = (i: number, j: number): boolean => (!causal || j <= i) && ids[i]! >= 0 && ids[i] === ids[j];
          const seqIdx = tensor(ids, { shape: [1, l], dtype: "i32", device });
          const given = (["q", "k", "v"] as const).map((name) => upload(x[name], l)) as [Tensor, Tensor, Tensor];
          const packed = attention(...given, { causal, scale: 1, seqIdx });
          same(
            await packed.data(),
            plain(x.q, x.k, x.v, sizes(l, l), 1, (_, i, j) => sees(i, j)),
          );
          const all = attention(...given, { causal, scale: 1 });
          same(
            await all.data(),
            plain(x.q, x.k, x.v, sizes(l, l), 1, (_, i, j) => !causal || j <= i),
          );
          const loss = (): Tensor => attention(...given, { causal, scale: 1 }).sum();
          for (const [n, grad] of gradientsOf(loss, given).grads.entries())
            if (Number.isNaN((await all.data())[l * a - 1]))
              expect((await grad!.data()).at(-1), `gradient ${n}`).toBeNaN();
        });

        it.each([
          [1, 300],
          [70, 400],
        ])("%i tokens over a cache of %i", async (l, m) => {
          const x = made(l, m);
          const start = m - l;
          const held = (of: Float32Array): Tensor =>
            upload(
              of.map((value, i) => (i < start * a ? value : 7)),
              m,
            );
          const late = (of: Float32Array): Tensor => upload(of.slice(start * a), l);
          const cache = { keys: held(x.k), values: held(x.v) };
          const y = cachedAttention(upload(x.q, l), late(x.k), late(x.v), cache, i32([start], device), { scale: 1 });
          same(
            await y.data(),
            plain(x.q, x.k, x.v, sizes(l, m), 1, (_, i, j) => j <= start + i),
          );
        });
      },
    );
  });
}

it("refuses a cache without room on the CPU", () => {
  const k = tensor([[[[1]]]]);
  const cache = { keys: tensor([[[[0]]]]), values: tensor([[[[0]]]]) };
  expect(() => cachedAttention(k, k, k, cache, i32([1], cpuDevice()))).toThrow(
    /cachedAttention: start must .* capacity of 1; got 1/,
  );
});
