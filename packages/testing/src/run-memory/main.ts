// npm run test:run-memory [-- --device cpu|webgpu --steps 2000]: memory of a long run after a twentieth, a quarter, half and all of its steps. Exit codes: 0 flat, 1 not, 2 the command line is wrong.
import { parseArgs } from "node:util";
import { createCpuDevice, webgpuDevice } from "@x/tensor";
import { growth, measureRun } from "./measure.ts";

/** what tables of a running program may grow by */
const HEAP_BYTES = 2e6;

async function main(): Promise<number> {
  const options = { device: { type: "string", default: "cpu" }, steps: { type: "string", default: "2000" } } as const;
  const { device: kind, steps: count } = parseArgs({ options }).values;
  const steps = Number(count);
  if (!["cpu", "webgpu"].includes(kind) || !Number.isSafeInteger(steps) || steps < 20) {
    process.stderr.write("test:run-memory: --device must be cpu or webgpu, --steps a whole number of at least 20.\n");
    return 2;
  }
  const device = kind === "cpu" ? createCpuDevice() : await webgpuDevice({ software: true });
  const memory = await measureRun(
    device,
    [0.05, 0.25, 0.5, 1].map((part) => Math.floor(part * steps)),
  );
  for (const mark of memory.marks) process.stdout.write(`${JSON.stringify(mark)}\n`);
  const found = growth(memory, HEAP_BYTES);
  for (const line of found) process.stdout.write(`${line}\n`);
  const { before, after } = memory;
  process.stdout.write(`${JSON.stringify({ device: device.description, before, after, flat: found.length === 0 })}\n`);
  device.dispose();
  return found.length > 0 ? 1 : 0;
}

process.exitCode = await main();
