// npm run new:kernel in a copy of the repository: what it writes keeps every rule of the house at once, and its tests find it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const copy = mkdtempSync(join(tmpdir(), "x-new-kernel-"));
afterAll(() => rmSync(copy, { recursive: true }));

function run(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const env = { ...process.env, X_TESTS: "full" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8", env });
  return { status, output: stdout + stderr };
}

const tool = (name: string, file: string): string => join(root, "node_modules", name, file);

/** Everything but what is built, and the installed packages by links; ours are those of the copy. */
function copyRepository(): void {
  const left = new Set(["node_modules", "dist", ".git", ".turbo", "golden-out"]);
  for (const name of readdirSync(root)) {
    if (!left.has(name))
      cpSync(join(root, name), join(copy, name), {
        recursive: true,
        filter: (path) =>
          !left.has(basename(path)) && !path.includes("/testing/fixtures") && !path.includes("tsbuildinfo"),
      });
  }
  const modules = join(copy, "node_modules");
  mkdirSync(join(modules, "@x"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@x" && !name.startsWith(".vite")) symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  for (const name of readdirSync(join(copy, "packages")))
    symlinkSync(join(copy, "packages", name), join(modules, "@x", name));
}

describe("npm run new:kernel", () => {
  let said = "";
  const files = ["packages/kernels-wgsl/src/soft-clip", "packages/nn/src/ops/soft-clip"];
  beforeAll(() => {
    copyRepository();
    const { status, output } = run("scripts/new-kernel.mjs", "soft-clip");
    expect(status, output).toBe(0);
    said = output;
  });

  it("says the steps to the commit, by commands that are there", () => {
    expect(said).toMatch(/reference\.ts.*kernel\.ts.*-t soft_clip\n.*wgsl:update.*docs:ops.*format.*changeset/s);
  });

  it.each([
    ["is formatted", tool("oxfmt", "bin/oxfmt"), "--check", ...files],
    ["passes the linter", tool("oxlint", "bin/oxlint"), ...files],
    ["has its docstrings", "scripts/docstrings.mjs"],
  ])("%s", (_name, ...args) => {
    const { status, output } = run(...args);
    expect(status, output).toBe(0);
  });

  it("passes the tests of primitives and of the exported surface", () => {
    const tests = ["primitives", "surplus-arguments", "wrong-inputs", "exports-table"];
    const { status, output } = run(
      tool("vitest", "vitest.mjs"),
      "run",
      "--project",
      "cpu",
      "-t",
      "soft_clip|softClip",
      ...tests.map((name) => `packages/testing/test/${name}.test.ts`),
    );
    expect(status, output).toBe(0);
    expect(output).toMatch(/Tests .*\d\d passed/);
  }, 300_000);

  it("refuses a name that is none, and one that is taken", () => {
    expect(run("scripts/new-kernel.mjs", "SoftClip")).toMatchObject({
      status: 2,
      output: expect.stringContaining('NAME must be kebab-case, like "rms-norm"; got "SoftClip"'),
    });
    expect(run("scripts/new-kernel.mjs", "soft-clip")).toMatchObject({
      status: 1,
      output: expect.stringContaining("must not exist yet; it does. Nothing was written."),
    });
  });
}, 120_000);
