// What loading takes beside the model, and converting at all: `npm run measure:load` and `measure:convert` in short, in processes of their own. Collectors free late, and not always alike: one try of three must stay within the bound.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

async function measured(program: string, ...options: readonly string[]): Promise<Record<string, number>> {
  const args = ["--conditions=@x/source", "--import=tsx", join(import.meta.dirname, "../src", program), ...options];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, number>;
}

test("beside the model at most its largest tensor and 64 MiB", { retry: 2, timeout: 60_000 }, async () => {
  const { besideModelMiB, allowedMiB, deviceMiB } = await measured("measure-load.ts", "--mib", "64", "--quantize", "4");
  expect(deviceMiB).toBeGreaterThan(30); // it was loaded
  expect(besideModelMiB).toBeLessThanOrEqual(allowedMiB!);
});

test("converting takes memory for a part of a model, whatever its size", { retry: 2, timeout: 60_000 }, async () => {
  const { writtenMiB, besideMiB, allowedMiB } = await measured("measure-convert.ts", "--mib", "384");
  expect(writtenMiB).toBeGreaterThan(350);
  expect(besideMiB).toBeLessThanOrEqual(allowedMiB!);
});
