// A state that does not fill a parameter is refused before anything is written.
import { Linear } from "@x/nn";
import { expect, it } from "vitest";

it("numbers of another count than their shape", async () => {
  const layer = new Linear(2, 2);
  const state = await layer.stateDict();
  const before = (await layer.weight.hostValue()).data;
  const wrong = new Map(
    [...state].map(([path, one]) => [path, { ...one, data: new Float32Array(path === "bias" ? 1 : 4).fill(7) }]),
  );
  expect(() => layer.loadStateDict(wrong)).toThrow("1 of other lengths: bias (1, must be 2)");
  expect((await layer.weight.hostValue()).data).toEqual(before);
});
