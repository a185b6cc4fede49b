// Tuning tables: which table a device gets, and that measured choices override it.
import { baseCaps, classTable, ssd, type Tuning } from "@x/kernels-wgsl";
import { describe, expect, test } from "vitest";

const software = { ...baseCaps, adapter: "software" } as const;
const shape = { b: 1, l: 128, h: 2, p: 64, g: 1, n: 64 };

function chunkLength(tuning?: Tuning): unknown {
  const program = ssd.program(shape, { ...software, ...(tuning && { tuning }) });
  return (program.dispatches[0]!.config as { readonly q: number }).q;
}

describe("tuning tables", () => {
  test("every class has one, of plain data", () => {
    for (const adapter of ["apple", "nvidia", "amd", "intel", "qualcomm", "software", "unknown"] as const) {
      const table = classTable({ ...baseCaps, adapter });
      expect(JSON.parse(JSON.stringify(table))).toEqual(table);
    }
  });

  test("what was measured on the device overrides its class", () => {
    expect(chunkLength()).toBe(32);
    expect(chunkLength({ ssd: { chunkLength: 64 } })).toBe(64);
  });
});
