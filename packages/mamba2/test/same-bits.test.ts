// On the CPU a row of a batch has the bits that it has alone, whatever its neighbours and however it is padded: no sum of a kernel depends on how many rows there are.
// Products with integers are the exception: rows.test.ts has them.
import { describe, expect, it } from "vitest";
import { Mamba2LM, type Mamba2Fields, type Mamba2LMOptions } from "@x/mamba2";
import { hostUniform } from "@x/tensor";

const base: Mamba2Fields = { dModel: 32, nLayer: 2, vocabSize: 40, dState: 8, headDim: 16 };
const attention = { heads: 4, keyValueHeads: 2, headDim: 8, rotary: { size: 4 } };
const kinds: Readonly<Record<string, readonly [Mamba2Fields, Mamba2LMOptions?]>> = {
  "mixers and gated MLPs": [{ dIntermediate: 48 }],
  "groups, biases, layer norms, limits of dt": [
    { nGroups: 2, bias: true, rmsNorm: false, dtLimit: [0.01, 0.5], normBeforeGate: true },
  ],
  "attention alone, relu² MLPs": [
    { layers: [["attention"], ["attention", "mlp"]], attention, dIntermediate: 48, mlp: { activation: "relu2" } },
  ],
  "mixer beside attention, factors": [
    {
      layers: [["mixer+attention", "mlp"], ["mixer+attention"]],
      attention,
      dIntermediate: 64,
      multipliers: { embedding: 2, ssm: [1, 2, 1, 0.5, 1], key: 0.5 },
    },
  ],
  experts: [
    {
      layers: [
        ["mixer", "experts"],
        ["attention", "experts"],
      ],
      attention,
      experts: { count: 4, perToken: 2, width: 24, sharedWidth: 16 },
    },
  ],
  "sums of more than 1024": [{ dModel: 640, expand: 2, headDim: 128, nLayer: 1 }],
  "weights of bf16": [{ dIntermediate: 48 }, { dtype: "bf16" }],
  "weights of f16, experts": [
    { layers: [["mixer", "experts"]], nLayer: 1, experts: { count: 3, perToken: 1, width: 24 } },
    { dtype: "f16" },
  ],
};

const lengths = [1, 70, 3, 33];
const draw = (stream: number, length: number): number[] =>
  Array.from(hostUniform({ seed: 5, stream }, length), (u) => Math.floor(u * 40));
const prompts = lengths.map((length, r) => draw(r, length));
const further = [6, 1, 40, 2].map((length, r) => draw(10 + r, length));

function padded(rows: readonly number[][], side: "left" | "right"): { ids: number[][]; attentionMask: number[][] } {
  const width = Math.max(...rows.map(({ length }) => length));
  const fill = (row: readonly number[], filler: number): number[] => {
    const rest = Array.from({ length: width - row.length }, () => filler);
    return side === "left" ? [...rest, ...row] : [...row, ...rest];
  };
  return {
    ids: rows.map((row) => fill(row, 7)),
    attentionMask: rows.map((row) =>
      fill(
        row.map(() => 1),
        0,
      ),
    ),
  };
}

describe.each(Object.entries(kinds))("%s", (_, [fields, options]) => {
  const model = new Mamba2LM({ ...base, ...fields }, { seed: 3, ...options });

  it.each(["left", "right"] as const)("padded on the %s, then more tokens, then a step", async (side) => {
    const first = padded(prompts, side);
    const more = padded(further, side);
    const one = model.prefill(first.ids, { attentionMask: first.attentionMask });
    const two = model.prefill(more.ids, { attentionMask: more.attentionMask, state: one.state });
    const three = model.step([1, 2, 3, 4], two.state);
    const v = one.logits.shape.at(-1)!;
    for (const [r, prompt] of prompts.entries()) {
      const alone = model.prefill(prompt);
      const next = model.prefill(further[r]!, { state: alone.state });
      const last = model.step([r + 1], next.state);
      for (const [got, want] of [
        [one, alone],
        [two, next],
        [three, last],
      ] as const)
        expect(Array.from(await got.logits.data()).slice(r * v, (r + 1) * v)).toEqual(
          Array.from(await want.logits.data()),
        );
    }
  });
});
