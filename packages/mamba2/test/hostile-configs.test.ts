// Files that lie: every number of every layout's configuration replaced, headers of safetensors and torch files mutated byte by byte, containers written to hurt. Each ends within
// a second in an error of a known kind, or in the very tensors; nothing that a file merely claims is ever allocated.
import { existsSync, readFileSync } from "node:fs";
import {
  formatJson,
  hostBits,
  isJsonObject,
  type JsonObject,
  parseJson,
  TensorError,
  writeSafetensors,
  tensorBytes,
} from "@x/tensor";
import { describe, expect, test } from "vitest";
import { configText, FAMILY_NAMES, type FamilyFile, familyFiles } from "./family-files.ts";
import { type LayoutName, Mamba2LM, mamba2Config, openCheckpoint, readCheckpoint, readTorchBin } from "../src/index.ts";

const MOST_MS = 1000;
const MOST_BYTES = 2 ** 26;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

/** What an attempt ended in, and that it was quick and small. */
async function attempt(what: string, act: () => unknown): Promise<unknown> {
  // Of this process alone: what else the machine does is no fault of the file's reader.
  const [start, held] = [process.cpuUsage(), process.memoryUsage().arrayBuffers];
  let error: unknown;
  try {
    await act();
  } catch (caught) {
    error = caught;
  }
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000, `${what}: time in ms`).toBeLessThan(MOST_MS);
  expect(process.memoryUsage().arrayBuffers - held, `${what}: bytes`).toBeLessThan(MOST_BYTES);
  if (error !== undefined) expect(error, `${what}: ${String(error)}`).toBeInstanceOf(TensorError);
  return error;
}

const model = new Mamba2LM({ dModel: 16, nLayer: 2, vocabSize: 30, headDim: 8, dState: 8, chunkSize: 8 }, { seed: 1 });
const huge = "9".repeat(400);
const values: readonly string[] = [
  "1e20",
  "99999999999999999999",
  "9007199254740992",
  "9007199254740991",
  "2147483648",
  "1e308",
  huge,
  `-${huge}`,
  "-1",
  "0",
  "1.5",
  "null",
  '"12"',
  "true",
  "[]",
  "{}",
  "[1e20]",
];
/** What no number of a configuration may be. */
const never = new Set([
  "1e20",
  "99999999999999999999",
  "9007199254740992",
  "9007199254740991",
  "1e308",
  huge,
  `-${huge}`,
  '"12"',
  "{}",
  "[1e20]",
]);
/** Numbers that nothing is made of, in some library's file, or in those of a model without such a part. */
const unread = new Set(["time_step_rank"]);
const ANYWAY: readonly string[] = ["max_position_embeddings", "num_logits_to_keep", "num_nextn_predict_layers"];
const unreadIn: Partial<Record<FamilyFile, readonly string[]>> = {
  granite_hybrid: ["rope_parameters", "router_aux_loss_coef", "num_experts_per_tok", "intermediate_size"],
  granite_hybrid_moe: ["rope_parameters", "router_aux_loss_coef"],
  granite_hybrid_rope: ["router_aux_loss_coef", "num_experts_per_tok", "intermediate_size"],
  bamba: ["partial_rotary_factor", "z_loss_coefficient"],
  nemotron_h: [
    "expand",
    "moe_intermediate_size",
    "moe_shared_expert_intermediate_size",
    "n_group",
    "n_routed_experts",
    "n_shared_experts",
    "num_experts_per_tok",
    "routed_scaling_factor",
    "topk_group",
  ],
};

/** The places of the numbers in a configuration, as paths of keys. */
function numbersIn(json: JsonObject, path: readonly string[] = []): string[][] {
  return Object.entries(json).flatMap(([key, value]) => {
    if (typeof value === "number") return [[...path, key]];
    if (Array.isArray(value))
      return value.flatMap((item, i) => (typeof item === "number" ? [[...path, key, String(i)]] : []));
    return isJsonObject(value) ? numbersIn(value, [...path, key]) : [];
  });
}

const MARK = 123456.75;

/** The text of a configuration with the number at `path` replaced. */
function replaced(json: JsonObject, path: readonly string[], by: string): string {
  const copy = JSON.parse(
    JSON.stringify(json, (_, value: unknown) => (value === Infinity ? 1e300 : value)),
  ) as JsonObject;
  let at = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1)!] = MARK;
  return formatJson(copy).replaceAll("1e+300", "Infinity").replace(String(MARK), by);
}

describe.each<LayoutName | "own">(["official", "hf", "fla", "own"])("the configuration of %s", (layout) => {
  test("every number, replaced", { timeout: 60_000 }, async () => {
    const { files } = await model.save(layout === "own" ? "official" : layout);
    const json =
      layout === "own"
        ? (JSON.parse(JSON.stringify({ ...model.config, dtLimit: [0, 1] })) as JsonObject)
        : (parseJson(text(files.get("config.json")!), { nonFinite: true }) as JsonObject);
    // official writes only what differs from its defaults: here all of it
    const full: JsonObject =
      layout === "official"
        ? {
            ...json,
            ssm_cfg: {
              ...(json["ssm_cfg"] as JsonObject),
              d_conv: 4,
              expand: 2,
              ngroups: 1,
              dt_min: 0.001,
              dt_max: 0.1,
              dt_init_floor: 1e-4,
              A_init_range: [1, 16],
              dt_limit: [0, 1],
            },
          }
        : json;
    const places = numbersIn(full);
    expect(places.length).toBeGreaterThan(12);
    for (const path of places) {
      for (const value of values) {
        const changed = new Map([...files, ["config.json", bytesOf(replaced(full, path, value))]]);
        const error = await attempt(`${path.join(".")} = ${value.slice(0, 30)}`, () => openCheckpoint(changed));
        if (
          never.has(value) &&
          !unread.has(path[0]!) &&
          !["A_init_range", "aInitRange", "dt_limit", "dtLimit", "time_step_limit"].includes(path.at(-2) ?? "")
        ) {
          expect(error, `${path.join(".")} = ${value.slice(0, 30)} must be refused`).toBeDefined();
        }
      }
    }
  });
});

describe.each(FAMILY_NAMES)("the configuration of %s", (name) => {
  test("every number, replaced", { timeout: 60_000 }, async () => {
    const files = familyFiles(name);
    const json = parseJson(configText(name), { nonFinite: true }) as JsonObject;
    const places = numbersIn(json).filter((path) => path[0] !== "time_step_limit");
    expect(places.length).toBeGreaterThan(12);
    const ignored = [...ANYWAY, "attention_dropout", "hidden_dropout", ...(unreadIn[name] ?? [])];
    for (const path of places) {
      for (const value of values) {
        const changed = new Map([...files, ["config.json", bytesOf(replaced(json, path, value))]]);
        const what = `${path.join(".")} = ${value.slice(0, 30)}`;
        const error = await attempt(what, () => openCheckpoint(changed));
        if (never.has(value) && !ignored.includes(path[0]!)) expect(error, `${what} must be refused`).toBeDefined();
      }
    }
  });
});

test("a huge number of layers: refused before a name is made for each", async () => {
  const { files } = await model.save();
  for (const nLayer of [10_000, 9_999, 3_000]) {
    const config = JSON.stringify({ ...(JSON.parse(text(files.get("config.json")!)) as object), n_layer: nLayer });
    const error = await attempt(`n_layer ${nLayer}`, () =>
      openCheckpoint(new Map([...files, ["config.json", bytesOf(config)]])),
    );
    expect(String(error)).toMatch(/must be those of the configuration, of \d+ layers; got \d+ tensors/);
  }
  for (const fields of [
    { nLayer: 10_001 },
    { nLayer: 1e20 },
    { dModel: 2 ** 41 },
    { vocabSize: 2 ** 53 },
    { dIntermediate: 2 ** 41 },
    { normEps: 2 },
  ]) {
    expect(() => mamba2Config(fields)).toThrow(/must be .* and at most \d+; got|must be an integer/);
  }
  await attempt("a model of 10,000 wide layers", () => new Mamba2LM({ dModel: 2 ** 20, nLayer: 10_000 }));
  expect(() => new Mamba2LM({ dModel: 2 ** 12, nLayer: 10_000 })).toThrow(
    /must have at most 68719476736 parameters; got \d+/,
  );
  expect(() => new Mamba2LM({ dModel: 2 ** 20, nLayer: 10_000 })).toThrow(
    /in_proj\.weight: must fit in memory; \[\d+, 1048576\] takes \d+ bytes, which cannot be allocated/,
  );
});

describe("headers of safetensors", () => {
  const small = writeSafetensors(
    new Map([
      ["a", tensorBytes("F32", [2, 2], new Float32Array(4))],
      ["b", tensorBytes("F16", [3], new Uint16Array(3))],
    ]),
    { format: "pt" },
  );
  const headerEnd = 8 + Number(new DataView(small.buffer).getBigUint64(0, true));

  test("every byte replaced by some others", async () => {
    const { files } = await model.save();
    for (let at = 0; at < headerEnd; at++) {
      for (const byte of [0, 0x20, 0x22, 0x30, 0x39, 0x2c, 0x5b, 0x7b, 0x7f, 0xff]) {
        const changed = small.slice();
        changed[at] = byte;
        expect(
          await attempt(`byte ${at} = ${byte}`, () =>
            readCheckpoint(new Map([...files, ["model.safetensors", changed]])),
          ),
        ).toBeDefined();
      }
    }
  });

  test("every number of a true header replaced", async () => {
    const { files } = await model.save();
    const file = files.get("model.safetensors")!;
    const end = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
    const header = text(file.subarray(8, end)).trimEnd();
    const numbers = [...header.matchAll(/(?<=[[,:])\d+/g)].slice(0, 24);
    for (const { index, 0: number } of numbers) {
      for (const value of values.filter((one) => one !== number)) {
        const changed = bytesOf(header.slice(0, index) + value + header.slice(index + number.length));
        const out = new Uint8Array(8 + changed.length + file.length - end);
        new DataView(out.buffer).setBigUint64(0, BigInt(changed.length), true);
        out.set(changed, 8);
        out.set(file.subarray(end), 8 + changed.length);
        expect(
          await attempt(`${number} at ${index} = ${value.slice(0, 30)}`, () =>
            readCheckpoint(new Map([...files, ["model.safetensors", out]])),
          ),
        ).toBeDefined();
      }
    }
  });
});

describe("what torch.save wrote", () => {
  const file = new Uint8Array(readFileSync(new URL("fixtures/torch.bin", import.meta.url)));

  test(
    "2000 mutations of one to four bytes: an error, or tensors that lie within the file",
    { timeout: 60_000 },
    async () => {
      const words = hostBits({ seed: 9 }, 2000 * 9);
      let refused = 0;
      for (let i = 0; i < 2000; i++) {
        const changed = file.slice();
        const count = 1 + (words[i * 9]! % 4);
        for (let k = 0; k < count; k++)
          changed[words[i * 9 + 1 + 2 * k]! % file.length] = words[i * 9 + 2 + 2 * k]! & 0xff;
        const cut = i % 7 === 0 ? changed.subarray(0, words[i * 9 + 8]! % file.length) : changed;
        const error = await attempt(`mutation ${i}`, () => {
          for (const { bytes } of readTorchBin(cut).values())
            if (bytes.length > file.length) throw new Error("more bytes than the file has");
        });
        if (error !== undefined) refused++;
      }
      expect(refused).toBeGreaterThan(200);
    },
  );

  test("a dictionary of names that all take a strided tensor of one storage makes nothing until it is asked", async () => {
    const names = new Map([...readTorchBin(file)].map(([name, { bytes }]) => [name, bytes.length]));
    expect([...names.values()].reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2 * file.length);
    expect(existsSync("../../evil_marker.txt") || existsSync("/evil_abs.txt")).toBe(false);
  });
});
