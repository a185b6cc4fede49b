// Debug switches, read once: DEBUG=1…4 and VALIDATE=1 from the environment, or ?debug=2 in a page.
import { environment } from "@x/base";

/** 0 quiet · 1 plans, pipelines, leaks, peak memory · 2 one line per dispatch · 3 shapes and uniforms · 4 WGSL */
export type DebugLevel = 0 | 1 | 2 | 3 | 4;

interface DebugFlags {
  readonly debug: DebugLevel;
  readonly validate: boolean;
}

let cached: DebugFlags | undefined;

/**
 * The switches this process or page was started with. A DEBUG that is not a whole number (another tool's) counts as 0.
 */
export function debugFlags(): DebugFlags {
  if (cached) return cached;
  const { location } = globalThis as { readonly location?: { readonly search?: string } };
  const query = new URLSearchParams(location?.search ?? "");
  const level = Number(query.get("debug") ?? environment("DEBUG") ?? 0);
  const validate = query.get("validate") ?? environment("VALIDATE") ?? "";
  cached = {
    debug: Number.isInteger(level) ? (Math.min(4, Math.max(0, level)) as DebugLevel) : 0,
    validate: validate === "1",
  };
  return cached;
}

/** Where debug lines go: standard error, so that a command's standard output stays clean. */
export function debugLine(line: string): void {
  console.error(line);
}

/** DEBUG=1: what a device's memory came to, when the device is given up. */
export function reportMemory(
  kind: string,
  { usedBytes, peakBytes, pooledBytes }: Readonly<Record<"usedBytes" | "peakBytes" | "pooledBytes", number>>,
): void {
  if (debugFlags().debug >= 1)
    debugLine(`${kind} memory: at most ${peakBytes} bytes in use, ${usedBytes} at the end, ${pooledBytes} pooled`);
}
