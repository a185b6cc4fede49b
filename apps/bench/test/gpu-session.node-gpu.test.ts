// npm run bench:gpu at its tiny scale: the parts run, measure something and keep what they found.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../scripts/bench-gpu.mjs", import.meta.url));

const run = (args: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });

/** Models in all that they do, and adapters, take a minute on a software adapter: in test:full. */
const part = process.env["X_TESTS"] === "full" ? "lora,model" : "generate";

it("measures roofs and models and writes them down", { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "gpu-session-"));
  try {
    const { status, stdout } = run([
      "--software",
      "--scale",
      "tiny",
      "--parts",
      `adapter,roofs,replay,${part}`,
      "--out",
      folder,
    ]);
    const results = JSON.parse(readFileSync(join(folder, "results.json"), "utf8")) as {
      facts: Record<string, unknown>;
      rows: { part: string; name: string; value: number }[];
      failures: unknown[];
    };
    expect(results.failures).toEqual([]);
    expect(status).toBe(0);
    expect(stdout).toContain(`-- ${part.split(",").at(-1)}:`);
    expect(results.facts).toMatchObject({ class: "software" });
    for (const name of ["copy", "fma f32"])
      expect(results.rows.find((row) => row.part === "roofs" && row.name === name)!.value).toBeGreaterThan(0);
    const [heap, memory] = results.rows.filter((row) => row.part === "replay");
    expect(heap!.value).toBeGreaterThan(0);
    // kB a token: steps one by one, with waits that poll; on a GPU, in bursts, 54. The part itself holds the device's memory flat.
    expect(heap!.value).toBeLessThan(128);
    expect(memory!.value).toBeGreaterThan(0);
    const models = results.rows.filter((row) => row.part === "model");
    expect(models.length).toBeGreaterThan(0);
    expect(models.every(({ value }) => Number.isFinite(value))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("refuses a part it does not have", () => {
  const { status, stderr } = run(["--parts", "roofs,speed"]);
  expect(status).toBe(2);
  expect(stderr).toContain('there is no part "speed"');
});
