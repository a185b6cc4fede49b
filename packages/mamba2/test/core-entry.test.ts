// "@x/mamba2/core" alone, as a page imports it that counts its bytes: no test before the last two may import "../src/index.ts".
import { expect, it, vi } from "vitest";

vi.resetModules(); // other files of this worker have imported more
const { Mamba2LM, mamba2Config, preset, State } = await import("../src/core.ts");

const tiny = { dModel: 16, nLayer: 2, vocabSize: 32, dState: 8, headDim: 8 };
const hybrid = mamba2Config({
  ...tiny,
  layers: [["mixer"], ["attention"]],
  attention: { heads: 2, keyValueHeads: 1 },
} as never);

it("computes logits and reads prompts", () => {
  const model = new Mamba2LM(tiny, { seed: 1 });
  expect(model.forward([[1, 2, 3]]).shape).toEqual([1, 3, 32]);
  expect(model.prefill([1, 2, 3]).state.batch).toBe(1);
  expect(preset("tiny").nLayer).toBeGreaterThan(0);
});

it("refuses by name what it has not got, and says what brings it", () => {
  const model = new Mamba2LM(tiny, { seed: 1 });
  expect(() => model.loss([[1, 2]], [[2, 3]])).toThrow('loss: must be known to the page; "@x/mamba2/core" alone');
  expect(() => model.step([1], model.initialState())).toThrow("step: must be known to the page");
  expect(() => new Mamba2LM(hybrid)).toThrow("attention: must be known to the page");
});

it("generates, and has steps from then on", async () => {
  const model = new Mamba2LM(tiny, { seed: 1 });
  const ids: (number | null)[] = [];
  for await (const [id] of model.generateIds([[1, 2]], { maxTokens: 3 })) ids.push(id!);
  expect(ids.length).toBe(3);
  const { logits, state } = model.step([1], model.initialState());
  expect(logits.shape).toEqual([1, 32]);
  expect((await State.deserialize(await state.serialize(model), model)).batch).toBe(1);
});

it("loads models from their files", async () => {
  const model = new Mamba2LM(tiny, { seed: 1 });
  const again = await Mamba2LM.load((await model.save()).files);
  expect(await again.forward([[1, 2]]).toArray()).toEqual(await model.forward([[1, 2]]).toArray());
});

it("shares its classes with @x/mamba2, and knows all parts once that is there", async () => {
  const model = new Mamba2LM(tiny, { seed: 1 });
  const index = await import("../src/index.ts");
  expect(index.Mamba2LM).toBe(Mamba2LM);
  expect(await model.loss([[1, 2]], [[2, 3]]).item()).toBeGreaterThan(0);
});

it("loads attention with a hybrid's files", async () => {
  const index = await import("../src/index.ts");
  const { files } = await new index.Mamba2LM(hybrid, { seed: 1 }).save();
  vi.resetModules();
  const fresh = await import("../src/core.ts"); // knows no parts
  expect(() => new fresh.Mamba2LM(fresh.mamba2Config(hybrid))).toThrow("attention: must be known to the page");
  expect((await fresh.Mamba2LM.load(files)).forward([[1, 2]]).shape).toEqual([1, 2, 32]);
});
