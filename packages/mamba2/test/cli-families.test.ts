// The command line on hybrids: what they are made of, and in whose layouts they can be rewritten.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSafetensors } from "@x/tensor";
import { writeFolder } from "@x/mamba2/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliIn } from "./cli-run.ts";
import { familyFiles } from "./family-files.ts";

let folder: string;
const { run, json, failure } = cliIn(() => folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-families-"));
  for (const name of ["granite_hybrid_moe", "bamba"] as const) await writeFolder(join(folder, name), familyFiles(name));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("info says what a hybrid is made of", { timeout: 60_000 }, async () => {
  expect(await json("info", "--model", "granite_hybrid_moe", "--json")).toMatchObject({
    layout: "granitemoehybrid",
    layers: { mixer: 3, attention: 1, mlp: 4, experts: 4 },
    parameterPlaces: { embedding: 103 * 48, attention: 48 * (48 + 24 + 24 + 48) },
    cacheBytesPerToken: 4 * 2 * 2 * 12,
    stateBytes: 4 * 3 * (128 * 4 + 96 * 16),
  });
  const { stdout } = await run("info", "--model", "granite_hybrid_moe", "--length", "100");
  for (const line of [
    /^layers +4: 3 mixer, 1 attention, 4 mlp, 4 experts$/m,
    /^parameters +209,\d{3} \(F32\): 4,944 embedding, \d+,\d+ mixer, 6,912 attention, /m,
    /^active +\d+,\d+ parameters compute one token$/m,
    /^state +24,576 bytes per sequence, and 192 bytes of keys and values per token$/m,
    /^to run +.* MB, one sequence of 100 tokens$/m,
    /^layers +1 × \(mixer, mlp\+experts\); 1 × \(attention, mlp\+experts\); 2 × \(mixer, mlp\+experts\)$/m,
    /^experts.perToken +2$/m,
  ])
    expect(stdout).toMatch(line);
});

test("convert: to what can hold it and back, the same tensors; the rest is refused", { timeout: 120_000 }, async () => {
  for (const to of ["granitemoehybrid", "own"]) {
    expect(await json("convert", "--model", "bamba", "--to", to, "--out", to)).toMatchObject({ from: "bamba", to });
    await json("convert", "--model", to, "--to", "bamba", "--out", `${to}-back`);
    const tensors = async (name: string): Promise<unknown> =>
      Object.fromEntries(
        [...readSafetensors(await readFile(join(folder, name, "model.safetensors"))).tensors].map(
          ([path, { shape, bytes }]) => [path, `${shape.join()} ${Buffer.from(bytes).toString("base64")}`],
        ),
      );
    expect(await tensors(`${to}-back`)).toEqual(await tensors("bamba"));
  }
  const { code, message } = await failure("convert", "--model", "bamba", "--to", "hf", "--out", "never");
  expect({ code, message }).toEqual({
    code: 1,
    message: expect.stringMatching(/cannot express layers\[0\] = \["mixer","mlp"\]/) as string,
  });
});
