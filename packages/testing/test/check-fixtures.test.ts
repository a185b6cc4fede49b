// The fixture checker itself: what is wrong fails, what is unknown fails, and the command says so.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "@x/testing/bundle";
import { cpuDevice, readSafetensors, tensorBytes, type TensorBytes, writeSafetensors } from "@x/tensor";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkFixtures, type Summary } from "../src/check-fixtures/index.ts";
import { goldenFolder } from "./golden-data.ts";

const made: string[] = [];
let folder = "";

/** A copy of part of the golden data, to be damaged. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fixtures-"));
  made.push(folder);
});
afterAll(() => made.forEach((path) => rmSync(path, { recursive: true })));

interface Entry extends Record<string, unknown> {
  file: string;
  tensors: Record<string, Record<string, unknown>>;
}

const index = JSON.parse(readFileSync(join(goldenFolder, "index.json"), "utf8")) as { files: Entry[] };

/** Copies the entries of some files, each changed by `edit`. */
function use(files: readonly string[], edit: (entry: Entry) => void = () => undefined): void {
  const entries = index.files.filter(({ file }) => files.includes(file)).map((entry) => structuredClone(entry));
  entries.forEach(edit);
  writeFileSync(join(folder, "index.json"), JSON.stringify({ files: entries }));
  for (const file of files) cpSync(join(goldenFolder, file), join(folder, file));
}

/** Rewrites a file's tensors. */
function rewrite(file: string, edit: (tensors: Map<string, TensorBytes>) => void): void {
  const { tensors } = readSafetensors(new Uint8Array(readFileSync(join(folder, file))));
  edit(tensors);
  writeFileSync(join(folder, file), writeSafetensors(tensors));
}

/** Changes the first element of a tensor of f32. */
function change(tensors: Map<string, TensorBytes>, name: string, to: (x: number) => number): void {
  const { shape, bytes } = tensors.get(name)!;
  const values = new Float32Array(bytes.slice().buffer);
  values[0] = to(values[0]!);
  tensors.set(name, tensorBytes("F32", shape, values));
}

const check = (): Promise<Summary> => checkFixtures(folder, cpuDevice());
const failedNames = ({ failures }: Summary): string[] => failures.map(({ name }) => name);

describe("the checker fails", () => {
  const silu = "ops/g_silu.safetensors";

  it("nothing when the data are right", async () => {
    use([silu]);
    expect(await check()).toEqual({ passed: 2, failed: 0, skipped: 0, failures: [] });
  });

  for (const name of ["out.y", "grad.x"]) {
    it(`a ${name} that differs by more than its limit, and only by more`, async () => {
      use([silu]);
      const { atol, rtol } = index.files.find(({ file }) => file === silu)!.tensors[name] as {
        atol: number;
        rtol: number;
      };
      rewrite(silu, (tensors) => change(tensors, name, (x) => x + 0.3 * (atol + rtol * Math.abs(x))));
      expect(await check()).toMatchObject({ passed: 2, failed: 0 });
      rewrite(silu, (tensors) => change(tensors, name, (x) => x + 3 * (atol + rtol * Math.abs(x))));
      const summary = await check();
      expect(summary).toMatchObject({ passed: 1, failed: 1 });
      expect(failedNames(summary)).toEqual([`${silu} ${name}`]);
    });

    it(`a ${name} that should be NaN, or infinite`, async () => {
      for (const odd of [NaN, Infinity]) {
        use([silu]);
        rewrite(silu, (tensors) => change(tensors, name, () => odd));
        expect(failedNames(await check())).toEqual([`${silu} ${name}`]);
      }
    });
  }

  it("an op it does not know, each of its results", async () => {
    use([silu], (entry) => (entry["op"] = "hyperbolic_bessel"));
    const summary = await check();
    expect(summary).toMatchObject({ passed: 0, failed: 2, skipped: 0 });
    expect(summary.failures[0]!.reason).toContain("hyperbolic_bessel");
  });

  it("an op that is called like a property of every object", async () => {
    use([silu], (entry) => (entry["op"] = "constructor"));
    expect(await check()).toMatchObject({ passed: 0, failed: 2 });
  });

  it("a kind it does not know", async () => {
    use(["model1_hf/config.json"], (entry) => (entry["kind"] = "poem"));
    expect(await check()).toMatchObject({ passed: 0, failed: 1 });
  });

  it("an output the op does not have, and a tensor it does not know", async () => {
    use([silu], ({ tensors }) => {
      tensors["out.second"] = { shape: [68], atol: 1 };
      tensors["remark"] = { shape: [68] };
    });
    expect(failedNames(await check())).toEqual([`${silu} out.second`, `${silu} remark`]);
  });

  it("a file that is not there", async () => {
    use([silu]);
    rmSync(join(folder, silu));
    expect(await check()).toMatchObject({ passed: 0, failed: 2 });
  });

  it("an argument that changes the result", async () => {
    const softmax = "ops/g_softmax.safetensors";
    use([softmax], (entry) => (entry["args"] = { dim: 0 }));
    expect(await check()).toMatchObject({ passed: 0, failed: 2 });
  });

  it("parameters after training by their rms, however small each difference", async () => {
    const train = "model1_train.safetensors";
    const name = "final.backbone.norm_f.weight";
    use([train, "model1_official/model.safetensors", "model1_official/config.json"]);
    rewrite(train, (tensors) => {
      const { shape, bytes } = tensors.get(name)!;
      tensors.set(
        name,
        tensorBytes(
          "F32",
          shape,
          new Float32Array(bytes.slice().buffer).map((x) => x + 2e-5),
        ),
      );
    });
    expect(failedNames(await check())).toEqual([`${train} ${name}`]);
  });

  it("a token, and weights that are not those of the case", async () => {
    const [oneCase, weights] = ["model1_case.safetensors", "model1_hf/model.safetensors"];
    use([
      oneCase,
      weights,
      "model1_hf/config.json",
      "model1_official/model.safetensors",
      "model1_official/config.json",
    ]);
    rewrite(oneCase, (tensors) => {
      const { shape, bytes } = tensors.get("gen.tokens")!;
      const ids = new Int32Array(bytes.slice().buffer);
      ids[5]! ^= 1;
      tensors.set("gen.tokens", tensorBytes("I32", shape, ids));
    });
    rewrite(weights, (tensors) => change(tensors, "backbone.norm_f.weight", (x) => x * 1.01));
    expect(failedNames(await check())).toEqual([
      `${oneCase} gen.tokens`,
      `${oneCase} gen.tokens (generate)`,
      `${weights} logits of ${oneCase}`,
    ]);
  });
});

describe("the command", () => {
  const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  let program: string;
  beforeAll(async () => {
    program = await bundleProgram(pathOf("../src/check-fixtures/main.ts"));
  }, 60_000);
  const start = (...command: string[]): { status: number | null; out: string[]; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    return { status, out: stdout.trimEnd().split("\n"), err: stderr };
  };
  const run = (...args: string[]): ReturnType<typeof start> => start(program, ...args);

  it("is what npm run check:fixtures starts, and ends as it does", () => {
    const { status, err } = start(pathOf("../../../scripts/check-fixtures.mjs"), folder, "--device", "abacus");
    expect({ status, err }).toEqual({ status: 2, err: run(folder, "--device", "abacus").err });
  });

  it("prints a line per tensor, then the summary, and says by its exit code whether all passed", () => {
    use(["ops/g_silu.safetensors"]);
    const right = run(folder);
    expect(right.status).toBe(0);
    expect(right.out).toHaveLength(3);
    expect(right.out[0]).toMatch(/^pass {2}ops\/g_silu\.safetensors out\.y {2}error \S+ {2}limit \S+$/);
    expect(JSON.parse(right.out.at(-1)!)).toEqual({ passed: 2, failed: 0, skipped: 0, failures: [] });
    rewrite("ops/g_silu.safetensors", (tensors) => change(tensors, "out.y", (x) => x + 1));
    const wrong = run(folder, "--json");
    expect(wrong.status).toBe(1);
    expect(wrong.out).toHaveLength(1);
    expect(JSON.parse(wrong.out[0]!)).toMatchObject({
      passed: 1,
      failed: 1,
      skipped: 0,
      failures: [{ name: "ops/g_silu.safetensors out.y" }],
    });
  });

  it("leaves out what --except names, lists and counts it; a word that names nothing is refused", () => {
    const config = "model1_hf/config.json";
    use([config, "ops/g_silu.safetensors"], (entry) => {
      if (entry.file === config) entry["kind"] = "LoRA";
    });
    const { status, out } = run(folder, "--except", "lora");
    expect(status).toBe(0);
    expect(out.slice(0, -1)).toContain(`skip  ${config}  left out by --except lora`);
    expect(JSON.parse(out.at(-1)!)).toEqual({
      passed: 2,
      failed: 0,
      skipped: 1,
      failures: [],
      skips: { "left out by --except lora": 1 },
    });
    expect(run(folder, "--except", "poem").err).toMatch(
      /--except must be a word in the kind of at least one entry; got "poem"/,
    );
  });

  it("exits with 2 and a sentence when it is called wrongly", () => {
    for (const args of [[], ["a", "b"], [folder, "--device", "abacus"], [folder, "--colour"], [folder]]) {
      const { status, err } = run(...args);
      expect(status).toBe(2);
      expect(err).toMatch(/^(check:fixtures|fixtures): .+/);
    }
  });
});
