// How the command chooses tokens: every option reaches the library, several prompts and samples are one batch, and what does not go together is refused by name.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CompletionResult, Mamba2LM } from "@x/mamba2";
import { writeFolder } from "@x/mamba2/node";
import { commandHelp } from "../src/cli/command-help.ts";
import { parseOptions } from "../src/cli/command.ts";
import { generateCommand } from "../src/cli/generate.ts";
import { samplingOptions } from "../src/cli/sampling-options.ts";
import { cliIn } from "./cli-run.ts";

const model = new Mamba2LM({ dModel: 16, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8 }, { seed: 4 });
let folder: string;
const { run, json, failure } = cliIn(() => folder);
const generate = ["generate", "--model", "model", "--device", "cpu", "--tokens", "8"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-sampling-"));
  await writeFolder(join(folder, "model"), (await model.save("own")).files);
  await writeFile(join(folder, "state"), await model.prefill([1, 2]).state.serialize(model));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings: readonly (readonly [flag: string, value: string, option: object])[] = [
  ["temperature", "0.8", { temperature: 0.8 }],
  ["top-k", "50", { topK: 50 }],
  ["top-p", "0.9", { topP: 0.9 }],
  ["min-p", "0.02", { minP: 0.02 }],
  ["typical-p", "0.7", { typicalP: 0.7 }],
  ["repetition-penalty", "1.3", { repetitionPenalty: 1.3 }],
  ["presence-penalty", "0.4", { presencePenalty: 0.4 }],
  ["frequency-penalty", "-0.2", { frequencyPenalty: -0.2 }],
  [
    "logit-bias",
    "104=-inf, 7=2,9=-1.5e-1",
    {
      logitBias: new Map([
        [104, -Infinity],
        [7, 2],
        [9, -0.15],
      ]),
    },
  ],
];

describe("mamba2 generate", { timeout: 60_000 }, () => {
  it.each(settings)("--%s is an option of the library, and in the help", (flag, value, option) => {
    expect(
      samplingOptions(parseOptions(generateCommand, ["--prompt", "a", "--model", "x", `--${flag}`, value])),
    ).toEqual(option);
    expect(commandHelp(generateCommand)).toMatch(new RegExp(`--${flag} [A-Z]\\S*  `));
  });

  it("chooses as the library does under all of them", async () => {
    const flags = settings.flatMap(([flag, value]) => [`--${flag}`, value]);
    const options = Object.assign({ maxTokens: 8, seed: 5 }, ...settings.map(([, , option]) => option)) as object;
    const got = await json(...generate, "--prompt", "hi", "--seed", "5", ...flags);
    const want = (await model.complete(["hi"], options)).completions[0]![0]!;
    expect(got).toMatchObject({ ids: want.ids, text: want.text });
  });

  it("continues several prompts in one batch, with samples, log-probabilities, stop texts and a seed for each", async () => {
    const prompts = ["a", "bcdef", "x"];
    const options = { maxTokens: 8, seed: [3, 9, 3], n: 2, logprobs: 2, stop: ["e", "t"], temperature: 0.9 };
    const want: CompletionResult = await model.complete(prompts, options);
    const flags = ["--seed", "3,9,3", "--n", "2", "--logprobs", "2", "--stop", "e", "t", "--temperature", "0.9"];
    const got = await json(...generate, ...prompts.flatMap((prompt) => ["--prompt", prompt]), ...flags);
    expect(got).toMatchObject(JSON.parse(JSON.stringify(want)) as object);
    const one = await json(...generate, "--prompt", "bcdef", "--seed", "9", "--n", "1", "--temperature", "0.9");
    const alone = await model.complete(["bcdef"], { maxTokens: 8, seed: 9, temperature: 0.9 });
    expect(one).toMatchObject(JSON.parse(JSON.stringify(alone)) as object);
  });

  it("prints each text, and the tokens with their log-probabilities", async () => {
    const { stdout, stderr, code } = await run(
      ...generate,
      "--prompt",
      "a",
      "--prompt",
      "b",
      "--logprobs",
      "1",
      "--top-k",
      "1",
    );
    expect(code, stderr).toBe(0);
    const { completions } = await model.complete(["a", "b"], { maxTokens: 8, topK: 1, logprobs: 1 });
    for (const [p, [completion]] of completions.entries()) {
      expect(stdout).toContain(`== prompt ${p + 1}, sample 1: length\n${"ab"[p]!}${completion!.text}\n`);
      const { id, logProb } = completion!.logprobs![3]!;
      expect(stdout).toMatch(new RegExp(`^${logProb.toFixed(4)}  ${id} ".*"  \\| ${id} ${logProb.toFixed(4)}$`, "m"));
    }
    expect(stderr).toMatch(/^16 tokens, /m);
  });

  it("goes on from a state in several ways", async () => {
    const got = await json(...generate, "--prompt", "", "--state", "state", "--n", "3", "--seed", "1");
    const { state } = model.prefill([1, 2]);
    const want = await model.complete([[]], { state, n: 3, seed: 1, maxTokens: 8 });
    expect(got).toMatchObject(JSON.parse(JSON.stringify(want)) as object);
  });

  it("refuses what cannot be meant", async () => {
    const refused = (...args: string[]): string => {
      try {
        void generateCommand.run(parseOptions(generateCommand, ["--model", "x", ...args]), {
          json: true,
          print() {},
          note() {},
        });
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    const two = ["--prompt", "a", "--prompt", "b"];
    expect(refused(...two, "--seed", "1,2,3")).toBe(
      "generate: --seed must be one number, or one per --prompt, 2; got 3.",
    );
    expect(refused(...two, "--state", "s")).toBe(
      "generate: --state is the state of one text: --prompt must be given once; got 2.",
    );
    for (const args of [two, ["--prompt", "a", "--n", "2"], ["--prompt", "a", "--logprobs", "0"]])
      expect(refused(...args, "--save-state", "s")).toBe(
        "generate: --save-state keeps the state of one text: neither several --prompt nor --n nor --logprobs must be given with it.",
      );
    expect(refused("--prompt", "a", "--n", "0")).toContain("--n must be a whole number of at least 1; got 0.");
    expect(refused("--prompt", "a", "--typical-p", "0")).toContain(
      "--typical-p must be a number above 0 and at most 1",
    );
    for (const bias of ["7", "7=", "=1", "7=x", "7=1,", "-7=1", "7=inf", "7=0x1"])
      expect(refused("--prompt", "a", `--logit-bias=${bias}`), bias).toMatch(
        /^--logit-bias must be tokens with a number or -inf each, such as 7=2\.5,9=-inf; got "/,
      );
    expect(refused("--prompt", "a", "--logit-bias", "7=1,7=2")).toContain("must name a token once; got 7 twice");
    expect(await failure(...generate, "--prompt", "a", "--logit-bias", "256=1")).toMatchObject({
      code: 1,
      message: "generate: logitBias must be of tokens below 256; got token 256.",
    });
    expect(await failure(...generate, ...two, "--seed", "1,2,3")).toMatchObject({ code: 2 });
  });
});
