// The rows of published results that take seconds, with what must fail and what must pass beside it; and how the command is called.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "@x/testing/bundle";
import { expect, it } from "vitest";
import { preset } from "@x/mamba2";
import { cpuDevice } from "@x/tensor";
import { comparePrecision, isNear, type Trained } from "../src/reproduce/precision.ts";
import { rows } from "../src/reproduce/rows.ts";

it.each(rows.filter(({ tier }) => tier === "ci").map((row) => [row.name, row] as const))(
  "%s",
  { timeout: 180_000 },
  async (_, row) => {
    expect(await row.run(row.seeds[0]!, { device: cpuDevice(), progress: () => undefined })).toMatchObject({
      holds: true,
    }); // the command takes all
  },
);

it("compares precisions seed by seed", async () => {
  const rows: Trained[] = [];
  const config = preset("tiny", { nLayer: 1 });
  const settings = { steps: 3, batch: 1, length: 16, validationTokens: 32 };
  const text = "to be or not to be ".repeat(60);
  for await (const row of comparePrecision(() => cpuDevice(), {
    config,
    settings,
    text,
    seeds: [0],
    variants: ["plain", "both"],
  }))
    rows.push(row);
  const [plain, both] = rows as [Trained, Trained];
  expect([plain.variant, both.variant]).toEqual(["plain", "both"]);
  expect(both.deviation).toBeCloseTo(both.validationLoss / plain.validationLoss - 1, 12);
  expect(isNear(both)).toBe(true);
  expect(isNear({ ...both, deviation: -0.011 })).toBe(false);
  expect(isNear({ ...both, notFinite: 1 })).toBe(false);
  expect(both.peakBytes).toBeLessThan(plain.peakBytes);
});

it("refuses what it does not have, and lists what it has", { timeout: 120_000 }, async () => {
  const program = await bundleProgram(fileURLToPath(new URL("../src/reproduce/main.ts", import.meta.url)));
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  const wrong = run("--tier", "tpu");
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('there is no tier "tpu"');
  expect(wrong.stderr).toContain("selective copying (cpu)");
  const { status, stdout } = run("--only", "Shakespeare");
  expect(stdout).toContain("not run    it needs --shakespeare FILE, the text\n0 of 0 rows hold, 1 not run");
  expect(status).toBe(0);
});
