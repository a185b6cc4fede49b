// The device of a headless run, and what there is to say about its surroundings.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus, loadavg, platform, release } from "node:os";
import { cpuDevice, type Device, webgpuDevice } from "@x/tensor/core";
import { readTuningFile } from "../core/tuning-file.ts";

// Dawn's instance must outlive its devices.
let instance: GPU | undefined;

/** The device asked for. Timestamps are not rounded to 65 µs: a local bench has no secrets to protect. */
export async function benchDevice(kind: "webgpu" | "cpu", tuning?: string): Promise<Device> {
  if (kind === "cpu") return cpuDevice();
  const { create } = (await import("webgpu")) as { create(options: readonly string[]): GPU };
  instance ??= create(["disable-dawn-features=timestamp_quantization"]);
  return webgpuDevice({
    gpu: instance,
    software: true,
    powerPreference: "high-performance",
    ...(tuning !== undefined && { tuning: readTuningFile(tuning, readFileSync(tuning, "utf8")) }),
  });
}

/** Versions and machine. */
export function environment(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const { version } = JSON.parse(readFileSync(require.resolve("webgpu/package.json"), "utf8")) as { version: string };
  const own = JSON.parse(readFileSync(require.resolve("@x/tensor/package.json"), "utf8")) as { version: string };
  return {
    "@x/tensor": own.version,
    node: process.versions.node,
    "webgpu (Dawn)": version,
    system: `${platform()} ${release()} ${arch()}`,
    processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
    "load average at the start": loadAverage(),
  };
}

/** Processes that wanted a core, on average of the last minute. More than a bench's own one or two means that it was not alone. */
export function loadAverage(): string {
  return loadavg()[0]!.toFixed(1);
}
