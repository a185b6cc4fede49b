// End tokens are never lost: which file states them, that they survive every layout, and that each of a list ends its row.
import { describe, expect, it, test } from "vitest";
import { type FileReader, type LayoutName, Mamba2LM, readCheckpoint } from "@x/mamba2";
import { CheckpointError, ConfigError } from "@x/tensor";

const fields = { dModel: 16, nLayer: 1, vocabSize: 32, padVocabSizeMultiple: 1, dState: 8, headDim: 8, expand: 2 };

/** The files of a model of some layout, some of them replaced by JSON or taken away. */
async function files(
  layout: LayoutName,
  ids: object,
  changed: Readonly<Record<string, unknown>> = {},
): Promise<Map<string, Uint8Array>> {
  const saved = new Map((await new Mamba2LM({ ...fields, ...ids }).save(layout)).files);
  for (const [name, json] of Object.entries(changed)) {
    if (json === undefined) saved.delete(name);
    else saved.set(name, new TextEncoder().encode(typeof json === "string" ? json : JSON.stringify(json)));
  }
  return saved;
}

/** The files with the ids that config.json states replaced. */
async function withConfig(
  layout: LayoutName,
  change: (json: Record<string, unknown>) => void,
  changed: Readonly<Record<string, unknown>>,
): Promise<Map<string, Uint8Array>> {
  const saved = await files(layout, {}, changed);
  const json = JSON.parse(new TextDecoder().decode(saved.get("config.json")).replaceAll("Infinity", "1e999")) as Record<
    string,
    unknown
  >;
  change(json);
  return saved.set("config.json", new TextEncoder().encode(JSON.stringify(json).replaceAll("null]", "Infinity]")));
}

const tokenizer = {
  "tokenizer.json": {
    added_tokens: [
      { id: 7, content: "<end>" },
      { id: 6, content: "<start>" },
    ],
    model: { vocab: { "<other>": 9 } },
  },
  "tokenizer_config.json": { eos_token: "<end>", bos_token: { content: "<start>" } },
};
const silent = (json: Record<string, unknown>): void => {
  for (const name of ["bos_token_id", "eos_token_id", "pad_token_id"]) delete json[name];
};

describe("every layout keeps bos, eos and pad", () => {
  const kinds: [string, object][] = [
    ["one id each", { bosTokenId: 1, eosTokenId: 2, padTokenId: 3 }],
    ["several ends", { eosTokenId: [2, 5, 9] }],
    ["the id 0", { bosTokenId: 0, eosTokenId: 0, padTokenId: 0 }],
    ["none", {}],
    ["an end only", { eosTokenId: 4 }],
  ];
  for (const [what, ids] of kinds) {
    for (const path of [
      ["official"],
      ["hf"],
      ["fla"],
      ["hf", "official", "hf"],
      ["fla", "official", "hf", "fla", "official"],
    ] as LayoutName[][]) {
      it(`${what}: ${path.join(" → ")}`, async () => {
        let model = new Mamba2LM({ ...fields, ...ids });
        const { bosTokenId, eosTokenId, padTokenId } = model.config;
        for (const layout of path) model = await Mamba2LM.load((await model.save(layout)).files);
        expect(model.config).toMatchObject({ bosTokenId, eosTokenId, padTokenId });
      });
    }
  }
});

describe("which file is right", () => {
  const endOf = async (read: ReadonlyMap<string, Uint8Array> | FileReader): Promise<[unknown, readonly string[]]> => {
    const { config, warnings } = await readCheckpoint(read);
    return [config.eosTokenId, warnings];
  };

  for (const layout of ["official", "hf", "fla"] as const) {
    it(`${layout}: generation_config.json before config.json before the tokenizer`, async () => {
      const stated = layout === "official" ? null : 3;
      expect(
        await endOf(
          await files(
            layout,
            { eosTokenId: 3 },
            { "generation_config.json": { eos_token_id: [4, 5], temperature: 0.7 }, ...tokenizer },
          ),
        ),
      ).toEqual([[4, 5], []]);
      if (stated !== null) expect(await endOf(await files(layout, { eosTokenId: 3 }, tokenizer))).toEqual([3, []]);
      expect(
        await endOf(
          await files(layout, { eosTokenId: 3 }, { "generation_config.json": { eos_token_id: null }, ...tokenizer }),
        ),
      ).toEqual([null, []]);
      // a generation_config.json that says something else only
      expect((await endOf(await files(layout, { eosTokenId: 3 }, { "generation_config.json": { top_k: 5 } })))[0]).toBe(
        stated,
      );
    });

    it(`${layout}: the tokenizer's end where both are silent, with a warning`, async () => {
      const [end, warnings] = await endOf(
        await withConfig(layout, silent, { ...tokenizer, "generation_config.json": { top_k: 5 } }),
      );
      expect(end).toBe(7);
      expect(warnings.at(-1)).toBe(
        'checkpoint: neither generation_config.json nor config.json states eos_token_id; the tokenizer\'s eos_token "<end>" (7) is used.',
      );
    });
  }

  it("null in config.json says that there is none", async () => {
    expect(await endOf(await files("hf", { eosTokenId: null }, tokenizer))).toEqual([null, []]);
  });

  it("finds the tokenizer's end in a vocabulary, as a table or a list", async () => {
    for (const vocab of [
      { "<end>": 2 },
      [
        ["<unk>", 0],
        ["a", -1],
        ["<end>", -2],
      ],
    ]) {
      expect(
        (
          await endOf(
            await withConfig("official", silent, {
              ...tokenizer,
              "tokenizer.json": { added_tokens: [], model: { vocab } },
            }),
          )
        )[0],
      ).toBe(2);
    }
    expect(
      await endOf(
        await withConfig("official", silent, {
          "tokenizer_config.json": { eos_token: "<nowhere>" },
          "tokenizer.json": tokenizer["tokenizer.json"],
        }),
      ),
    ).toEqual([null, []]);
  });

  it("says which file is wrong", async () => {
    await expect(endOf(await files("hf", {}, { "generation_config.json": "{" }))).rejects.toThrow(CheckpointError);
    await expect(endOf(await files("hf", {}, { "generation_config.json": "[1]" }))).rejects.toThrow(
      "checkpoint: generation_config.json must be a JSON object; got another JSON value.",
    );
    await expect(endOf(await files("hf", {}, { "generation_config.json": { eos_token_id: "x" } }))).rejects.toThrow(
      ConfigError,
    );
    await expect(endOf(await files("hf", {}, { "generation_config.json": { eos_token_id: [2, -3] } }))).rejects.toThrow(
      /generation_config\.json: config: eosTokenId must be an integer of at least 0, or a list of them, or null; got \[2, -3\]/,
    );
  });
});

describe("generation ends", () => {
  const model = new Mamba2LM({ ...fields, vocabSize: 8 }, { seed: 3 });
  const collect = async (options: object, from = model): Promise<(number | null)[][]> => {
    const all = [];
    for await (const ids of from.generateIds([[1], [2], [3]], { maxTokens: 30, seed: 5, ...options })) all.push(ids);
    return all;
  };

  test("at every id of a list, each row on its own, sampled and greedy", async () => {
    for (const options of [{}, { temperature: 0 }]) {
      const free = await collect(options);
      for (const ends of [[2, 6], [0, 1, 7], [5]]) {
        const got = await collect({ ...options, eosTokenId: ends });
        for (let row = 0; row < 3; row++) {
          const whole = free.map((ids) => ids[row]!);
          const at = whole.findIndex((id) => ends.includes(id));
          expect(got.map((ids) => ids[row]).filter((id) => id !== null)).toEqual(
            at < 0 ? whole : whole.slice(0, at + 1),
          );
        }
      }
    }
  });

  test("as the configuration says, and as the options say instead", async () => {
    const own = await Mamba2LM.load(
      (await new Mamba2LM({ ...fields, vocabSize: 8, eosTokenId: [2, 6] }, { seed: 3 }).save("official")).files,
    );
    expect(await collect({}, own)).toEqual(await collect({ eosTokenId: [2, 6] }));
    expect(await collect({ eosTokenId: null }, own)).toEqual(await collect({}));
    await expect(collect({ eosTokenId: [1, 8] })).rejects.toThrow(
      "generate: eosTokenId must be tokens of the model, below 8; got 8.",
    );
    await expect(collect({ eosTokenId: [1, -2] })).rejects.toThrow(
      /eosTokenId must be tokens of the model, below 8; got -2/,
    );
  });
});

test("special tokens beyond the vocabulary are told, whichever file states them", async () => {
  const { warnings } = await readCheckpoint(
    await withConfig("hf", (json) => (json["pad_token_id"] = 32), {
      "generation_config.json": { eos_token_id: [2, 99] },
    }),
  );
  expect(warnings).toEqual([
    "checkpoint: eos_token_id is 99, beyond the 32 tokens that the model has; no text has it.",
    "checkpoint: pad_token_id is 32, beyond the 32 tokens that the model has; no text has it.",
  ]);
});
