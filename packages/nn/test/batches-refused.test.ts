// What batches are made of is looked at before it becomes a number of 32 bits: a step that is none, tokens that would become others, counts that say nothing.
import { byteTokenizer, consecutiveBatches, documentBatches, packDocuments, randomBatches } from "@x/nn";
import * as nn from "@x/nn";
import { describe, expect, it, test } from "vitest";

const tokens = byteTokenizer.encode("to be or not to be, ".repeat(9));
const documents = { lengths: [5, 7], read: (i: number) => ({ ids: tokens.subarray(0, [5, 7][i]) }) };

const makers: Readonly<Record<string, { at(step: number): unknown }>> = {
  randomBatches: randomBatches({ tokens, batch: 2, length: 8 }),
  consecutiveBatches: consecutiveBatches({ tokens, batch: 2, length: 8 }),
  packDocuments: packDocuments({ documents, batch: 2, length: 8 }),
  mqar: nn.mqar({ vocab: 16, length: 16, pairs: 2, batch: 4 }),
  parity: nn.parity({ batch: 2 }),
  selectiveCopying: nn.selectiveCopying({ batch: 2 }),
  inductionHeads: nn.inductionHeads({ batch: 2 }),
  resetMajority: nn.resetMajority({ batch: 2 }),
};

describe("a step", () => {
  it.each(Object.keys(makers))("of %s", (name) => {
    for (const step of [-1, 0.5, NaN, Infinity, "1", 2 ** 53, undefined])
      expect(() => makers[name]!.at(step as number)).toThrow(/step must be a whole number of at least 0; got/);
  });
});

test("tokens of 32 bits that a batch cannot hold", () => {
  const large = Uint32Array.from(tokens);
  large[9] = 2 ** 32 - 100; // the target that losses ignore
  const row = { tokens: large, batch: 1, length: 8 };
  const all = (): unknown => Array.from({ length: 60 }, (_, step) => randomBatches(row).at(step));
  expect(all).toThrow("tokens: must be below 2^31; got 4294967196.");
  expect(() => [...nn.sequentialBatches(row)]).toThrow("got 4294967196");
  expect(() => Array.from({ length: 60 }, (_, step) => consecutiveBatches(row).at(step))).toThrow("got 4294967196");
});

test.each([
  [
    "a fraction",
    [1, 2.5, 3],
    undefined,
    "document 0 must have tokens that are whole numbers from 0 to 2^31 − 1; got 2.5",
  ],
  ["a token below 0", [1, -100, 3], undefined, "got -100 at place 1"],
  ["NaN", [1, NaN, 3], undefined, "got NaN at place 1"],
  ["a large token", [1, 2, 2 ** 32], undefined, "got 4294967296 at place 2"],
  ["no token", [1, undefined, 3], undefined, "got undefined at place 1"],
  ["a count of 2", [1, 2, 3], [0, 2, 1], "document 0 must have counts of 1, for a target, or 0; got 2 at place 1"],
  ["a truth value", [1, 2, 3], [0, true, true], "got true at place 1"],
])("a document with %s", (_, ids, counts, sentence) => {
  const one = {
    lengths: [3],
    read: () => ({ ids: ids as number[], ...(counts && { counts: counts as number[] }) }),
  };
  expect(() => packDocuments({ documents: one, batch: 1, length: 8 }).at(0)).toThrow(sentence);
  expect(() => [...documentBatches({ documents: one, batch: 1, length: 8 })]).toThrow(sentence);
});
