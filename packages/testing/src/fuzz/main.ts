// npm run fuzz -- --programs 20000 --device cpu|loops|webgpu --seed 1 [--from 0]: random programs until one fails. Prints the failing call and how to repeat it.
import { parseArgs } from "node:util";
import { createCpuDevice, type Device, webgpuDevice } from "@x/tensor";
import { FuzzFailure, missingOracles, runProgram } from "./index.ts";

const { values } = parseArgs({
  options: {
    programs: { type: "string" },
    device: { type: "string" },
    seed: { type: "string" },
    from: { type: "string" },
    all: { type: "boolean" },
  },
});
const whole = (name: "programs" | "seed" | "from", fallback: number): number => {
  const value = Number(values[name] ?? fallback);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`fuzz: --${name} must be a whole number of at least 0; got ${values[name]}.`);
};
const [programs, seed, from, kind] = [
  whole("programs", 20_000),
  whole("seed", 1),
  whole("from", 0),
  values.device ?? "cpu",
];
const devices: Readonly<Record<string, () => Device | Promise<Device>>> = {
  cpu: () => createCpuDevice(),
  loops: () => createCpuDevice({ wasm: false }),
  webgpu: () => webgpuDevice({ software: true, poison: true }),
};
if (!devices[kind]) throw new Error(`fuzz: --device must be one of ${Object.keys(devices).join(", ")}; got ${kind}.`);
const device = await devices[kind]();
const { missing, gone } = missingOracles();
if (missing.length + gone.length > 0)
  throw new Error(
    `fuzz: every exported primitive must have an oracle; without one: ${missing.join(", ") || "none"}; no longer exported: ${gone.join(", ") || "none"}.`,
  );
const start = performance.now();
let [steps, failures] = [0, 0];
for (let number = from; number < from + programs; number++) {
  try {
    steps += await runProgram(device, seed, number);
  } catch (error) {
    failures++;
    console.log(error instanceof FuzzFailure ? error.message : error);
    console.log(`  repeat: npm run fuzz -- --programs 1 --from ${number} --seed ${seed} --device ${kind}\n`);
    if (!values.all) break;
  }
}
console.log(
  `fuzz: ${programs} programs of seed ${seed} on ${device.description}: ${steps} ops, ${failures} failed, ${((performance.now() - start) / 1000).toFixed(0)} s`,
);
device.dispose();
process.exit(failures === 0 ? 0 : 1);
