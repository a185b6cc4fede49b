// A saved state says which model has read its tokens: with any other value, adapter or configuration it is refused, however alike the sizes are.
import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG, Mamba2LM, mamba2Config, type Mamba2Fields, State } from "@x/mamba2";
import { addAdapter, mergeAdapter, useAdapter } from "@x/mamba2/adapters";
import { ChatTemplate, Conversation } from "@x/mamba2/chat";
import { assign, createCpuDevice, mul, readSafetensors, tidy, writeSafetensors } from "@x/tensor";
import { mathsOf } from "../src/config/maths.ts";

const fields: Mamba2Fields = {
  dModel: 32,
  nLayer: 2,
  vocabSize: 256,
  dState: 8,
  headDim: 8,
  layers: [["mixer", "mlp"], ["attention"]],
  dIntermediate: 32,
  attention: { heads: 2, rotary: { size: 8 } },
};
const make = (more: Mamba2Fields = {}, options: ConstructorParameters<typeof Mamba2LM>[1] = {}): Mamba2LM =>
  new Mamba2LM({ ...fields, ...more }, { seed: 1, ...options });
const model = make();
const bytesOf = (of: Mamba2LM): Promise<Uint8Array> => {
  const { logits, state } = of.prefill([1, 2, 3]);
  logits.dispose();
  return state.serialize(of).finally(() => state.dispose());
};

function adapted(of: Mamba2LM, alpha = 8): Mamba2LM {
  for (const { pair } of addAdapter(of, { rank: 2, alpha }).modules)
    pair.b.write(new Float32Array(pair.b.size).fill(0.01));
  return of;
}

/** Models of the same sizes that are not the first one. */
const others: Readonly<Record<string, () => Mamba2LM | Promise<Mamba2LM>>> = {
  "another draw": () => make({}, { seed: 2 }),
  "the last number of each weight": async () => {
    const other = make();
    for (const one of other.parameters()) {
      const { data } = await one.hostValue();
      data[data.length - 1]! += 1e-3;
      one.write(data);
    }
    return other;
  },
  "one number of one weight, in place": () => {
    const other = make();
    const { value } = other.parameters().at(-2)!;
    tidy(() => assign(value, mul(value, 1.0001)));
    return other;
  },
  "an adapter": () => adapted(make()),
  "a merged adapter": () => {
    const other = adapted(make());
    mergeAdapter(other, other.adapters[0] as Parameters<typeof mergeAdapter>[1]);
    return other;
  },
  "integers of 8 bits": () => make({}, { quantize: { bits: 8 } }),
  "integers of 4 bits": () => make({}, { quantize: { bits: 4 } }),
  halves: () => make({}, { dtype: "bf16" }),
  "another norm": () => make({ normEps: 1e-3 }),
  "another rotation": () => make({ attention: { heads: 2, rotary: { size: 8, theta: 500 } } }),
  "another scale": () => make({ attention: { heads: 2, scale: 1, rotary: { size: 8 } } }),
  "a multiplier": () => make({ multipliers: { residual: 0.5 } }),
};

describe("a state is refused by a model of the same sizes with", () => {
  it.each(Object.keys(others))("%s", async (name) => {
    const other = await others[name]!();
    const [file, back] = [await bytesOf(model), await bytesOf(other)];
    await expect(State.deserialize(file, other)).rejects.toThrow(/state: the model must be the one that has read its/);
    await expect(State.deserialize(back, model)).rejects.toThrow(/state: the model must be the one that has read its/);
    (await State.deserialize(file, other, { otherModel: true })).dispose();
    (await State.deserialize(back, other)).dispose();
    other.dispose();
  });
});

/** The same model. */
const same: Readonly<Record<string, () => Mamba2LM | Promise<Mamba2LM>>> = {
  "drawn again": () => make(),
  "on another device": () => make({}, { device: createCpuDevice({ wasm: false }) }),
  "moved to another device": () => make().to(createCpuDevice()),
  "saved and loaded": async () => Mamba2LM.load((await model.save("own")).files),
  "scanned in other chunks": () => make({ chunkSize: 16 }),
  "with an adapter that is not in use": () => {
    const other = adapted(make());
    useAdapter(other, null);
    return other;
  },
};

describe("a state is taken by the same model", () => {
  it.each(Object.keys(same))("%s", async (name) => {
    const other = await same[name]!();
    (await State.deserialize(await bytesOf(model), other)).dispose();
    other.dispose();
  });
});

it("tells adapters apart, also by their factor alone", async () => {
  const [one, other] = [adapted(make(), 8), adapted(make(), 4)];
  await expect(State.deserialize(await bytesOf(one), other)).rejects.toThrow(/adapter in use/);
  useAdapter(one, null);
  (await State.deserialize(await bytesOf(model), one)).dispose();
});

it.each(["1", "4", "5"])(
  "a file of version %s that says nothing of its model is refused unless asked for",
  async (version) => {
    const { tensors, metadata } = readSafetensors(await bytesOf(model));
    const { model: _, ...before } = metadata;
    const file = writeSafetensors(tensors, { ...before, version });
    for (const of of [model, make({}, { seed: 2 })]) {
      await expect(State.deserialize(file, of)).rejects.toThrow(
        /state: the model must be .*, which the file does not say.*; got .*\{ otherModel: true \}/,
      );
      (await State.deserialize(file, of, { otherModel: true })).dispose();
    }
    const { config, device } = model; // one that has no identity is not compared
    (await State.deserialize(file, { config, device })).dispose();
  },
);

it("a conversation of before, which does not say its model, is read again", async () => {
  const options = { template: new ChatTemplate("{% for m in messages %}{{ m.content }}\n{% endfor %}"), maxTokens: 2 };
  const conversation = new Conversation(model, options);
  for await (const _piece of conversation.say("a long text to begin with"));
  const saved = readSafetensors(await conversation.save());
  const old = writeSafetensors(
    saved.tensors,
    Object.fromEntries(Object.entries(saved.metadata).filter(([name]) => name !== "model")),
  );
  const readAgain = async (file: Uint8Array): Promise<number> => {
    const again = await Conversation.load(model, file, options);
    const reply = again.say("and?");
    let next = await reply.next();
    while (!next.done) next = await reply.next();
    again.dispose();
    return next.value.readTokens;
  };
  expect(await readAgain(writeSafetensors(saved.tensors, saved.metadata))).toBeLessThan(20);
  expect(await readAgain(old)).toBeGreaterThan(25);
  conversation.dispose();
});

it("every field of a configuration is known as one that results depend on, or not", () => {
  const parts = mathsOf(mamba2Config(fields));
  const left = Object.keys(DEFAULT_CONFIG).filter((field) => !Object.hasOwn(parts, field));
  const draws = [
    "aInitRange",
    "convInit",
    "dtInitFloor",
    "dtMax",
    "dtMin",
    "initializerRange",
    "rescalePrenormResidual",
  ];
  const inNamesAndShapes = ["bias", "outBias", "convBias", "tieEmbeddings", "dIntermediate", "padVocabSizeMultiple"];
  const others = ["residualsPerLayer", "bosTokenId", "eosTokenId", "padTokenId", "maxPositions", "chunkSize"];
  expect(left.sort()).toEqual([...draws, ...inNamesAndShapes, ...others, "residualInFp32"].sort());
});

it("model must be a model, and options known", async () => {
  const file = await bytesOf(model);
  await expect(State.deserialize(file, model.config as never)).rejects.toThrow(
    /State\.deserialize: model must be the model that has read/,
  );
  await expect(State.deserialize(file, model, { otherModels: true } as never)).rejects.toThrow(/otherModels/);
  await expect(model.initialState().serialize(undefined as never)).rejects.toThrow(/state\.serialize: model must be/);
});
