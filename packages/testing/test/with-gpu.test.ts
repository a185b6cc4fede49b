// The wrapper must end as its command ended: a crash of a driver that reads as success would hide every GPU defect.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const wrapper = join(import.meta.dirname, "../src/with-gpu.mjs");
const node = (code: string) => [wrapper, process.execPath, "-e", code];

test("exit status", () => {
  expect(spawnSync(process.execPath, node("process.exitCode = 0")).status).toBe(0);
  expect(spawnSync(process.execPath, node("process.exitCode = 3")).status).toBe(3);
});

test("a command that a signal kills ends with 128 + its number", () => {
  expect(spawnSync(process.execPath, node("process.kill(process.pid, 'SIGKILL')")).status).toBe(137);
});

test("a command that cannot start, and none at all", () => {
  expect(spawnSync(process.execPath, [wrapper, "no-such-command-anywhere"]).status).toBe(127);
  expect(spawnSync(process.execPath, [wrapper]).status).toBe(2);
});

test("a signal to the wrapper reaches the command, which may end in its own way", async () => {
  const child = spawn(
    process.execPath,
    node("process.on('SIGTERM', () => process.exit(5)); setInterval(() => {}, 1000); console.log('ready')"),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  child.stdout.once("data", () => child.kill("SIGTERM"));
  expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(5);
});
