// The tests over the table of exports that every device must pass: each example can be called, and gives its arguments' memory back.
import type { Device } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { callExport, disposeAll, examplesOf, missingAndGone, type PackageExports } from "../src/exports/index.ts";

/** An export that the table lacks fails here, and one that cannot be called as the table says. */
export function describeExports(device: Device, packages: readonly PackageExports[]): void {
  for (const each of packages) {
    describe(`${each.name} on ${device.kind}`, () => {
      it("has every export in the table, and none that is gone", () => {
        expect(missingAndGone(each)).toEqual({ missing: [], gone: [] });
      });

      it("has reasons for what is not called", () => {
        for (const [name, entry] of Object.entries(each.table))
          if ("notCalled" in entry) expect(entry.notCalled.length, name).toBeGreaterThan(5);
      });

      const examples = examplesOf(each, device.kind);
      it("has exports to call", () => expect(examples.length).toBeGreaterThan(0));
      for (const [name, example] of examples) {
        it(`${name} can be called`, async () => {
          const args = await example.args(device);
          try {
            disposeAll(await callExport(each, name, example, args, device));
          } finally {
            disposeAll(args);
          }
        });
      }
    });
  }
}
