// npm run bench:gpu: one session of checks and measurements on the machine's GPU. A table on stdout, results.json in --out DIR.
// Exit codes: 0 all parts ran and passed, 1 something failed, 2 the command line is wrong.
import { mkdirSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import { parseArgs } from "node:util";
import { webgpuDevice } from "@x/tensor/core";
import { describeMachine } from "./adapter.ts";
import { checkEverything } from "./correct.ts";
import { measureDecode } from "./decode.ts";
import { measureProducts } from "./gemm.ts";
import { measureHybrids } from "./hybrids.ts";
import { measureLayers } from "./layers.ts";
import { measureLearning } from "./learn.ts";
import { measureAdapters, measureAdaptersOnCpu } from "./lora.ts";
import { measureGenerating, measureModels, measureTrainings } from "./model.ts";
import { measurePrecision } from "./precision.ts";
import { measureReplay } from "./replay.ts";
import { Report } from "./report.ts";
import { measureRoofs } from "./roofs.ts";
import { measureScans } from "./scan.ts";
import type { Session } from "./session.ts";
import { measureTuning } from "./tune.ts";
import { measureUnits } from "./subgroup-matrices.ts";

const parts: Readonly<Record<string, (session: Session) => Promise<void>>> = {
  adapter: describeMachine,
  roofs: measureRoofs,
  correct: checkEverything,
  gemm: measureProducts,
  units: measureUnits,
  scan: measureScans,
  tune: measureTuning,
  layers: measureLayers,
  model: measureModels,
  hybrids: measureHybrids,
  learn: measureLearning,
  lora: measureAdapters,
};
/** Parts that run only when they are asked for: parts of parts for short sessions, and one of the CPU. */
const subparts: typeof parts = {
  decode: measureDecode,
  replay: measureReplay,
  generate: measureGenerating,
  train: measureTrainings,
  precision: measurePrecision,
  "lora-cpu": measureAdaptersOnCpu,
};
const known = { ...parts, ...subparts };

const USAGE = `usage: npm run bench:gpu -- [--parts ${Object.keys(known).join(",")}] [--scale full|tiny] [--fixtures DIR] [--text FILE] [--out DIR] [--software] [--precision f32|f16] [--dawn FEATURES]`;

interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/** Dawn, with timestamps as fine as the GPU has them and these features of its own, such as `allow_unsafe_apis`. */
async function startDawn(features: readonly string[]): Promise<GPU> {
  const { create, globals } = (await import("webgpu")) as unknown as Dawn;
  Object.assign(globalThis, globals);
  const gpu = create([
    "disable-dawn-features=timestamp_quantization",
    ...(features.length > 0 ? [`enable-dawn-features=${features.join(",")}`] : []),
  ]);
  // The global also keeps the instance alive: Dawn crashes when it is collected before its devices.
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true, writable: true });
  return gpu;
}

async function run(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = parseArgs({
      args: [...args],
      options: {
        parts: { type: "string", default: Object.keys(parts).join(",") },
        scale: { type: "string", default: "full" },
        out: { type: "string" },
        fixtures: { type: "string", default: "packages/testing/fixtures" },
        text: { type: "string", default: "node_modules/typescript/lib/lib.dom.d.ts" },
        software: { type: "boolean", default: false },
        dawn: { type: "string", default: "" },
        precision: { type: "string", default: "f32" },
      },
    }).values;
  } catch (error) {
    console.error(`bench:gpu: ${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  const names = options.parts.split(",");
  const unknown = names.find((name) => !Object.hasOwn(known, name));
  const { scale, precision } = options;
  if (unknown !== undefined || (scale !== "full" && scale !== "tiny") || (precision !== "f32" && precision !== "f16")) {
    console.error(
      `bench:gpu: ${unknown === undefined ? `--scale must be full or tiny and --precision f32 or f16; got "${scale}" and "${precision}"` : `there is no part "${unknown}"`}.\n${USAGE}`,
    );
    return 2;
  }
  if (options.out !== undefined) mkdirSync(options.out, { recursive: true });
  const gpu = await startDawn(options.dawn.split(",").filter(Boolean));
  const report = new Report(options.out);
  const anotherDevice: Session["anotherDevice"] = () =>
    webgpuDevice({ software: options.software, powerPreference: "high-performance", matmulPrecision: precision });
  const device = await anotherDevice();
  const { fixtures, text } = options;
  const session: Session = { gpu, device, anotherDevice, report, scale, fixtures, text };
  report.fact("date", new Date().toISOString());
  report.fact("command", args.map((arg) => (isAbsolute(arg) ? basename(arg) : arg)).join(" ")); // a folder's path on one machine means nothing on another
  for (const name of names) {
    const start = performance.now();
    try {
      await known[name]!(session);
    } catch (error) {
      report.part(name).fail(error);
    }
    report.fact(`seconds ${name}`, (performance.now() - start) / 1000);
    console.log(`-- ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    report.save();
  }
  device.dispose();
  return report.failures.length === 0 ? 0 : 1;
}

process.exitCode = await run(process.argv.slice(2));
