// Documents in rows: each comes once in an epoch, in another order in each; rows say where documents begin; a batch is a function of its step alone.
import { describe, expect, it } from "vitest";
import { documentBatches, type Documents, IGNORE_INDEX, packDocuments, permutation, type TokenBatch } from "@x/nn";

describe("permutation", () => {
  it.each([1, 2, 3, 16, 17, 1000])("of %d holds every number once", (count) => {
    const order = permutation(count, { seed: 3 });
    const all = Array.from({ length: count }, (_, i) => order(i));
    expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  it("differs by seed and index, and spreads neighbours", () => {
    const orders = [{ seed: 0 }, { seed: 1 }, { seed: 0, index: 1 }].map((options) => permutation(5000, options));
    const [a, b, c] = orders.map((order) => Array.from({ length: 5000 }, (_, i) => order(i)));
    for (const other of [b!, c!]) expect(a!.filter((value, i) => value === other[i]).length).toBeLessThan(10);
    const far = a!.filter((value, i) => i > 0 && Math.abs(value - a![i - 1]!) > 50).length;
    expect(far).toBeGreaterThan(4800); // of a uniform order 98 %
  });

  it("takes counts that no list could hold", () => {
    const order = permutation(2 ** 50 - 7);
    const values = Array.from({ length: 100 }, (_, i) => order(i));
    expect(new Set(values).size).toBe(100);
    for (const value of values) expect(Number.isSafeInteger(value) && value >= 0 && value < 2 ** 50 - 7).toBe(true);
    expect(() => permutation(3)(3)).toThrow("permutation: a place must be a whole number in [0, 3); got 3.");
    expect(() => permutation(3, { seed: -1 })).toThrow("permutation: seed must be");
  });
});

/** Document d of n tokens: 100·d, 100·d + 1, … */
function numbered(lengths: readonly number[], counts?: (i: number) => number): Documents {
  return {
    lengths,
    read: (d) => ({
      ids: Int32Array.from({ length: lengths[d]! }, (_, i) => 100 * d + i),
      ...(counts && { counts: Int32Array.from({ length: lengths[d]! }, (_, i) => counts(i)) }),
    }),
  };
}

/** The pairs of a token and its target that count, of some batches. */
function pairs(batches: Iterable<TokenBatch>): string[] {
  return [...batches].flatMap(({ x, y }) =>
    Array.from(x, (id, i) => [id, y[i]!] as const)
      .filter(([, target]) => target !== IGNORE_INDEX)
      .map(([id, target]) => `${id}>${target}`),
  );
}

describe("packDocuments", () => {
  const lengths = [5, 3, 9, 1, 2, 14, 4];
  const expected = lengths.flatMap((n, d) =>
    Array.from({ length: n - 1 }, (_, i) => `${100 * d + i}>${100 * d + i + 1}`),
  );

  it.each([true, false])("gives every pair of neighbours once an epoch (pack %s)", (pack) => {
    const options = { documents: numbered(lengths), batch: 1, length: 6, pack };
    const batches = packDocuments({ ...options, seed: 5 });
    const steps = batches.stepsOf(1);
    const first = pairs(Array.from({ length: steps }, (_, i) => batches.at(i)));
    const second = pairs(Array.from({ length: batches.stepsOf(2) - steps }, (_, i) => batches.at(steps + i)));
    expect([...first].sort()).toEqual([...expected].sort());
    expect([...second].sort()).toEqual([...expected].sort());
    expect(second).not.toEqual(first);
    expect(pairs(documentBatches({ ...options, batch: 2 }))).toEqual(expected);
  });

  it("says which token is of which document, and keeps those whole that fit", () => {
    const [row] = documentBatches({ documents: numbered([3, 4, 4]), batch: 1, length: 7 });
    expect(row).toEqual({
      x: Int32Array.of(0, 1, 100, 101, 102, 0, 0),
      y: Int32Array.of(1, 2, 101, 102, 103, IGNORE_INDEX, IGNORE_INDEX),
      seqIdx: Int32Array.of(0, 0, 1, 1, 1, -1, -1),
      shape: [1, 7],
    });
  });

  it("counts the targets that the document counts", () => {
    const [row] = documentBatches({ documents: numbered([6], (i) => Number(i >= 3)), batch: 1, length: 5 });
    expect([...row!.y]).toEqual([IGNORE_INDEX, IGNORE_INDEX, 3, 4, 5]);
  });

  it("gives the batch of a step in any order of calls", () => {
    const make = (): ReturnType<typeof packDocuments> =>
      packDocuments({ documents: numbered(lengths), batch: 2, length: 6, seed: 1 });
    const inOrder = make();
    const batches = Array.from({ length: 9 }, (_, i) => inOrder.at(i));
    for (const step of [8, 3, 3, 4, 0]) expect(make().at(step)).toEqual(batches[step]);
    expect(inOrder.at(2)).toEqual(batches[2]);
  });

  it("refuses what is no set of documents", () => {
    expect(() => packDocuments({ documents: numbered([1, 1]), batch: 1, length: 4 })).toThrow(
      "packDocuments: there must be a document of at least two tokens",
    );
    expect(() => packDocuments({ documents: numbered([3]), indices: [1], batch: 1, length: 4 })).toThrow(
      "packDocuments: indices must be of the 1 documents; got 1.",
    );
    const longer: Documents = { lengths: [4], read: () => ({ ids: [1, 2, 3] }) };
    expect(() => packDocuments({ documents: longer, batch: 1, length: 4 }).at(0)).toThrow(
      "document 0 must have the 4 tokens of its length; got 3.",
    );
  });
});
