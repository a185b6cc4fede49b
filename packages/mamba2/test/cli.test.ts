// The command line as a user meets it: real processes on tiny models.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliIn } from "./cli-run.ts";

const golden = join(import.meta.dirname, "fixtures/model1/official");
const config = { dModel: 16, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 };
let folder: string;

const { start, run, json, failure } = cliIn(() => folder);

const trainArgs = [
  "train",
  "--text",
  "text.txt",
  "--config",
  "config.json",
  "--batch",
  "2",
  "--length",
  "32",
  "--lr",
  "0.01",
  "--device",
  "cpu",
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-cli-"));
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "text.txt"), "the quick brown fox jumps over the lazy dog. ".repeat(60));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a model's life", { timeout: 120_000 }, () => {
  it("is trained, resumed bit for bit, described, measured and lets itself be continued", async () => {
    const straight = await json(...trainArgs, "--steps", "60", "--validate-every", "30", "--out", "straight");
    expect(straight).toMatchObject({ steps: 60, checkpoint: "straight" });
    expect(straight["parameters"]).toBe(256 * 16 + 2 * (16 + 84 * 16 + 48 * 5 + 3 * 4 + 32 + 16 * 32) + 16);
    for (const name of ["trainLoss", "validationLoss", "tokensPerSecond", "seconds"])
      expect(straight[name], name).toBeGreaterThan(0);
    expect(straight["device"]).toMatch(/CPU/i);
    expect(typeof straight["sample"]).toBe("string");
    expect(await readdir(join(folder, "straight"))).toEqual([
      "config.json",
      "model.safetensors",
      "training.safetensors",
    ]);

    // the same run, stopped half way by hand: the settings of the schedule are those of the whole
    const first = start([...trainArgs, "--steps", "60", "--validate-every", "30", "--out", "halves"]);
    await new Promise<void>((resolve) =>
      first.process.stderr!.on("data", (chunk: string) => void (chunk.includes("step 1/") && resolve())),
    );
    first.process.kill("SIGINT");
    const stopped = await first.result;
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(stopped.stderr).toMatch(/stopped at step \d+ and saved|saved to halves/);
    if (/stopped at step/.test(stopped.stderr)) {
      const resumed = await json("train", "--text", "text.txt", "--device", "cpu", "--resume", "halves");
      expect(resumed["steps"]).toBe(60);
      expect(resumed["trainLoss"]).toBe(straight["trainLoss"]);
      expect(resumed["validationLoss"]).toBe(straight["validationLoss"]);
    }
    const bytes = (name: string): Promise<Buffer> => readFile(join(folder, name, "model.safetensors"));
    expect(Buffer.compare(await bytes("halves"), await bytes("straight"))).toBe(0);

    const info = await json("info", "--model", "straight");
    expect(info).toMatchObject({
      layout: "official",
      dtype: "F32",
      parameters: straight["parameters"],
      config: { dModel: 16 },
      layers: { attention: 0 },
      cacheBytesPerToken: 0,
      activeParameters: straight["parameters"],
    });
    expect(info["bytesToRun"]).toBeGreaterThan(0);
    expect(info["bytesToTrain"]).toBeGreaterThan(info["bytesToRun"] as number);

    const loss = await json("loss", "--model", "straight", "--text", "text.txt", "--device", "cpu");
    expect(loss["tokens"]).toBe(45 * 60 - 1); // every byte but the first is predicted
    expect(loss["perplexity"]).toBeCloseTo(Math.exp(loss["loss"] as number), 6);

    const generated = await json(
      "generate",
      "--model",
      "straight",
      "--prompt",
      "the ",
      "--tokens",
      "8",
      "--temperature",
      "0",
      "--device",
      "cpu",
    );
    expect(generated["ids"]).toHaveLength(8);
    const streamed = await run(
      "generate",
      "--model",
      "straight",
      "--prompt",
      "the ",
      "--tokens",
      "8",
      "--temperature",
      "0",
      "--device",
      "cpu",
    );
    expect(streamed.stdout).toBe(`the ${generated["text"] as string}\n`);
  });

  it("refuses to resume a finished run", async () => {
    expect(await failure("train", "--text", "text.txt", "--device", "cpu", "--resume", "straight")).toMatchObject({
      code: 1,
      kind: "ConfigError",
      message: "train: the run must have steps left; it is at 60 of 60. Give more --steps.",
    });
  });

  it("continues a saved state", async () => {
    const args = ["generate", "--model", "straight", "--temperature", "0", "--device", "cpu"];
    const whole = await json(...args, "--prompt", "the ", "--tokens", "7");
    const first = await json(...args, "--prompt", "the ", "--tokens", "3", "--save-state", "after.state");
    const fourth = String.fromCharCode((whole["ids"] as number[])[3]!);
    const second = await json(...args, "--prompt", fourth, "--tokens", "3", "--state", "after.state");
    expect([...(first["ids"] as number[]), (whole["ids"] as number[])[3], ...(second["ids"] as number[])]).toEqual(
      whole["ids"],
    );
  });
});

describe("threads", { timeout: 60_000 }, () => {
  it("give the same model, bit for bit, and let the process end", async () => {
    for (const threads of ["1", "2"])
      await json(...trainArgs, "--steps", "3", "--threads", threads, "--out", `threads-${threads}`);
    const [one, two] = await Promise.all(
      ["1", "2"].map((threads) => readFile(join(folder, `threads-${threads}/model.safetensors`))),
    );
    expect(two!.equals(one!)).toBe(true);
    const { code, stderr } = await run(
      "logits",
      "--model",
      "threads-2",
      "--ids",
      "1,2,3",
      "--device",
      "cpu",
      "--threads",
      "auto",
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^threads: \d+, since .*\(--threads auto\)$/m) as string,
    });
  });

  it("are a number or auto, and for WebAssembly kernels", async () => {
    const logits = ["logits", "--model", "none", "--ids", "1", "--device", "cpu"];
    expect(await failure(...logits, "--threads", "0")).toMatchObject({
      code: 2,
      message: 'logits: --threads must be a whole number of at least 1 or "auto"; got "0".',
    });
    expect(await failure(...logits, "--threads", "2", "--no-wasm")).toMatchObject({
      code: 2,
      message: expect.stringContaining("--no-wasm") as string,
    });
  });
});

describe("a tokenizer of words", { timeout: 60_000 }, () => {
  it("is trained with, saved beside the model and used again", async () => {
    const words = ["[UNK]", "the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog", "."];
    const vocab = Object.fromEntries(words.map((word, id) => [word, id]));
    await mkdir(join(folder, "words"));
    await writeFile(
      join(folder, "words/tokenizer.json"),
      JSON.stringify({
        version: "1.0",
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: { type: "Whitespace" },
        post_processor: null,
        decoder: null,
        model: { type: "WordLevel", vocab, unk_token: "[UNK]" },
      }),
    );
    await writeFile(join(folder, "words.json"), JSON.stringify({ ...config, vocabSize: 10 }));
    const run = await json(
      "train",
      "--text",
      "text.txt",
      "--config",
      "words.json",
      "--tokenizer",
      "words",
      "--batch",
      "2",
      "--length",
      "32",
      "--lr",
      "0.02",
      "--steps",
      "40",
      "--device",
      "cpu",
      "--out",
      "worded",
    );
    expect(run["trainLoss"]).toBeLessThan(0.5);
    expect(run["sample"]).toMatch(/quick brown fox/);
    const { text } = await json(
      "generate",
      "--model",
      "worded",
      "--prompt",
      "the quick",
      "--tokens",
      "3",
      "--temperature",
      "0",
      "--device",
      "cpu",
    );
    expect(text).toBe(" brown fox jumps"); // it continues the prompt
  });
});

describe("bytes", { timeout: 60_000 }, () => {
  it("are read as they are: marks at the start and what is not UTF-8 too", async () => {
    await writeFile(join(folder, "bytes.bin"), Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 0x00, 0x61));
    await run("init", "--config", "config.json", "--out", "fresh");
    const ofText = await json("loss", "--model", "fresh", "--text", "bytes.bin", "--device", "cpu");
    expect(ofText).toEqual(await json("loss", "--model", "fresh", "--ids", "239,187,191,255,0,97", "--device", "cpu"));
  });
});

describe("init", { timeout: 60_000 }, () => {
  it("saves a model and says what it drew", async () => {
    const drawn = await json("init", "--config", "config.json", "--seed", "3", "--init", "official", "--out", "drawn");
    expect(drawn).toMatchObject({ checkpoint: "drawn", init: "official" });
    const parameters = drawn["parameters"] as {
      readonly name: string;
      readonly shape: number[];
      readonly std: number;
      readonly min: number;
    }[];
    const projection = parameters.find(({ name }) => name === "backbone.layers.1.mixer.out_proj.weight")!;
    expect(projection.shape).toEqual([16, 32]);
    expect(Math.abs(projection.std * Math.sqrt(3 * 32) * Math.sqrt(2) - 1)).toBeLessThan(0.1);
    expect(await readdir(join(folder, "drawn"))).toEqual(["config.json", "model.safetensors"]);
  });
});

describe("logits, loss and convert", { timeout: 60_000 }, () => {
  it("agree with the golden data in every layout", async () => {
    const official = await json("logits", "--model", golden, "--ids", "1,2,3", "--device", "cpu");
    expect(official["shape"]).toEqual([1, 3, 104]);
    const converted = await json("convert", "--model", golden, "--to", "hf", "--out", "hf");
    expect(converted).toEqual({ from: "official", to: "hf", tensors: 29, checkpoint: "hf" });
    expect(await json("logits", "--model", "hf", "--ids", "1,2,3", "--device", "cpu")).toEqual(official);
    const logits = official["logits"] as number[];
    const nats = (row: number, target: number): number => {
      const values = logits.slice(104 * row, 104 * (row + 1));
      return Math.log(values.reduce((sum, v) => sum + Math.exp(v), 0)) - values[target]!;
    };
    const { loss, tokens } = await json("loss", "--model", "hf", "--ids", "1,2,3", "--device", "cpu");
    expect(tokens).toBe(2);
    expect(loss).toBeCloseTo((nats(0, 2) + nats(1, 3)) / 2, 5);
  });
});
