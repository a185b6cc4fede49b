// Accuracy against a count on the host, and perplexity.
import { expect, it } from "vitest";
import { accuracy, Builder, countTargets, Embedding, IGNORE_INDEX, Module, perplexity, type TokenBatch } from "@x/nn";
import { add, createCpuDevice, type Tensor } from "@x/tensor";

/** Logits of a token are a row of a table, those of another document one higher in the first column. */
class Table extends Module {
  readonly rows: Embedding;
  readonly seen: boolean[] = [];

  constructor(builder: Builder) {
    super();
    this.rows = new Embedding(8, 8, { builder });
  }

  forward(x: Tensor, { seqIdx }: { readonly seqIdx?: Tensor } = {}): Tensor {
    this.seen.push(seqIdx !== undefined);
    return add(this.rows.forward(x), 0);
  }
}

/** Batch k of 2 × 5 tokens, some targets of which do not count. */
function batch(k: number): TokenBatch {
  const x = Int32Array.from({ length: 10 }, (_, i) => (3 * i + k) % 8);
  const y = Int32Array.from({ length: 10 }, (_, i) => (i % 3 === 1 ? IGNORE_INDEX : (5 * i + k) % 8));
  return { x, y, shape: [2, 5], ...(k === 1 && { seqIdx: new Int32Array(10) }) };
}

it("is the share of counted targets with the largest logit, over all batches, and leaves nothing behind", async () => {
  const device = createCpuDevice();
  const model = new Table(new Builder({ device, seed: 3 }));
  const table = (await model.rows.weight.value.data()) as Float32Array;
  const largest = Array.from({ length: 8 }, (_, id) => {
    const row = [...table.subarray(8 * id, 8 * id + 8)];
    return row.indexOf(Math.max(...row));
  });
  const batches = [batch(0), batch(1), { ...batch(2), y: new Int32Array(10).fill(IGNORE_INDEX) }, batch(3)];
  const pairs = batches.flatMap(({ x, y }) => [...x].map((id, i) => [id, y[i]!] as const));
  const asked = pairs.filter(([, target]) => target !== IGNORE_INDEX);
  const right = asked.filter(([id, target]) => largest[id] === target);
  expect(right.length).toBeGreaterThan(0);
  expect(await accuracy(model, batches)).toBe(right.length / asked.length);
  const before = device.memory.usedBytes; // with constants that ops keep
  expect(await accuracy(model, batches)).toBe(right.length / asked.length);
  expect(device.memory.usedBytes).toBe(before);
  expect(model.seen).toEqual(expect.arrayContaining([true, false]));
  expect(countTargets(batch(0).y)).toBe(7);
  model.rows.weight.frozen = true; // its device is known all the same
  expect(await accuracy(model, [batch(0)])).toBeLessThanOrEqual(1);
});

it("refuses what it cannot count", async () => {
  const model = new Table(new Builder({ seed: 3 }));
  const none = { ...batch(0), y: new Int32Array(10).fill(IGNORE_INDEX) };
  await expect(accuracy(model, [none])).rejects.toThrow("at least one target that is not -100; got none");
  await expect(accuracy(model, batch(0) as never)).rejects.toThrow("accuracy: batches must be an array");
  await expect(accuracy({} as never, [])).rejects.toThrow("accuracy: model must be a Module, with the method forward");
  class Empty extends Module {
    forward(x: Tensor): Tensor {
      return x;
    }
  }
  await expect(accuracy(new Empty(), [batch(0)])).rejects.toThrow("model must have parameters");
  expect(() => perplexity(Number.NaN)).toThrow("perplexity: loss must be a number of at least 0; got NaN");
  expect(perplexity(Math.log(50))).toBeCloseTo(50, 10);
});
