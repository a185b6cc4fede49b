// docs/ops.md is what the primitives say now.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { opsTable } from "../src/ops-table.ts";

const written = readFileSync(join(import.meta.dirname, "../../../docs/ops.md"), "utf8");

it("docs/ops.md is current; else run npm run docs:ops", () => {
  expect(written).toBe(opsTable());
});

it("docs/ops.md tells paths apart", () => {
  expect(written).toMatch(/\| `and` \| bool \| .*\| – \|/);
  expect(written).toMatch(/\| `reshape` \| f32 f64 f16 bf16 i32 u32 bool \|/);
  expect(written).toMatch(/\| `matmul` \| f32 f64 f16 bf16 \|/);
  expect(written).toMatch(/\| `expert_linear` \| f32 f64 \(`weight`: f16 bf16\) \|/);
});
