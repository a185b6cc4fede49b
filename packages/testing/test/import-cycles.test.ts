// The check of npm run layers that no import goes round: it must fail on a planted cycle.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "x-cycles-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const check = () => spawnSync(process.execPath, ["scripts/cycles.mjs", folder], { cwd: root, encoding: "utf8" });

it("passes without a cycle", () => {
  write("a.ts", 'import type { B } from "./b.ts";\nexport type A = B;\n');
  write("b.ts", "export type B = number;\n");
  const { status, stdout } = check();
  expect(stdout).toContain("on 2 files");
  expect(status).toBe(0);
});

it("fails on a cycle of types", () => {
  write("b.ts", 'import type { C } from "./c.ts";\nexport type B = number | C;\n');
  write("c.ts", 'export type { A as C } from "./a.ts";\n');
  const { status, stdout } = check();
  expect(stdout).toContain("Dependency cycle detected");
  expect(status).toBe(1);
});

it("fails on a cycle of values", () => {
  write("b.ts", 'import { c } from "./c.ts";\nexport const b = (): number => c();\n');
  write("c.ts", 'import { b } from "./b.ts";\nexport const c = (): number => b();\n');
  expect(check().status).toBe(1);
});
