// npm run measure:convert -- [--mib 1536] [--quantize 4 | --to hf] [--adapter]: converts a model of zeros of so many MiB (bf16), a file with a hole, and says how much host memory that takes
// beside what a tiny model takes; with --adapter a pair of rank 8 is written into each projection. The last line is JSON.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Mamba2Config, parameterShapes } from "@x/mamba2";
import { sizeOf, tensorBytes, writeSafetensors } from "@x/tensor";
import { configOf, filesOf, tiny } from "./zero-model.ts";

const MIB = 2 ** 20;
const HEADER_BYTES = 2 ** 20;
const RANK = 8;
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    mib: { type: "string" },
    quantize: { type: "string" },
    to: { type: "string" },
    adapter: { type: "boolean", default: false },
  },
});
const mib = Number(values.mib ?? 1536);
const how = values.quantize === undefined ? ["--to", values.to ?? "hf"] : ["--quantize", values.quantize];
const main = fileURLToPath(new URL("../../mamba2/src/cli/main.ts", import.meta.url));
const SAY_PEAK = "process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))";

/** Makes the files of a model in a folder. */
async function write(folder: string, config: Mamba2Config): Promise<void> {
  const files = filesOf(config);
  await writeFile(join(folder, "config.json"), files.get("config.json") as Uint8Array);
  const weights = files.get("model.safetensors") as Exclude<ReturnType<typeof files.get>, Uint8Array | undefined>;
  const file = await open(join(folder, "model.safetensors"), "w");
  await file.write(await weights.bytes(0, Math.min(HEADER_BYTES, weights.sizeBytes)));
  await file.truncate(weights.sizeBytes); // the rest is a hole
  await file.close();
  if (values.adapter) await writeAdapter(join(folder, "adapter"), config);
}

/** Makes the files of an adapter of all projections of a model. */
async function writeAdapter(folder: string, config: Mamba2Config): Promise<void> {
  const pairs = [...parameterShapes(config)].flatMap(([path, shape]) => {
    const module = /^(.*_proj)\.weight$/.exec(path)?.[1];
    if (module === undefined) return [];
    const [out, inputs] = shape as readonly [number, number];
    return Object.entries({ A: [RANK, inputs], B: [out, RANK] }).map(
      ([letter, size]) =>
        [
          `base_model.model.${module}.lora_${letter}.weight`,
          tensorBytes("F32", size, new Float32Array(sizeOf(size)).fill(0.01)),
        ] as const,
    );
  });
  const peft = { peft_type: "LORA", r: RANK, lora_alpha: RANK, target_modules: ["in_proj", "out_proj"], bias: "none" };
  await mkdir(folder);
  await writeFile(join(folder, "adapter_config.json"), JSON.stringify(peft));
  await writeFile(join(folder, "adapter_model.safetensors"), writeSafetensors(new Map(pairs)));
}

/** @returns the most memory that the process had, in bytes */
function convert(from: string, to: string): Promise<number> {
  const adapter = values.adapter ? ["--adapter", join(from, "adapter")] : [];
  const args = [
    "--conditions=@x/source",
    "--import=tsx",
    `--import=data:text/javascript,${encodeURIComponent(SAY_PEAK)}`,
  ];
  const child = spawn(process.execPath, [...args, main, "convert", "--model", from, "--out", to, ...how, ...adapter], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => void (said += text.toString()));
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      const peak = /peak (\d+)$/.exec(said)?.[1];
      if (code === 0 && peak !== undefined) resolve(Number(peak) * 1024);
      else reject(new Error(`measure-convert: convert must succeed; it said: ${said}`));
    });
  });
}

const place = await mkdtemp(join(tmpdir(), "measure-convert-"));
try {
  const measured = async (config: Mamba2Config, name: string): Promise<number> => {
    const folder = await mkdtemp(join(place, "model-"));
    await write(folder, config);
    return convert(folder, join(place, name));
  };
  const before = await measured(tiny, "tiny");
  const config = configOf(mib * MIB);
  const began = performance.now();
  const peak = await measured(config, "large");
  const largest = Math.max(...[...parameterShapes(config).values()].map((shape) => 2 * sizeOf(shape)));
  const inMib = (bytes: number): number => Math.round(bytes / MIB);
  console.log(
    JSON.stringify({
      fileMiB: mib,
      writtenMiB: inMib((await stat(join(place, "large", "model.safetensors"))).size),
      largestTensorMiB: inMib(largest),
      tinyPeakMiB: inMib(before),
      peakMiB: inMib(peak),
      besideMiB: inMib(peak - before),
      allowedMiB: inMib(largest + 128 * MIB),
      seconds: Math.round((performance.now() - began) / 100) / 10,
    }),
  );
  process.exitCode = peak - before <= largest + 128 * MIB ? 0 : 1;
} finally {
  await rm(place, { recursive: true });
}
