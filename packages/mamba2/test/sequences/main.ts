// npm run check:sequences -- [--device cpu|webgpu] [--only NAME] [--part I/N] [--short]: every family and option through every check of sequences. Prints the largest deviation of each model and
// check ("=" where all bits agree) and the kernels whose results depend on how many rows there are, and fails beyond 1e-5, or where the CPU must give the same bits and does not.
import { parseArgs } from "node:util";
import { createCpuDevice, type Device, webgpuDevice } from "@x/tensor";
import { ALL_CHECKS, measure, SAME_BITS, SHORT, WHOLE } from "./checks.ts";
import { FAMILY_CASES } from "./families.ts";
import { unevenKernels } from "./kernels.ts";
import { drawnModel, OPTION_CASES } from "./models.ts";

const { values } = parseArgs({
  options: {
    device: { type: "string" },
    only: { type: "string" },
    part: { type: "string", default: "1/1" },
    short: { type: "boolean" },
  },
});
const devices: Readonly<Record<string, () => Device | Promise<Device>>> = {
  cpu: () => createCpuDevice(),
  webgpu: () => webgpuDevice({ software: true }),
};
const kind = values.device ?? "cpu";
if (!devices[kind])
  throw new Error(`check:sequences: --device must be one of ${Object.keys(devices).join(", ")}; got ${kind}.`);
const [part = 0, parts = 0] = values.part.split("/").map(Number);
if (!(Number.isInteger(parts) && part >= 1 && part <= parts))
  throw new Error(`check:sequences: --part must be I/N, from 1/N to N/N; got ${values.part}.`);
const cases = [...FAMILY_CASES, ...OPTION_CASES]
  .filter(([name]) => values.only === undefined || name === values.only)
  .filter((_, i) => i % parts === part - 1);
if (cases.length === 0) throw new Error(`check:sequences: --only must name a model; got ${values.only}.`);
const device = await devices[kind]();
const began = performance.now();
let [failures, worst] = [0, 0];
const uneven = new Map<string, number>();
console.log(["model", ...ALL_CHECKS].join("\t"));
for (const [name, one] of cases) {
  const model = drawnModel(one, { device });
  const cells: string[] = [];
  for (const check of ALL_CHECKS) {
    const { far, same } = await measure(check, model, values.short ? SHORT : WHOLE);
    const bad = far > 1e-5 || (kind === "cpu" && SAME_BITS.has(check) && !same);
    if (bad) failures++;
    worst = Math.max(worst, far);
    cells.push(`${same ? "=" : far.toExponential(1)}${bad ? " !" : ""}`);
  }
  for (const [kernels, far] of await unevenKernels(model)) uneven.set(kernels, Math.max(uneven.get(kernels) ?? 0, far));
  model.dispose();
  console.log([name, ...cells].join("\t"));
}
for (const [kernels, far] of uneven)
  console.log(`not bitwise from batch to row: ${kernels}, up to ${far.toExponential(1)}`);
if (kind === "cpu") failures += uneven.size;
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(
  `check:sequences: ${cases.length} models, ${ALL_CHECKS.length} checks on ${device.description}: largest ${worst.toExponential(1)}, ${failures} failed, ${seconds} s`,
);
device.dispose();
process.exitCode = failures === 0 ? 0 : 1;
