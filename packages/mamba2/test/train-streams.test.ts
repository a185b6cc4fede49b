// Data larger than memory: texts and token files read by ranges, the same batches and the same fingerprint as from memory, and no more of it in memory than a step reads.
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Mamba2LM, train } from "@x/mamba2";
import { byteTokenizer, type TokenRanges } from "@x/nn";
import { readSafetensors } from "@x/tensor";
import { FileRanges, joinedTokens, tokensIn } from "../src/cli/file-ranges.ts";
import { openText } from "../src/cli/text-tokens.ts";
import { cliIn } from "./cli-run.ts";

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "streams-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const text = "to be, or not to be, that is the question. ".repeat(30);
const bytes = (from: TokenRanges): string => byteTokenizer.decode(from.read(0, from.length));
const small = (): Mamba2LM =>
  new Mamba2LM({ dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 8 }, { seed: 1 });

/** A tokenizer whose tokens are characters, and what it was asked to encode. */
function characters(): typeof byteTokenizer & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    ...byteTokenizer,
    vocabSize: 2 ** 17,
    asked,
    encode(piece) {
      asked.push(piece.length);
      return Int32Array.from(piece, (character) => character.codePointAt(0)!);
    },
  };
}

describe("texts", () => {
  it("are their bytes, files one after another", () => {
    writeFileSync(path("one.txt"), "héllo ");
    writeFileSync(path("two.txt"), "world");
    using both = openText("--text", [path("one.txt"), path("two.txt")], byteTokenizer);
    expect(bytes(both.tokens)).toBe("héllo world");
    expect(byteTokenizer.decode(both.tokens.read(5, 9))).toBe("o wo");
  });

  it("are tokenised piece by piece, cut where lines begin", () => {
    const long = "Größe, naïve 😀 words of a line\n\n  and an indented one\n".repeat(40_000);
    writeFileSync(path("long.txt"), long);
    const tokenizer = characters();
    using open = openText("--text", [path("long.txt")], tokenizer);
    const ids = open.tokens.read(0, open.tokens.length);
    expect(open.tokens.length).toBe([...long].length);
    expect(Buffer.compare(Buffer.from(Uint32Array.from(ids).buffer), Buffer.from(tokenizer.encode(long).buffer))).toBe(
      0,
    );
    expect(tokenizer.asked.slice(0, -1).length).toBeGreaterThan(2);
  });

  it("say where they stop being UTF-8", () => {
    const line = `${"x".repeat(99)}\n`;
    writeFileSync(path("bad.txt"), Buffer.concat([Buffer.from(line.repeat(12_000)), Buffer.from([0xff])]));
    expect(() => openText("--text", [path("bad.txt")], characters())).toThrow(
      "it is not, from byte 1200000 (0xff) in line 12001. Convert",
    );
  });
});

describe("token files", () => {
  it("hold numbers of 8, 16 and 32 bits", () => {
    writeFileSync(path("t.bin"), Buffer.from(Uint16Array.of(1, 256, 65535).buffer));
    using file = new FileRanges("--tokens", path("t.bin"));
    expect([...tokensIn(file, "u16").read(1, 3)]).toEqual([256, 65535]);
    expect(() => tokensIn(file, "u32")).toThrow("must hold whole numbers of 4 bytes (u32); it has 6 bytes");
    const twice = joinedTokens([tokensIn(file, "u16"), tokensIn(file, "u8")]);
    expect([...twice.read(2, 5)]).toEqual([65535, 1, 0]);
    expect(() => new FileRanges("--tokens", path("none"))).toThrow("there is no such file");
    expect(() => new FileRanges("--tokens", folder)).toThrow("it is a folder");
  });

  it("train as the same tokens in memory do, with the same fingerprint", async () => {
    writeFileSync(path("a.txt"), text);
    using file = new FileRanges("--text", path("a.txt"));
    const settings = { steps: 3, batch: 2, length: 16, validateEvery: 3 };
    const of = async (tokens: TokenRanges | Uint8Array, carryState = false): Promise<unknown[]> => {
      const model = small();
      const run = train(model, { ...settings, tokens, carryState });
      const seen: unknown[] = [];
      for await (const { loss, validationLoss } of run) seen.push(loss, validationLoss);
      seen.push(readSafetensors(await run.serialize()).metadata["data"]);
      run.dispose();
      model.dispose();
      return seen;
    };
    const memory = new Uint8Array(readFileSync(path("a.txt")));
    expect(await of(tokensIn(file, "u8"))).toEqual(await of(memory));
    expect(await of(tokensIn(file, "u8"), true)).toEqual(await of(memory, true));
  });

  it("of any size take no memory", async () => {
    const size = 2 ** 32;
    const handle = openSync(path("large.bin"), "w");
    ftruncateSync(handle, size); // sparse: zeros that take no place on the disk
    writeSync(handle, "the end", size - 7);
    closeSync(handle);
    using file = new FileRanges("--tokens", path("large.bin"));
    const model = small();
    const step = async (tokens: TokenRanges): Promise<readonly [number, string]> => {
      const run = train(model, { tokens, steps: 1, batch: 2, length: 16, validationTokens: 256 });
      for await (const { validationLoss } of run) expect(validationLoss).toBeGreaterThan(0);
      const { metadata } = readSafetensors(await run.serialize());
      run.dispose();
      return [process.memoryUsage().rss, metadata["data"]!];
    };
    const tokens = tokensIn(file, "u8");
    await step({ length: 2 ** 20, read: (begin, end) => tokens.read(begin, end) });
    const before = process.memoryUsage().rss;
    const [after, fingerprint] = await step(tokens);
    expect(fingerprint).toMatch(/^4294967296 tokens, SHA-256 of 1024 parts [0-9a-f]{64}$/);
    expect(after - before).toBeLessThan(128 * 2 ** 20); // where the held-out blocks begin, and what the engine has not collected
    const [, other] = await step({ length: size, read: (begin, end) => tokens.read(begin, end).fill(1) });
    expect(other).not.toBe(fingerprint);
    model.dispose();
  });
});

describe("what is held out", () => {
  const run = (options: object): ReturnType<typeof train> => train(small(), { batch: 1, length: 16, ...options });

  it("is as large as asked for, and in the fingerprint", async () => {
    expect(await run({ text, heldOut: 0 }).validationLoss()).toBeUndefined();
    const fingerprint = async (options: object): Promise<string> =>
      readSafetensors(await run(options).serialize()).metadata["data"]!;
    expect(await fingerprint({ text })).toBe(await fingerprint({ text, heldOut: 0.05 }));
    expect(await fingerprint({ text, heldOut: 0.25 })).toMatch(/, 25 % held out$/);
    expect(await fingerprint({ text, heldOut: 1 / 3 })).toMatch(/ % held out$/);
    for (const [heldOut, near] of [
      [0.4, "1/2 and 1/3"],
      [0.3, "1/3 and 1/4"],
      [0.051, "1/19 and 1/20"],
    ] as const)
      await expect((async () => run({ text, heldOut }))()).rejects.toThrow(
        `heldOut must be 0 or 1 divided by a whole number from 2 on (0.5, 0.25, 0.05), since every n-th block is held out; got ${heldOut}. Near it are ${near}.`,
      );
    expect(() => run({ text, heldOut: 0.6 })).toThrow("heldOut must be a number from 0 to 0.5; got 0.6");
    const batches = { at: () => ({ x: Int32Array.of(1), y: Int32Array.of(1), shape: [1, 1] as const }) };
    expect(() => run({ batches, heldOut: 0.1 })).toThrow("heldOut must be given with text or tokens");
  });
});

describe("mamba2 train", () => {
  const cli = cliIn(() => folder);

  it("takes token files and a file to validate on, and writes losses and perplexities", async () => {
    writeFileSync(path("train.bin"), Buffer.from(Uint16Array.from(byteTokenizer.encode(text)).buffer));
    writeFileSync(path("eval.bin"), Buffer.from(Uint16Array.from(byteTokenizer.encode("to be, or not to be")).buffer));
    const sizes = ["--steps", "2", "--batch", "2", "--length", "16", "--validate-every", "1", "--device", "cpu"];
    const run = [
      "train",
      "--tokens",
      "train.bin",
      "--eval",
      "eval.bin",
      ...sizes,
      "--metrics",
      "m.jsonl",
      "--out",
      "run",
    ];
    const { stdout, stderr } = await cli.run(...run, "--plot", "--json");
    expect(stderr).toMatch(/\d\.\d{3} │.*\n[^]*└─+ step 2\n/); // no terminal: once, at the end
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result["validationPerplexity"]).toBeCloseTo(Math.exp(result["validationLoss"] as number), 9);
    const lines = readFileSync(path("m.jsonl"), "utf8").trim().split("\n");
    const [first] = lines.map((line) => JSON.parse(line) as Record<string, number>);
    expect(lines).toHaveLength(2);
    expect(first!["validationPerplexity"]).toBeCloseTo(Math.exp(first!["validationLoss"]!), 9);
  }, 30_000);

  it.each([
    [["--text", "a", "--tokens", "b"], "train: --text and --tokens must not be given together."],
    [["--text", "a", "--token-type", "u8"], "train: --token-type must be given with --tokens"],
    [["--tokens", "a", "--pack", "no"], "train: --pack must be given with --jsonl"],
  ])("refuses %j", async (args, message) => {
    expect((await cli.failure("train", ...args)).message).toContain(message);
  });
});
