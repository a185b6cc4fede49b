// Training runs that are killed, a few of them: see src/kills. `npm run test:kills` kills fifty times.
import { expect, it } from "vitest";
import { checkKills } from "../src/kills/check-kills.ts";

it("runs that are killed go on to the same files, byte for byte", { timeout: 120_000 }, async () => {
  const report = await checkKills({ kills: 4, inSaves: 2, seed: 3, runs: ["carried state", "training script"] });
  expect(report.failures).toEqual([]);
  expect(report.kills).toBe(4);
  expect(report.writing + report.renaming).toBeGreaterThanOrEqual(2);
  expect(report.compared).toBeGreaterThanOrEqual(2);
});
