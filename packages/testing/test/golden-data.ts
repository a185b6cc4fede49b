// The tests over golden data, for one device: every file of the set passes, and no tensor of the index is left out.
import { fileURLToPath } from "node:url";
import type { Device } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { checkFixtures, type Line, readFixtureSet } from "../src/check-fixtures/index.ts";

export const goldenFolder: string = fileURLToPath(new URL("../fixtures", import.meta.url));

export async function describeGoldenData(device: Device): Promise<void> {
  const { entries } = await readFixtureSet(goldenFolder);
  describe(`golden data on ${device.kind}`, () => {
    for (const { file, tensors } of entries) {
      it(file, { timeout: 120_000 }, async () => {
        const lines: Line[] = [];
        const { failed, skipped, failures } = await checkFixtures(goldenFolder, device, { only: file, onLine: (line) => lines.push(line) });
        expect(failures).toEqual([]);
        expect([failed, skipped]).toEqual([0, 0]);
        expect(lines.length).toBeGreaterThan(0);
        const compared = new Set(lines.map(({ name }) => name));
        const withTolerance = [...tensors].filter(([, { tolerances }]) => Object.keys(tolerances).length > 0).map(([name]) => `${file} ${name}`);
        expect(withTolerance.filter((name) => !compared.has(name))).toEqual([]);
      });
    }
  });
}
