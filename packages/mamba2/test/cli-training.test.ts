// The optimizer, its precision and the memory of a step on the command line: in the run's file, taken over by a resumed run, refused where they do not fit.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { savedSettings } from "@x/mamba2";
import { cliIn, shortTraining } from "./cli-run.ts";

const folder = mkdtempSync(join(tmpdir(), "training-"));
const cli = cliIn(() => folder);
const file = (out: string): Buffer => readFileSync(join(folder, out, "training.safetensors"));
const resume = [...shortTraining.slice(0, 3), "--device", "cpu", "--resume"];
const precise = [
  "--moments",
  "8bit",
  "--loss-scale",
  "dynamic",
  "--betas",
  "0.8,0.9",
  "--schedule",
  "wsd",
  "--decay",
  "1",
];

beforeAll(() => writeFileSync(join(folder, "a.txt"), "to be, or not to be, that is the question. ".repeat(30)));
afterAll(() => rmSync(folder, { recursive: true }));

it("keeps optimizer, precision and loss scale in the run, which a resumed run takes over", async () => {
  await cli.json(...shortTraining, ...precise, "--steps", "4", "--out", "whole");
  const settings = savedSettings(file("whole"));
  expect(settings).toMatchObject({
    moments: "8bit",
    lossScale: "dynamic",
    betas: [0.8, 0.9],
    schedule: "wsd",
    decay: 1,
  });
  const { code, stderr } = await cli.run(...resume, "whole", "--steps", "6", "--schedule", "constant");
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("train: schedule is constant, was wsd in the saved run");
  expect(savedSettings(file("whole"))).toMatchObject({ moments: "8bit", lossScale: "dynamic", schedule: "constant" });
  expect(await cli.failure(...resume, "whole", "--steps", "8", "--optimizer", "sgd")).toMatchObject({
    code: 2,
    message: "train: --optimizer must be that of the resumed run, adamw, whose state it goes on with; got sgd.",
  });
});

it("says what memory a step takes before the first one, and refuses one that does not fit", async () => {
  const alone = cliIn(() => folder, {}); // what earlier commands hold would count
  const { stderr } = await alone.run(...shortTraining, "--steps", "1", "--optimizer", "lion", "--out", "lion");
  expect(stderr).toMatch(/^memory {6}\d+\.\d MiB: (the step|the optimizer's state|parameters in training) \d/m);
  expect(stderr).toMatch(/^largest {5}\d+ × \w+ f32\[/m);
  const { code, message } = await cli.failure(...shortTraining, "--steps", "1", "--memory", "0.001", "--out", "none");
  expect(code).not.toBe(0);
  expect(message).toMatch(/^train: a step must fit in 1\.0 MiB; it needs .*What takes less: a smaller batch or length/);
});

it.each([
  ["--betas", "0.9", 'train: --betas must be 2 numbers with commas between them; got "0.9".'],
  ["--optimizer", "adam", 'train: --optimizer must be one of adamw, sgd, lion, muon, adafactor; got "adam".'],
  ["--momentum", "0.9", "train: momentum must be given with optimizer sgd or muon; got optimizer adamw."],
  ["--loss-scale", "big", 'train: --loss-scale must be a number; got "big".'],
])("refuses %s %s", async (name, value, message) => {
  expect((await cli.failure(...shortTraining, name, value)).message).toBe(message);
});
