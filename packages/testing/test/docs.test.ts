// What the guides say runs: every program of README.md, docs/ and the packages' READMEs, and every row of the porting table, which gives what it says.
import { Mamba2LM, preset } from "@x/mamba2";
import { listen, type ListeningServer } from "@x/mamba2/node";
import { CompletionService } from "@x/mamba2/serve";
import * as nn from "@x/nn";
import * as tensors from "@x/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textOf } from "../src/guides.ts";
import { docPrograms, runProgram } from "./doc-programs.ts";

/** The service that serving.md has started before its first program, under the names that the text has. */
let listening: ListeningServer;
const service = new CompletionService(new Mamba2LM(preset("tiny"), { seed: 1 }), { name: "start-1" });
beforeAll(async () => {
  listening = await listen(service.fetch, { port: 0 });
});
afterAll(() => Promise.all([listening.close(), service.close()]));

describe("programs of the guides", () => {
  const programs = docPrograms().filter(({ needsGpu }) => !needsGpu);
  it.each(programs)("$title", (program) => runProgram(program, { "http://127.0.0.1:8000": listening.url }));
});

describe("docs/porting.md", () => {
  const rows = textOf("docs/porting.md")
    .split("\n")
    .map((line) => /`([^`]+)`\s*\|\s*`([^`]+)`\s*\|$/.exec(line))
    .filter((row) => row !== null)
    .map(([, code, gives]) => [code!, gives!] as const);
  it("has rows", () => expect(rows.length).toBeGreaterThan(50));

  const known = { ...tensors, crossEntropy: nn.crossEntropy, mseLoss: nn.mseLoss };
  const given = {
    x: () =>
      tensors.tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    v: () => tensors.tensor([1, 2, 3]),
    i: () => tensors.tensor(Int32Array.of(2, 0)),
  };
  // rows are expressions: what a user would type
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
    ...source: string[]
  ) => (...values: unknown[]) => Promise<unknown>;
  it.each(rows)("%s gives %s", async (code, gives) => {
    const run = new AsyncFunction(...Object.keys(known), ...Object.keys(given), `return ${code};`);
    const result = await run(...Object.values(known), ...Object.values(given).map((make) => make()));
    const value = result instanceof tensors.Tensor ? await result.toArray() : result;
    const shown = JSON.stringify(value, (_, part: unknown) =>
      typeof part === "number" ? Number(part.toFixed(4)) : part,
    );
    expect(shown).toBe(gives);
  });
});
