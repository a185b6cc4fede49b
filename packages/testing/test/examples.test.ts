// The examples that need no GPU and no minute print what their heads say, and none is forgotten.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHub, type HubServer } from "@x/testing/hub-server";
import { Mamba2LM, preset } from "@x/mamba2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleFiles, examplesOf, expectedLines, expectLines, lanes, printedBy, root } from "./examples-lanes.ts";

const cache = mkdtempSync(join(tmpdir(), "examples-"));
let hub: HubServer;

/** A hub with a small model for load-and-chat.ts. */
beforeAll(async () => {
  const model = new Mamba2LM(preset("tiny", { nLayer: 1 }), { seed: 1 });
  const { files } = await model.save("hf");
  const template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant: ";
  const settings = new TextEncoder().encode(JSON.stringify({ chat_template: template }));
  const all = new Map([...files, ["tokenizer_config.json", settings]]);
  hub = await startHub({ "owner/name": { revisions: { main: all } } });
  Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache });
});
afterAll(async () => {
  delete process.env["HF_ENDPOINT"];
  delete process.env["HF_HUB_CACHE"];
  await hub.close();
  rmSync(cache, { recursive: true, force: true });
});

describe("examples", () => {
  it("are all run by somebody, or say why not", () => {
    expect(exampleFiles()).toEqual(Object.keys(lanes).sort());
  });

  it("are listed in the README and in docs/examples.md", () => {
    for (const document of ["README.md", "docs/examples.md"]) {
      const text = readFileSync(join(root, document), "utf8");
      const missing = Object.keys(lanes).filter((file) => !text.includes(`examples/${file.split("/")[0]}`));
      expect(missing, document).toEqual([]);
    }
  });

  it.each(Object.keys(lanes).filter((file) => !file.includes("/")))("%s is short", (file) => {
    const lines = readFileSync(join(root, "examples", file), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.filter((line) => line.trim() !== "" && !/^\s*\/\//.test(line)).length).toBeLessThanOrEqual(40);
  });

  it.each(examplesOf("cpu"))("%s", async (file) => expectLines(await printedBy(file), expectedLines(file)));
});
