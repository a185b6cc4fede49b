// Which saves a run keeps, when it ends early, and that a resumed run remembers its best.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Mamba2LM, savedSettings, train, type TrainEvent, type TrainingRun, type TrainOptions } from "@x/mamba2";
import { loadFolder, saveFolder } from "@x/mamba2/node";
import { readSafetensors, writeSafetensors } from "@x/tensor";
import { keepSave, leaveLaterBest } from "../src/cli/save-retention.ts";
import { cliIn } from "./cli-run.ts";

const fields = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 };
/** what is learnt makes what is measured worse, after a few steps that learn what both have in common */
const learnt = "abcdefgh ".repeat(60);
const measured = Int32Array.from("hgfedcba ".repeat(4), (letter) => letter.charCodeAt(0));
const validation = [{ x: measured.slice(0, 32), y: measured.slice(1, 33), shape: [2, 16] as const }];
const settings = { text: learnt, steps: 30, batch: 2, length: 16, validateEvery: 2, lr: 0.03, validation } as const;

async function events(run: TrainingRun, until = Infinity): Promise<TrainEvent[]> {
  const seen: TrainEvent[] = [];
  for await (const event of run) if (seen.push(event) === until) break;
  return seen;
}
const start = (options: Partial<TrainOptions> = {}): { model: Mamba2LM; run: TrainingRun } => {
  const model = new Mamba2LM(fields, { seed: 1 });
  return { model, run: train(model, { ...settings, ...options }) };
};

describe("patience", () => {
  it("ends a run after so many validations that are not better than the best", async () => {
    const whole = await events(start().run);
    const losses = whole.flatMap(({ step, validationLoss: loss }) => (loss === undefined ? [] : [{ step, loss }]));
    expect(losses.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, i) => 2 * i + 2));
    const least = losses.reduce((best, one) => (one.loss < best.loss ? one : best));
    const { run } = start({ patience: 3 });
    const seen = await events(run);
    expect(seen).toHaveLength(least.step + 6);
    expect(run.best).toEqual({ step: least.step, loss: least.loss, since: 3 });
    expect(seen.filter(({ best }) => best).at(-1)!.step).toBe(least.step);
    expect(run.finished).toBe(true);
    expect(await events(run)).toEqual([]);
  });

  it("is remembered by a resumed run, with the best", async () => {
    const alone = start({ patience: 3 });
    await events(alone.run);
    for (const at of [1, 4, alone.run.best!.step + 3]) {
      const { model, run } = start({ patience: 3 });
      await events(run, at);
      const file = await run.serialize();
      expect(savedSettings(file).patience).toBe(3);
      const resumed = train(model, { ...settings, ...savedSettings(file) });
      resumed.restore(file);
      expect(resumed.best).toEqual(run.best);
      await events(resumed);
      expect(await resumed.serialize()).toEqual(await alone.run.serialize());
    }
  });

  it("needs held-out data, and a best that is one", async () => {
    expect(() => start({ patience: 2, validation: [] })).toThrow(
      "train: patience must be used with held-out data, by which a run is measured; got 2 and none.",
    );
    const { tensors, metadata } = readSafetensors(await start().run.serialize());
    for (const best of ["", "[1,2]", "[1,NaN,0]", "[1.5,2,0]", "{}"])
      expect(() => start().run.restore(writeSafetensors(tensors, { ...metadata, best }))).toThrow(
        "the best validation of a saved run must be its step, its loss and how many came after it",
      );
  });
});

describe("keepSave", () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const saved = (name: string): string => readFileSync(join(folder, name, "config.json"), "utf8");

  it("keeps the last and the best, whose files take no room of their own while they are the newest", async () => {
    writeFileSync(join(folder, "notes.txt"), "not of the save");
    for (let step = 1; step <= 6; step++) {
      for (const name of ["config.json", "training.safetensors"]) {
        rmSync(join(folder, name), { force: true }); // a save gives its files new places
        const run = writeSafetensors(new Map(), { step: `${step}` });
        writeFileSync(join(folder, name), name === "config.json" ? `${step}` : run);
      }
      for (let twice = 0; twice < 2; twice++)
        await keepSave(folder, { step, isBest: step === 2, averages: false }, { last: 3, best: true });
    }
    expect(readdirSync(folder).sort()).toEqual(
      ["best", "config.json", "notes.txt", "step-4", "step-5", "step-6", "training.safetensors"].sort(),
    );
    expect(["best", "step-4", "step-6"].map(saved)).toEqual(["2", "4", "6"]);
    expect(readdirSync(join(folder, "best")).sort()).toEqual(["config.json", "training.safetensors"]);
    const inode = (name: string): number => statSync(join(folder, name)).ino;
    expect(inode("step-6/config.json")).toBe(inode("config.json"));
    // gone back to step 5: what lies behind it stays, and counts for nothing
    await keepSave(folder, { step: 5, isBest: true, averages: false }, { last: 2, best: true });
    expect(readdirSync(folder).filter((name) => name.startsWith("step"))).toEqual(["step-4", "step-5", "step-6"]);
    expect(saved("best")).toBe("6");
    await expect(
      keepSave(join(folder, "none"), { step: 1, isBest: true, averages: false }, { last: 2, best: true }),
    ).rejects.toThrow("as --keep and --keep-best ask");
  });
});

describe("leaveLaterBest", () => {
  const folder = mkdtempSync(join(tmpdir(), "left-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, step: number): void => {
    rmSync(join(folder, name), { recursive: true, force: true }); // its files may be those of another save
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "training.safetensors"), writeSafetensors(new Map(), { step: `${step}` }));
    writeFileSync(join(folder, name, "config.json"), `${name} ${step}`);
  };
  const steps = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder).map((name) => [
        name,
        readSafetensors(readFileSync(join(folder, name, "training.safetensors"))).metadata["step"]!,
      ]),
    );
  const run = (step: number, best?: number): TrainingRun =>
    ({ step, best: best === undefined ? undefined : { step: best }, settings: {} }) as never;

  it("puts the best save of steps that are left aside, and this run's own in its place", async () => {
    write("best", 4);
    write("step-4", 4);
    write("step-6", 6);
    await leaveLaterBest(folder, run(6, 4));
    expect(steps(), "its own best stays").toEqual({ best: "4", "step-4": "4", "step-6": "6" });
    write("best", 8);
    await leaveLaterBest(folder, run(6, 4));
    expect(steps(), "nothing is lost").toEqual({ best: "4", "step-4": "4", "step-6": "6", "step-8": "8" });
    expect(readFileSync(join(folder, "best/config.json"), "utf8")).toBe("step-4 4");
    write("best", 8);
    await leaveLaterBest(folder, run(6, 5));
    expect(steps(), "there is none where it was not kept").toEqual({ "step-4": "4", "step-6": "6", "step-8": "8" });
    await leaveLaterBest(folder, run(6));
  });
});

describe("mamba2 train --keep --keep-best --patience", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-cli-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { run } = cliIn(() => folder);

  it("keeps saves that can be loaded and resumed, and ends early; a resumed run goes on keeping", async () => {
    writeFileSync(join(folder, "config.json"), JSON.stringify(fields));
    const example = (text: string): string => `${JSON.stringify({ text })}\n`;
    writeFileSync(join(folder, "learnt.jsonl"), example("abcdefgh abcdefgh").repeat(4));
    writeFileSync(join(folder, "measured.jsonl"), example("hgfedcba hgfedcba").repeat(2));
    const data = ["--device", "cpu", "--jsonl", "learnt.jsonl", "--eval", "measured.jsonl"];
    const fresh = [
      "--config",
      "config.json",
      "--batch",
      "2",
      "--length",
      "16",
      "--lr",
      "0.03",
      "--validate-every",
      "2",
    ];
    const args = [...data, ...fresh, "--steps", "60", "--out", "run", "--keep", "2", "--keep-best"];
    const { code, stderr } = await run("train", ...args, "--patience", "2");
    expect(code, stderr).toBe(0);
    const [, best] = /ended early: 2 validations in a row were not better than that of step (\d+)/.exec(stderr)!;
    const steps = [Number(best) + 2, Number(best) + 4];
    const folders = (): string[] => readdirSync(join(folder, "run")).filter((name) => !name.includes("."));
    expect(folders().sort()).toEqual(["best", ...steps.map((step) => `step-${step}`)].sort());
    const file = readFileSync(join(folder, "run/best/training.safetensors"));
    expect(readSafetensors(file).metadata["step"]).toBe(best);
    expect((await loadFolder(join(folder, "run/best"))).config.dModel).toBe(16);

    const ended = await run("train", ...data, "--resume", "run");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      `the run must have patience left; it ended at step ${steps[1]}, 2 validations after`,
    );
    rmSync(join(folder, "run", `step-${steps[1]}`), { recursive: true }); // as if it had been killed before
    const resumed = await run("train", ...data, "--resume", "run", "--patience", "0", "--steps", String(steps[1]! + 2));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(folders().sort()).toEqual(["best", `step-${steps[1]}`, `step-${steps[1]! + 2}`].sort());
    expect(readFileSync(join(folder, "run/best/training.safetensors")).equals(file)).toBe(true);
  });

  it("leaves the best of the steps behind the save that it is resumed from", async () => {
    writeFileSync(join(folder, "config.json"), JSON.stringify(fields));
    writeFileSync(join(folder, "text.jsonl"), `${JSON.stringify({ text: "abcdefgh abcdefgh" })}\n`.repeat(4));
    const data = ["--device", "cpu", "--jsonl", "text.jsonl", "--eval", "text.jsonl"];
    const sizes = ["--batch", "2", "--length", "16", "--validate-every", "2", "--steps", "6"];
    const whole = await run(
      "train",
      ...data,
      "--config",
      "config.json",
      ...sizes,
      "--keep",
      "3",
      "--keep-best",
      "--out",
      "left",
    );
    expect(whole.code, whole.stderr).toBe(0);
    const stepOf = (name: string): unknown =>
      readSafetensors(readFileSync(join(folder, "left", name, "training.safetensors"))).metadata["step"];
    expect(stepOf("best")).toBe("6");
    writeFileSync(join(folder, "worse.jsonl"), `${JSON.stringify({ text: "ZYXWVUTS ZYXWVUTS" })}\n`);
    const ended = ["--resume", "left/step-2", "--out", "left", "--steps", "2"];
    const refused = await run("train", ...data, ...ended);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("steps left; it is at 2 of 2")]);
    expect(["", "best", "step-2", "step-6"].map(stepOf), "it moves nothing").toEqual(["6", "6", "2", "6"]);
    const again = ["--device", "cpu", "--jsonl", "text.jsonl", "--eval", "worse.jsonl", "--other-data", "--steps", "3"];
    const resumed = await run("train", ...again, "--resume", "left/step-2", "--out", "left");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(["", "best", "step-6"].map(stepOf)).toEqual(["3", "2", "6"]);
  });

  it.each(["--steps 6", "--steps 6 --model base --lora 2"])(
    "completes a last save that was cut off, %s",
    async (more) => {
      const name = more.includes("lora") ? "adapter" : "model";
      writeFileSync(join(folder, "config.json"), JSON.stringify(fields));
      writeFileSync(join(folder, "text.jsonl"), `${JSON.stringify({ text: "abcdefgh abcdefgh" })}\n`.repeat(4));
      await saveFolder(new Mamba2LM(fields, { seed: 3 }), join(folder, "base"));
      const data = ["--device", "cpu", "--jsonl", "text.jsonl", "--eval", "text.jsonl"];
      const fresh = [
        "--batch",
        "2",
        "--length",
        "16",
        "--validate-every",
        "2",
        "--keep",
        "2",
        "--keep-best",
        "--ema",
        "0.5",
      ];
      const model = name === "model" ? ["--config", "config.json"] : [];
      const whole = await run("train", ...data, ...fresh, ...model, ...more.split(" "), "--out", name);
      expect(whole.code, whole.stderr).toBe(0);
      const out = join(folder, name);
      const filesOf = (): Map<string, string> =>
        new Map(
          readdirSync(out, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map(({ parentPath, name: file }) => {
              const path = join(parentPath, file);
              return [relative(out, path), createHash("sha256").update(readFileSync(path)).digest("hex")];
            }),
        );
      const want = filesOf();
      expect(readdirSync(join(out, "best")).sort()).toEqual(readdirSync(join(out, "step-6")).sort());
      // what a process leaves that was killed in the averages, or before second names were given
      const weights = readdirSync(join(out, "ema")).find((file) => file.endsWith(".safetensors"))!;
      for (const cut of [
        () => writeFileSync(join(out, "ema", weights), "of the save before"),
        () => writeFileSync(join(out, "ema", `${weights}.999999999.partial`), "half"),
        () => rmSync(join(out, "ema"), { recursive: true }),
        () => rmSync(join(out, "step-6"), { recursive: true }),
        () => rmSync(join(out, "best"), { recursive: true }),
      ]) {
        cut();
        expect(filesOf()).not.toEqual(want);
        const ended = await run("train", ...data, "--resume", name);
        expect(ended.stderr).toContain("the run must have steps left; it is at 6 of 6.");
        expect(filesOf()).toEqual(want);
      }
    },
  );
});
