// What nobody reads is refused by name: an unknown key, null, and values of no kind that an option has, in the options of every export that takes some (read from the table of exports), and of every method of the model.
import * as gguf from "@x/mamba2/gguf";
import * as hub from "@x/mamba2/hub";
import * as node from "@x/mamba2/node";
import { Builder, CausalConv1d } from "@x/nn";
import { cpuDevice, ones, tensor } from "@x/tensor";
import { Block, Mamba2LM, Mamba2Mixer } from "@x/mamba2";
import { describe, expect, test } from "vitest";
import {
  callExport,
  disposeAll,
  type Example,
  examplesOf,
  type PackageExports,
  packages,
  smallConfig,
} from "../src/exports/index.ts";
import { ggufExports } from "../src/exports/gguf.ts";
import { hubExports } from "../src/exports/hub.ts";
import { nodeExports } from "../src/exports/node.ts";

const unread = "attentionMaks";

const all: readonly PackageExports[] = [
  ...packages,
  { name: "@x/mamba2/node", module: node, table: nodeExports },
  { name: "@x/mamba2/hub", module: hub, table: hubExports },
  { name: "@x/mamba2/gguf", module: gguf, table: ggufExports },
];

/** Options that may be null, which says something of its own. */
const nullable: readonly string[] =
  "rotary attention eosTokenId exclude dSsm layers experts gatedNormGroups outBias convInit bosTokenId padTokenId maxPositions".split(
    " ",
  );

/** What no option may be. */
const ofNoOption: Readonly<Record<string, unknown>> = {
  null: null,
  "a bigint": 10n,
  "a date": new Date(0),
  "no such": "no such",
  "-1.5": -1.5,
  NaN,
};

/** Options that may be so nonetheless: a text of one's own, a time, a number of either sign. */
const taken: Readonly<Record<string, readonly string[]>> = {
  null: nullable,
  "a date": ["now"],
  "no such": ["name", "baseModel", "text", "stop", "host", "description", "apiKey"],
  false: ["transposeA", "cache", "offline"],
  "-1.5": "presencePenalty frequencyPenalty scale outScale gateScale ord mean low correction beta2Decay".split(" "),
};

/** Functions that check the options of others. */
const checks: readonly string[] = ["checkKernelOptions", "unknownOption", "checkOptions", "requireOptions"];

/** The error that an export raises with another value under a key of its options. */
async function errorWith(each: PackageExports, name: string, example: Example, more: object): Promise<string> {
  const device = cpuDevice();
  const args = [...(await example.args(device))];
  args[example.options!] = { ...(args[example.options!] as object | undefined), ...more };
  let result: unknown;
  try {
    result = await callExport(each, name, example, args, device);
    return "";
  } catch (error) {
    return (error as Error).message;
  } finally {
    disposeAll([args, result]);
  }
}

for (const each of all) {
  describe(each.name, () => {
    for (const [name, example] of examplesOf(each, "cpu")) {
      if (example.options === undefined) {
        test(`${name} has no options`, () => {
          const source = String(each.module[name]);
          const head = source.slice(source.startsWith("class") ? source.indexOf("constructor(") : 0).split("{", 1)[0]!;
          if (!checks.includes(name)) expect(head).not.toMatch(/\boptions\b/);
        });
        continue;
      }
      test(`${name} refuses unknown keys, and what no option may be`, async () => {
        const sentence = await errorWith(each, name, example, { [unread]: 1 });
        const [, keys] = /(?:must be among|The fields are) (.*?)(?:; got "attentionMaks"|\.\.?$)/.exec(sentence) ?? [
          undefined,
          "",
        ];
        expect(sentence).toContain(unread);
        expect(keys, sentence).not.toBe("");
        const silent: string[] = [];
        for (const key of keys!.split(", "))
          for (const [label, value] of Object.entries(ofNoOption)) {
            if (taken[label]?.includes(key)) continue;
            const message = await errorWith(each, name, example, { [key]: value });
            if (!message.includes(key)) silent.push(`${key}: ${label}${message && `: ${message}`}`);
          }
        for (const key of keys!.split(", ")) {
          const names = async (value: unknown): Promise<boolean> =>
            (await errorWith(each, name, example, { [key]: value })).includes(key);
          for (const [falsy, alike] of [
            [false, true],
            ["", "no such"],
          ] as const)
            if (!taken[`${falsy}`]?.includes(key) && (await names(alike)) && !(await names(falsy)))
              silent.push(`${key}: ${JSON.stringify(falsy)}`);
        }
        expect(silent).toEqual([]);
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
