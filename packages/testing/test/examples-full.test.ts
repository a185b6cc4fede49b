// The examples that take longer, and those of npm test once more in Deno.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { denoPath } from "../src/deno/path.mjs";
import { examplesOf, expectedLines, expectLines, printedBy, root } from "./examples-lanes.ts";

const fromSource = ["--conditions=@x/source", "--import=tsx"];

describe("examples that take longer", () => {
  it.each(examplesOf("full").filter((file) => !file.includes("/")))("%s", { timeout: 300_000 }, async (file) =>
    expectLines(await printedBy(file), expectedLines(file)),
  );

  it("scale-out/handover.ts leaves, and comes back from what it left", { timeout: 300_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "handover-"));
    const run = (way: string): string => {
      const args = [...fromSource, "examples/scale-out/handover.ts", way, join(folder, "text"), folder];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
      expect(status, stderr).toBe(0);
      return stdout;
    };
    writeFileSync(join(folder, "text"), "the tide goes out, the tide comes in. ".repeat(100));
    expect(run("leave")).toMatch(/left after 60 steps at a loss of .*; 40 more here end at /);
    // a cluster that makes no step
    for (const [left, back] of [
      ["model", "returned"],
      ["m", "returned-m"],
      ["v", "returned-v"],
      ["step", "returned-step"],
    ] as const)
      cpSync(join(folder, left), join(folder, back), { recursive: true });
    expect(run("return")).toMatch(/went on after 100 steps: /);
    rmSync(folder, { recursive: true });
  });
});

describe("examples in Deno", () => {
  it.each(examplesOf("cpu").filter((file) => file !== "load-and-chat.ts"))("%s", { timeout: 60_000 }, (file) => {
    const options = ["--no-check", "--no-remote", "--allow-all", "--conditions=@x/source"];
    const args = ["run", ...options, "--config=packages/testing/src/deno/deno.json", `examples/${file}`];
    const env = {
      ...process.env,
      NO_COLOR: "1",
      DENO_DIR: join(root, "node_modules/.cache/deno"),
      DENO_NO_UPDATE_CHECK: "1",
    };
    const { status, stdout, stderr } = spawnSync(denoPath(), args, { cwd: root, encoding: "utf8", env });
    expect(status, stderr).toBe(0);
    expectLines(stdout.trimEnd().split("\n"), expectedLines(file));
  });
});
