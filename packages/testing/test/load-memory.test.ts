// What loading takes beside the model: `npm run measure:load` in short, in processes of their own. Collectors free late, and not always alike: one try of three must stay within the bound.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = join(import.meta.dirname, "../src/measure-load.ts");

test("beside the model at most its largest tensor and 64 MiB", { retry: 2, timeout: 60_000 }, async () => {
  const args = ["--conditions=@x/source", "--import=tsx", program, "--mib", "64", "--quantize", "4"];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { besideModelMiB, allowedMiB, deviceMiB } = JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<
    string,
    number
  >;
  expect(deviceMiB).toBeGreaterThan(30); // it was loaded
  expect(besideModelMiB).toBeLessThanOrEqual(allowedMiB!);
});
