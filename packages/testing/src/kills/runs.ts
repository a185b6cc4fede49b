// The runs that are killed: what is started, on which data, and how it goes on.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Mamba2LM } from "@x/mamba2";
import { saveFolder } from "@x/mamba2/node";

/** A run to kill. */
export interface Run {
  readonly name: string;
  /** which bundled program it is of */
  readonly program: "mamba2" | "training-script";
  /** @param saved whether there is something in `out` to go on with */
  args(out: string, saved: boolean): readonly string[];
}

const STEPS = 40;

/** Writes the data of all runs into a folder, in which they are started. */
export async function writeData(folder: string): Promise<void> {
  const sentence = "the quick brown fox jumps over the lazy dog, and the dog sleeps on. ";
  const config = { dModel: 32, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "text.txt"), sentence.repeat(200));
  const line = (i: number): string => JSON.stringify({ prompt: `${i} + ${i % 7} = `, completion: String(i + (i % 7)) });
  writeFileSync(join(folder, "examples.jsonl"), Array.from({ length: 120 }, (_, i) => line(i)).join("\n"));
  await saveFolder(new Mamba2LM(config, { seed: 3 }), join(folder, "base"));
}

const size = ["--steps", String(STEPS), "--batch", "2", "--length", "32", "--validate-every", "3", "--seed", "4"];

/** A run of `mamba2 train`. */
function command(name: string, data: readonly string[], fresh: readonly string[]): Run {
  const args: Run["args"] = (out, saved) => [
    "train",
    "--device",
    "cpu",
    "--out",
    out,
    ...data,
    ...(saved ? ["--resume", out] : [...fresh, ...size]),
  ];
  return { name, program: "mamba2", args };
}

export const RUNS: readonly Run[] = [
  command(
    "text",
    ["--text", "text.txt"],
    ["--config", "config.json", "--loss-scale", "dynamic", "--moments", "8bit", "--keep-best", "--patience", "30"],
  ),
  command("examples, averages", ["--jsonl", "examples.jsonl"], ["--config", "config.json", "--ema", "0.9"]),
  command("carried state", ["--text", "text.txt"], ["--config", "config.json", "--carry-state"]),
  command("adapter", ["--jsonl", "examples.jsonl"], ["--model", "base", "--lora", "2", "--quantize", "4"]),
  { name: "training script", program: "training-script", args: (out) => [out] },
];
