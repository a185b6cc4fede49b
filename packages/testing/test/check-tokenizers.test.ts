// The checker on tokenizers: the golden ones pass, every damage fails, and what is not checked is counted and said.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuDevice } from "@x/tensor";
import { bundleProgram } from "@x/testing/bundle";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkFixtures } from "../src/check-fixtures/index.ts";

const golden = fileURLToPath(new URL("../fixtures-tokenizers", import.meta.url));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tokenizers-"));
  cpSync(golden, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Json {
  [name: string]: unknown;
}

function edit(file: string, change: (json: Json & { rows: Json[]; files: Json[] }) => void): void {
  const json = JSON.parse(readFileSync(join(folder, file), "utf8")) as Json & { rows: Json[]; files: Json[] };
  change(json);
  writeFileSync(join(folder, file), JSON.stringify(json));
}

const failures = async (): Promise<string[]> =>
  (await checkFixtures(folder, cpuDevice())).failures.map(({ name }) => name);

describe("tokenizers", () => {
  it("pass, all of them", async () => {
    expect(await checkFixtures(golden, cpuDevice())).toEqual({
      passed: 256,
      failed: 0,
      skipped: 0,
      failures: [],
    });
  });

  it.each(["ids", "ids_no_special", "decoded", "decoded_skip"])("fail for other %s", async (field) => {
    edit("tok_metaspace/expected.json", ({ rows }) => {
      const row = rows[5]!;
      row[field] = typeof row[field] === "string" ? `${row[field]} ` : [...(row[field] as number[]), 300];
    });
    expect(await failures()).toContain(`tok_metaspace/expected.json rows[5].${field}`);
  });

  it("fail for what the checker does not know", async () => {
    edit("tok_bytelevel/expected.json", (json) => {
      json["poems"] = [];
      json.rows[0]!["rhyme"] = "a";
    });
    expect(await failures()).toEqual([
      "tok_bytelevel/expected.json poems",
      "tok_bytelevel/expected.json rows[0].rhyme",
    ]);
  });

  it.each(["text", "ids"])("fail for another %s of a chat", async (field) => {
    edit("tok_bytelevel/expected.json", (json) => {
      const chat = (json["chats"] as Json[])[1]!;
      chat[field] = typeof chat[field] === "string" ? `${chat[field]} ` : [...(chat[field] as number[]), 1];
    });
    expect(await failures()).toEqual([`tok_bytelevel/expected.json chats[1].${field}`]);
  });

  it("fail for chats without a template", async () => {
    edit("tok_bytelevel/tokenizer_config.json", (json) => void delete json["chat_template"]);
    expect(await failures()).toEqual(["tok_bytelevel/expected.json chats"]);
  });

  it("fail without their files, their rows or their name", async () => {
    rmSync(join(folder, "tok_bytelevel/tokenizer.json"));
    edit("tok_metaspace/expected.json", (json) => void (json.rows = []));
    expect(await failures()).toEqual(["tok_bytelevel/expected.json", "tok_metaspace/expected.json"]);
    edit("index.json", ({ files }) => void files.forEach((entry) => delete entry["tokenizer"]));
    expect(await failures()).toEqual(["tok_bytelevel/expected.json", "tok_metaspace/expected.json"]);
  });
});

// That `npm run check:fixtures` starts this program: check-fixtures.test.ts.
describe("the command", () => {
  let program: string;
  beforeAll(async () => {
    program = await bundleProgram(fileURLToPath(new URL("../src/check-fixtures/main.ts", import.meta.url)));
  }, 60_000);
  const run = (...args: string[]): { status: number | null; out: string[]; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
    return { status, out: stdout.trimEnd().split("\n"), err: stderr };
  };

  it("fails about what it cannot check, unless --kind or --except leaves it out", () => {
    writeFileSync(join(folder, "tok_bytelevel/config.json"), '{ "model_type": "rwkv" }');
    edit(
      "index.json",
      ({ files }) => void files.push({ file: "none.safetensors", kind: "forward", model: "tok_bytelevel" }),
    );
    const all = run(folder);
    expect(all.status).toBe(1);
    expect(all.out.filter((line) => line.startsWith("FAIL"))).toEqual([
      expect.stringMatching(/^FAIL {2}none\.safetensors/),
    ]);
    expect(run(folder, "--kind", "tokenizer").status).toBe(0);
    const rest = run(folder, "--except", "forward");
    expect(rest.status).toBe(0);
    expect(rest.out.filter((line) => line.startsWith("skip"))).toEqual([
      "skip  none.safetensors  left out by --except forward",
    ]);
  });

  it("counts what is left out apart; unknown kinds fail", async () => {
    const entry = (kind: string): Json => ({ file: "tok_bytelevel/none.safetensors", kind });
    edit("index.json", (json) => void (json.files = [entry("LoRA"), entry("training, LoRA")]));
    expect(await checkFixtures(folder, cpuDevice(), { except: ["lora"] })).toMatchObject({
      passed: 0,
      failed: 0,
      skipped: 2,
      skips: { "left out by --except lora": 2 },
    });
    edit("index.json", (json) => void (json.files = [entry("poem")]));
    expect(await checkFixtures(folder, cpuDevice())).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });

  it("refuses a kind that no entry has", () => {
    const { status, err } = run(folder, "--kind", "poem");
    expect([status, err]).toEqual([
      2,
      'fixtures: --kind must be the op of at least one entry or begin its kind, tokenizer; got "poem".\n',
    ]);
  });
});
