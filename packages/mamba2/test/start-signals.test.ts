// npm start in a process group: one signal saves the run, however often the group repeats it; two end it.
import { existsSync } from "node:fs";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signals-"));
  await writeFile(
    join(folder, "config.json"),
    JSON.stringify({ dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 }),
  );
  await writeFile(join(folder, "text.txt"), "the quick brown fox jumps over the lazy dog. ".repeat(60));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("npm start", { timeout: 90_000 }, () => {
  /** Starts it as the leader of a process group, and signals the group in the middle of the run. */
  async function stopped(
    out: string,
    ...signals: readonly NodeJS.Signals[]
  ): Promise<{ readonly code: number | null; readonly text: string; readonly saved: readonly string[] }> {
    const args = [
      "--text",
      join(folder, "text.txt"),
      "--config",
      join(folder, "config.json"),
      "--device",
      "cpu",
      "--steps",
      "100000",
      "--validate-every",
      "100000",
      "--batch",
      "2",
      "--length",
      "16",
      "--out",
      join(folder, out),
    ];
    const child = spawn(process.execPath, ["scripts/start.mjs", ...args], { cwd: root, detached: true });
    let text = "";
    let sent = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (sent || !/step [1-9]\d*\/100000/.test(text)) return;
        sent = true;
        for (const signal of signals) process.kill(-child.pid!, signal); // to all of the group, as a terminal or a supervisor does
      });
    }
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const place = join(folder, out);
    return { code, text, saved: existsSync(place) ? await readdir(place) : [] }; // the folder is made when there is something to keep
  }

  it.each(["SIGTERM", "SIGINT"] as const)("a group that gets one %s saves its run", async (signal) => {
    const { text, saved } = await stopped(signal, signal);
    expect(text).toMatch(/stopped at step \d+ and saved; go on with --resume/);
    expect([...saved].sort()).toEqual(["config.json", "model.safetensors", "training.safetensors"]);
  });

  it("two signals end it without saving", async () => {
    const { code, text, saved } = await stopped("both", "SIGINT", "SIGTERM");
    expect(code).toBe(130);
    expect(text).not.toContain("and saved");
    expect(saved).toEqual([]);
  });
});
