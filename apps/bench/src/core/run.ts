// Runs the suite on a device: roofs, then row by row gate and measurement. Tells what it does as it goes; one bad row never ends the run.
import { describeAdapter } from "@x/kernels-wgsl";
import { type Device, sizeOf, WebGPUDevice } from "@x/tensor/core";
import { specsOf } from "@x/testing";
import { Gate, type GateOptions, NoOracleError } from "./gate.ts";
import { measure } from "./measure.ts";
import type { Report, Row } from "./report.ts";
import { reportFormat } from "./report-format.ts";
import { place } from "./roofline.ts";
import { betterRoofs, measureRoofs, type Roofs } from "./roofs.ts";
import { summarize } from "./stats.ts";
import type { Entry } from "./suite.ts";
import type { MeasureOptions } from "./timing.ts";

export interface RunOptions extends MeasureOptions {
  readonly gate?: GateOptions;
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  onProgress?(event: RunProgress): void;
}

/** What a run tells. */
export type RunProgress =
  | { readonly stage: "roofs" }
  | { readonly stage: "roofs-done"; readonly roofs: Roofs }
  | { readonly stage: "checking" | "measuring"; readonly id: string; readonly index: number; readonly count: number }
  | { readonly stage: "row"; readonly row: Row; readonly index: number; readonly count: number };

/** Runs the rows and gives the report. @throws when the device is lost, or the signal aborts */
export async function runSuite(entries: readonly Entry[], device: Device, options: RunOptions): Promise<Report> {
  const tell = (event: RunProgress): void => options.onProgress?.(event);
  tell({ stage: "roofs" });
  const roofs = await measureRoofs(device, options.signal ? { signal: options.signal } : {});
  tell({ stage: "roofs-done", roofs });
  const gate = new Gate(device, options.gate);
  const rows: Row[] = [];
  for (const [index, entry] of entries.entries()) {
    options.signal?.throwIfAborted();
    const row = await runEntry(entry, device, gate, roofs, options, (stage) =>
      tell({ stage, id: entry.id, index, count: entries.length }),
    );
    rows.push(row);
    tell({ stage: "row", row, index, count: entries.length });
  }
  // On a machine that others use too, the better of two measurements is the roof, and the rows are placed again.
  const again = await measureRoofs(device, options.signal ? { signal: options.signal } : {});
  const best = betterRoofs(roofs, again);
  const { command, environment } = options;
  return {
    format: reportFormat,
    date: new Date().toISOString(),
    device: describeDevice(device),
    environment: { ...environment },
    command,
    roofs: best,
    rows: rows.map((row) => replaced(row, best)),
  };
}

/** A row under other roofs. */
function replaced(row: Row, roofs: Roofs): Row {
  if (!row.timeNs) return row;
  const { share, boundBy } = place(row, row.dispatches ?? 0, Math.max(row.timeNs.median, 1), roofs);
  return { ...row, share, boundBy };
}

async function runEntry(
  entry: Entry,
  device: Device,
  gate: Gate,
  roofs: Roofs,
  options: RunOptions,
  tell: (stage: "checking" | "measuring") => void,
): Promise<Row> {
  const { id, primitive, cost } = entry;
  const base = { id, package: entry.package, primitive: primitive.name, flops: cost.flops, bytes: cost.bytes };
  const tooLarge =
    device instanceof WebGPUDevice ? largestBinding(entry) > device.runner.caps.maxStorageBufferBindingSize : false;
  if (tooLarge)
    return { ...base, status: "skipped", why: "an operand is larger than maxStorageBufferBindingSize of this device" };
  let check: Row["check"];
  try {
    tell("checking");
    check = await gate.check(entry);
  } catch (error) {
    rethrowFatal(error, options.signal);
    return { ...base, status: error instanceof NoOracleError ? "skipped" : "wrong", why: messageOf(error) };
  }
  try {
    tell("measuring");
    const measured = await measure(entry, device, options);
    const timeNs = summarize(measured.samplesNs);
    const placement = place(cost, measured.dispatches, Math.max(timeNs.median, 1), roofs);
    return { ...base, status: "measured", check, timeNs, ...measured, ...placement };
  } catch (error) {
    rethrowFatal(error, options.signal);
    return { ...base, status: "failed", check, why: messageOf(error) };
  }
}

function largestBinding({ one }: Entry): number {
  return Math.max(0, ...Object.values(specsOf(one)).map(({ shape }) => 4 * sizeOf(shape)));
}

/** A lost device and an abort end the run; all else is a row's own trouble. */
function rethrowFatal(error: unknown, signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
  const { kind } = error as { kind?: string };
  if (kind === "lost" || kind === "destroyed") throw error;
}

/** Devices on which large sizes take minutes. */
export function isSlow(device: Device): boolean {
  return device.kind === "cpu" || (device instanceof WebGPUDevice && device.runner.caps.adapter === "software");
}

/** What a report says of a device. */
export function describeDevice(device: Device): Report["device"] {
  if (!(device instanceof WebGPUDevice))
    return { kind: "cpu", description: device.description, features: [], limits: {} };
  const gpu = device.runner.device;
  const info = (gpu as { adapterInfo?: GPUAdapterInfo }).adapterInfo;
  const adapter: Record<string, string | boolean> = {};
  for (const name of ["vendor", "architecture", "device", "description", "isFallbackAdapter"] as const) {
    const value = info?.[name];
    if (value !== undefined && value !== "") adapter[name] = value;
  }
  const limits: Record<string, number> = {};
  for (const name of [
    "maxBufferSize",
    "maxStorageBufferBindingSize",
    "maxComputeWorkgroupStorageSize",
    "maxComputeInvocationsPerWorkgroup",
    "maxStorageBuffersPerShaderStage",
  ] as const) {
    limits[name] = gpu.limits[name];
  }
  return {
    kind: "webgpu",
    description: info && device.description === "" ? describeAdapter(info) : device.description,
    adapter,
    features: [...gpu.features].sort(),
    limits,
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
