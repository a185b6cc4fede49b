// A key that nobody reads is refused by name: in the options of every export that takes some (read from the table of exports), and of every method of the model.
import { Builder, CausalConv1d } from "@x/nn";
import { cpuDevice, ones, tensor } from "@x/tensor";
import { Block, Mamba2LM, Mamba2Mixer } from "@x/mamba2";
import { describe, expect, test } from "vitest";
import { callExport, disposeAll, examplesOf, packages, smallConfig } from "../src/exports/index.ts";

const unread = "attentionMaks";

const ofPackages = packages.filter(({ name }) => name === "@x/nn" || name === "@x/mamba2");

for (const exported of ofPackages) {
  describe(exported.name, () => {
    for (const [name, example] of examplesOf(exported, "cpu")) {
      const at = example.options;
      if (at === undefined) continue;
      test(name, async () => {
        const device = cpuDevice();
        const args = [...(await example.args(device))];
        args[at] = { ...(args[at] as object | undefined), [unread]: 1 };
        let result: unknown;
        const act = async (): Promise<unknown> => (result = await callExport(exported, name, example, args, device));
        await expect(act()).rejects.toThrow(unread);
        disposeAll([args, result]);
      });
    }
  });
}

describe("methods", () => {
  const model = new Mamba2LM(smallConfig, { seed: 1 });
  const ids = [1, 2, 3];
  const targets = tensor(Int32Array.of(2, 3, 4), { shape: [1, 3] });
  const bad = { [unread]: 1 } as object;
  const u = ones([1, 3, smallConfig.dModel]);
  const drain = async (pieces: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of pieces);
  };
  const calls: Readonly<Record<string, () => unknown>> = {
    "new Mamba2LM": () => new Mamba2LM(smallConfig, bad),
    "new Mamba2LM, quantize": () => new Mamba2LM(smallConfig, { quantize: { bits: 8, ...bad } }),
    "Mamba2LM.load": async () => Mamba2LM.load((await model.save()).files, bad),
    "Mamba2LM.fromTensors": () => Mamba2LM.fromTensors(smallConfig, new Map(), bad),
    save: () => model.save("official", bad),
    forward: () => model.forward(ids, bad),
    loss: () => model.loss(ids, targets, bad),
    prefill: () => model.prefill(ids, bad),
    generate: () => drain(model.generate("ab", { maxTokens: 1, ...bad })),
    generateIds: () => drain(model.generateIds([ids], { maxTokens: 1, ...bad })),
    loadStateDict: async () => model.loadStateDict(await model.stateDict(), bad),
    "Mamba2Mixer.forward": () => new Mamba2Mixer(smallConfig).forward(u, bad),
    "Block.forward": () => new Block(smallConfig).forward({ hidden: u }, bad),
    "CausalConv1d.forward": () => new CausalConv1d(smallConfig.dModel, 4, { builder: new Builder() }).forward(u, bad),
  };
  test.each(Object.keys(calls))("%s", async (name) => {
    await expect((async () => calls[name]!())()).rejects.toThrow(unread);
  });

  test("the sentence names the method, what it knows, and the nearest", () => {
    expect(() => model.forward(ids, { seqIds: [0, 0, 0] } as object)).toThrow(
      'forward: options must be among seqIdx, state, logitsToKeep, onLayer, lengths, attentionMask; got "seqIds". Did you mean "seqIdx"?',
    );
    expect(() => model.forward(ids, "attentionMask" as never)).toThrow(
      /forward: options must be an object with seqIdx/,
    );
  });
});
