// The rows of published results that take seconds, with what must fail and what must pass beside it; and how the command is called.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { rows } from "../src/reproduce/rows.ts";

it.each(rows.filter(({ tier }) => tier === "ci").map((row) => [row.name, row] as const))(
  "%s",
  { timeout: 180_000 },
  async (_, row) => {
    for (const seed of row.seeds) expect(await row.run(seed, () => undefined)).toMatchObject({ holds: true });
  },
);

it("refuses what it does not have, and lists what it has", () => {
  const main = fileURLToPath(new URL("../src/reproduce/main.ts", import.meta.url));
  const run = (...args: string[]): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, ["--conditions=@x/source", "--import=tsx", main, ...args], { encoding: "utf8" });
  const wrong = run("--tier", "tpu");
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('there is no tier "tpu"');
  expect(wrong.stderr).toContain("selective copying (cpu)");
});
