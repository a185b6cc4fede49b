// Reading in parts is reading at once, and going back is having read less.
import { describe, expect, it } from "vitest";
import { Mamba2LM, PrefixCache, Rewindable, type State, streamPrefill } from "@x/mamba2";
import { createCpuDevice } from "@x/tensor";

const device = createCpuDevice();
const model = new Mamba2LM({ dModel: 16, nLayer: 2, vocabSize: 61, dState: 8, headDim: 8 }, { seed: 1, device });
const tokens = (count: number): number[] => Array.from({ length: count }, (_, i) => (i * 7 + (i >> 3)) % 61);

async function expectSame(got: State, wanted: State): Promise<void> {
  for (const [i, layer] of wanted.layers.entries())
    for (const [part, tensor] of Object.entries(layer) as ["ssm", NonNullable<State["layers"][0]["ssm"]>][]) {
      const [a, b] = [await got.layers[i]![part]!.data(), await tensor.data()];
      for (const [at, value] of b.entries())
        expect(Math.abs(a[at]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
    }
}

describe("streamPrefill", () => {
  it("gives the state and logits of one reading, from whatever parts they come", async () => {
    const ids = tokens(300);
    const whole = model.prefill(ids);
    async function* parts(): AsyncGenerator<number[]> {
      for (let at = 0; at < 300; at += 37) yield ids.slice(at, at + 37);
    }
    for (const source of [ids, parts(), [ids.slice(0, 1), [], ids.slice(1)]]) {
      const seen: number[] = [];
      const { logits, state, read } = await streamPrefill(model, source, {
        chunk: 64,
        onChunk: (n) => void seen.push(n),
      });
      expect(read).toBe(300);
      expect(seen).toEqual([64, 128, 192, 256, 300]);
      await expectSame(state, whole.state);
      const [a, b] = [await logits.data(), await whole.logits.data()];
      for (const [i, value] of b.entries()) expect(a[i]).toBeCloseTo(value, 4);
      logits.dispose();
      state.dispose();
    }
  });

  it("holds what one part needs, however long the prompt", async () => {
    const used: number[] = [];
    const { logits, state } = await streamPrefill(model, tokens(3000), {
      chunk: 100,
      onChunk: () => void used.push(device.memory.usedBytes),
    });
    expect(new Set(used.slice(1)).size).toBe(1);
    logits.dispose();
    state.dispose();
    await expect(streamPrefill(model, [])).rejects.toThrow("at least one token");
    await expect(streamPrefill(model, 5 as never)).rejects.toThrow(
      "tokens must be token ids or a stream of parts; got 5.",
    );
  });
});

describe("Rewindable", () => {
  it("goes back to any position, and gives the logits of every token", async () => {
    const before = device.memory.usedBytes;
    const text = new Rewindable(model, { every: 8 });
    const ids = tokens(40);
    text.read(ids.slice(0, 21)).dispose();
    for (const length of [21, 20, 17, 16, 9, 8, 3, 0]) {
      text.rewind(length);
      expect(text.ids).toEqual(ids.slice(0, length));
      const logits = text.read(ids.slice(length, 30));
      const wanted = model.forward(ids.slice(0, 30));
      const [got, all] = [await logits.data(), await wanted.data()];
      expect(logits.shape).toEqual([1, 30 - length, 64]);
      for (const [i, value] of got.entries()) expect(Math.abs(value - all[i + length * 64]!)).toBeLessThan(1e-4);
      const { state } = model.prefill(ids.slice(0, 30));
      await expectSame(text.state!, state);
      for (const held of [logits, wanted, state]) held.dispose();
    }
    expect(() => text.rewind(31)).toThrow("length must be a whole number up to the tokens read, 30; got 31.");
    expect(() => text.read([])).toThrow("ids must be token ids, one at least; got an array of 0.");
    text.dispose();
    expect(device.memory.usedBytes - before).toBeLessThan(4096);
  });
});

describe("PrefixCache", () => {
  it("keeps what was used last within its bytes", () => {
    const { state, logits } = model.prefill([1]);
    const one = [...state.layers.flatMap((layer) => Object.values(layer) as { size: number }[]), logits].reduce(
      (sum, { size }) => sum + 4 * size,
      0,
    );
    const cache = new PrefixCache(model, { maxBytes: 2 * one });
    const known = (ids: number[]): number => {
      const read = cache.read(ids);
      read.logits.dispose();
      read.state.dispose();
      return read.known;
    };
    expect([known([1, 2]), known([3]), known([1, 2, 4])]).toEqual([0, 0, 2]);
    expect([cache.size, cache.usedBytes]).toEqual([2, 2 * one]);
    expect([known([3, 1]), known([1, 2, 4, 5])]).toEqual([0, 3]); // [3] was used longest ago
    cache.dispose();
    expect(cache.usedBytes).toBe(0);
  });
});
