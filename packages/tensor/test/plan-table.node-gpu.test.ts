// DEBUG=1 prints each plan as a table: the numbers are those of the ops, and of the dispatches that a replay makes.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A filter of 4 × 8 numbers that is recorded and replayed once; the last line says how many dispatches that made. */
const program = (device: string): string => `
import { capture, cpuDevice, matmul, ones, webgpuDevice } from "@x/tensor";
const device = ${device};
const fn = capture((x, w) => matmul(x, w).mul(2).add(1).sum());
const x = ones([4, 8], { device });
const w = ones([8, 16], { device });
console.log(await fn(x, w).item());
const before = device.runner?.stats.dispatches ?? 0;
const again = fn(x, w);
console.log((device.runner?.stats.dispatches ?? 0) - before);
again.dispose();
`;

/** The cells of each line of the table, by its name. */
function tableOf(device: string): { cells: Map<string, number[]>; memory: string; out: string[] } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--conditions=@x/source", "--import=tsx", "--input-type=module", "--eval", program(device)],
    { cwd: `${root}/packages/tensor`, env: { ...process.env, DEBUG: "1" }, encoding: "utf8" },
  );
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stderr.split("\n");
  const from = lines.findIndex((line) => /^ {2}op +count +dispatches +bytes read +bytes written$/.test(line));
  const to = lines.findIndex((line, i) => i > from && line.startsWith("  memory "));
  expect(from).toBeGreaterThanOrEqual(0);
  const rows = lines.slice(from + 1, to).map((line) => line.trim().split(/\s+/));
  return {
    cells: new Map(rows.map(([name, ...cells]) => [name!, cells.map(Number)])),
    memory: lines[to]!,
    out: stdout.trim().split("\n"),
  };
}

it("on WebGPU", () => {
  const { cells, memory, out } = tableOf("await webgpuDevice({ software: true })");
  expect(out[0]).toBe(String(4 * 16 * 17));
  const product = cells.get("matmul")!;
  expect(product.slice(2)).toEqual([4 * (4 * 8 + 8 * 16), 4 * 4 * 16]);
  const all = cells.get("all")!;
  for (const i of [0, 1, 2, 3])
    expect(all[i]).toBe([...cells].reduce((sum, [name, row]) => sum + (name === "all" ? 0 : row[i]!), 0));
  expect(all[1]).toBe(Number(out[1])); // the dispatches of a replay
  expect(memory).toContain(`matmul f32[4,16] 1× ${4 * 4 * 16}`);
});

it("on the CPU, where an op is one run", () => {
  const { cells, out } = tableOf("cpuDevice()");
  expect(out[0]).toBe(String(4 * 16 * 17));
  for (const [, [count, dispatches]] of cells) expect(dispatches).toBe(count);
});
