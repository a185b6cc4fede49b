// The checks every primitive must pass, driven by its cases: loops against reference, WebGPU against CPU, gradients against central
// differences in f64, the same bits on two runs, nothing left unwritten (the device poisons its buffers).
import {
  apply,
  capture,
  type Case,
  cpuDevice,
  createCpuDevice,
  decoded,
  type Device,
  type HostArray,
  hostNormal,
  isFloat,
  keep,
  type Primitive,
  sizeOf,
  tensor,
  type Tensor,
  tidy,
  vjp,
} from "@x/tensor";
import { compilesWasm } from "@x/kernels-wasm";
import { caseInputs, seedOf } from "./cases.ts";
import { difference, firstBitDifference } from "./compare.ts";

/** Largest rms(got − want)/rms(want) where the case names none. */
export const defaultRatios = {
  cpu: 2e-6,
  cpuGradient: 1e-5,
  wasm: 5e-6,
  wasmGradient: 2e-5,
  webgpu: 2e-5,
  webgpuGradient: 1e-4,
  finiteDifference: 1e-6,
} as const;

type Arrays = Record<string, HostArray>;

/** The same primitive with only its reference left. */
export function referenceOnly(primitive: Primitive): Primitive {
  const { cpu: _cpu, webgpu: _webgpu, wasm: _wasm, vjp: _vjp, ...rest } = primitive;
  return rest;
}

/** What a primitive computes, by itself or as a captured plan: its outputs, and the inputs it writes in place. */
export async function evaluate(
  primitive: Primitive,
  inputs: Readonly<Record<string, Tensor>>,
  params: unknown,
  form: "eager" | "captured" = "eager",
): Promise<Arrays> {
  const run = (given: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> =>
    apply(primitive, given, params);
  const plan = form === "captured" ? capture(run) : undefined;
  const outputs = plan ? plan(inputs) : tidy(() => run(inputs));
  const written = (primitive.mutates ?? [])
    .filter((name) => inputs[name])
    .map((name): [string, Tensor] => [name, inputs[name]!]);
  const arrays: Arrays = {};
  for (const [name, output] of [...Object.entries(outputs), ...written])
    arrays[name] = decoded(await output.data(), output.dtype);
  for (const output of Object.values(outputs)) output.dispose();
  plan?.dispose();
  return arrays;
}

/** Whether a case can be differentiated: some float input, some float output, nothing written in place. */
export function differentiable(primitive: Primitive): boolean {
  return primitive.mutates === undefined && (primitive.vjp !== undefined || primitive.reference !== undefined);
}

/** Gradients of Σ seed·output with respect to every float input, seeds drawn from the output's name. */
export async function gradients(
  primitive: Primitive,
  inputs: Readonly<Record<string, Tensor>>,
  params: unknown,
): Promise<Arrays> {
  const names = Object.keys(inputs).filter((name) => isFloat(inputs[name]!.dtype));
  const { seeds } = seedsFor(primitive, inputs, params);
  const { value, grads } = vjp(
    () => differentiableOutputs(primitive, apply(primitive, inputs, params)),
    names.map((name) => inputs[name]!),
    seeds,
  );
  const arrays: Arrays = {};
  for (const [i, name] of names.entries()) arrays[name] = decoded(await grads[i]!.data(), grads[i]!.dtype);
  for (const made of [...value, ...grads, ...seeds]) made.dispose();
  return arrays;
}

function differentiableOutputs(primitive: Primitive, outputs: Readonly<Record<string, Tensor>>): Tensor[] {
  return Object.entries(outputs)
    .filter(([name, output]) => isFloat(output.dtype) && !primitive.saved?.includes(name))
    .map(([, output]) => output);
}

function seedsFor(
  primitive: Primitive,
  inputs: Readonly<Record<string, Tensor>>,
  params: unknown,
): { seeds: Tensor[]; weights: Float32Array[] } {
  const specs = Object.entries(primitive.infer(inputs, params)).filter(
    ([name, spec]) => spec && isFloat(spec.dtype) && !primitive.saved?.includes(name),
  );
  const weights = specs.map(([name, spec]) =>
    hostNormal({ seed: seedOf(`${primitive.name} ${name}`), stream: 2 }, sizeOf(spec!.shape)),
  );
  const device = Object.values(inputs)[0]!.device;
  const seeds = specs.map(([, spec], i) => keep(tensor(weights[i]!, { shape: spec!.shape, device }).cast(spec!.dtype)));
  return { seeds, weights };
}

/** Throws with every number unless all arrays agree within `ratio`. */
export function expectClose(what: string, got: Arrays, want: Arrays, ratio: number): void {
  const names = Object.keys(want);
  if (Object.keys(got).join() !== names.join())
    throw new Error(`${what}: must give ${names.join(", ")}; got ${Object.keys(got).join(", ")}.`);
  for (const name of names) {
    const { ratio: measured, maxAbs } = difference(got[name]!, want[name]!);
    if (!(measured <= ratio)) {
      const at = [...got[name]!].findIndex(
        (x, i) => !(Math.abs(x - want[name]![i]!) <= 0.5 * maxAbs) || Number.isNaN(x),
      );
      throw new Error(
        `${what}: ${name} must agree within ${ratio} (rms ratio); got ${measured.toExponential(2)}, largest difference ${maxAbs.toExponential(2)}; ` +
          `near index ${at}: got ${got[name]![at]}, want ${want[name]![at]}.`,
      );
    }
  }
}

/** The CPU without WebAssembly: loops everywhere, the oracle of the kernels. */
const loopsDevice: Device = createCpuDevice({ wasm: false });

/** CPU loops against the reference, forward and gradients, in f32. Throws at the first difference. */
export async function checkLoops(primitive: Primitive, one: Case): Promise<void> {
  const device = loopsDevice;
  const ratio = one.tolerance?.ratio;
  const plain = referenceOnly(primitive);
  const run = (which: Primitive): Promise<Arrays> => evaluate(which, caseInputs(primitive, one, device), one.params);
  expectClose(
    `${one.name}: loops against reference`,
    await run(primitive),
    await run(plain),
    ratio ?? defaultRatios.cpu,
  );
  if (!differentiable(primitive)) return;
  const inputs = caseInputs(primitive, one, device);
  const [got, want] = [await gradients(primitive, inputs, one.params), await gradients(plain, inputs, one.params)];
  expectClose(`${one.name}: gradient against differentiated reference`, got, want, ratio ?? defaultRatios.cpuGradient);
}

/** WebAssembly kernels against loops, forward and gradients, each run twice for the same bits. */
export function checkWasm(primitive: Primitive, one: Case): Promise<void> {
  const ratios = { forward: defaultRatios.wasm, gradient: defaultRatios.wasmGradient };
  return compareDevices(primitive, one, ["wasm", cpuDevice()], ["loops", loopsDevice], ratios);
}

/** A device against the CPU, forward and gradients, each run twice for the same bits. The device should poison its buffers. */
export function checkDevice(primitive: Primitive, one: Case, device: Device): Promise<void> {
  const ratios = { forward: defaultRatios.webgpu, gradient: defaultRatios.webgpuGradient };
  return compareDevices(primitive, one, [device.kind, device], ["CPU", cpuDevice()], ratios);
}

type Named = readonly [name: string, device: Device];

async function compareDevices(
  primitive: Primitive,
  one: Case,
  [name, device]: Named,
  [other, oracle]: Named,
  ratios: { readonly forward: number; readonly gradient: number },
): Promise<void> {
  const ratio = one.tolerance?.ratio;
  for (const [what, of, allowed] of [
    ["result", evaluate, ratio ?? ratios.forward],
    ["gradient", gradients, ratio ?? ratios.gradient],
  ] as const) {
    if (what === "gradient" && !differentiable(primitive)) return;
    const run = (on: Device): Promise<Arrays> => of(primitive, caseInputs(primitive, one, on), one.params);
    const first = await run(device);
    expectSameBits(`${one.name}: ${what}, two runs`, first, await run(device));
    expectClose(`${one.name}: ${what} on ${name} against ${other}`, first, await run(oracle), allowed);
  }
}

/** Whether a case runs as WebAssembly kernels, rather than falling back to the loops. */
export function hasWasmKernel(primitive: Primitive, one: Case): boolean {
  const program = primitive.wasm?.(caseInputs(primitive, one, cpuDevice()), one.params, {});
  return program !== undefined && compilesWasm(program);
}

/** Gradients against central differences of the reference (or the loops) along random directions, in f64. */
export async function checkGradients(primitive: Primitive, one: Case): Promise<void> {
  if (!differentiable(primitive) || one.noGradCheck) return;
  const device = cpuDevice();
  const inputs = caseInputs(primitive, one, device, "f64");
  const analytic = await gradients(primitive, inputs, one.params);
  const oracle = primitive.reference ? referenceOnly(primitive) : primitive;
  const { weights, seeds } = seedsFor(primitive, inputs, one.params);
  for (const seed of seeds) seed.dispose();
  const objective = async (x: Readonly<Record<string, Tensor>>): Promise<number> => {
    const outputs = tidy(() => differentiableOutputs(primitive, apply(oracle, x, one.params)));
    let total = 0;
    for (const [k, output] of outputs.entries()) {
      const data = await output.data();
      for (let i = 0; i < data.length; i++) total += data[i]! * weights[k]![i]!;
      output.dispose();
    }
    return total;
  };
  for (const name in analytic) {
    const x = (await inputs[name]!.data()) as Float64Array;
    for (const stream of [3, 4]) {
      const direction = hostNormal({ seed: seedOf(`${one.name} ${name}`), stream }, x.length);
      const h = 1e-5;
      const shifted = (sign: number): Tensor =>
        tensor(
          x.map((value, i) => value + sign * h * direction[i]!),
          { shape: inputs[name]!.shape },
        );
      const [up, down] = [
        await objective({ ...inputs, [name]: shifted(1) }),
        await objective({ ...inputs, [name]: shifted(-1) }),
      ];
      const want = (up - down) / (2 * h);
      const got = Array.from(analytic[name]!).reduce((total, value, i) => total + value * direction[i]!, 0);
      const scale = Math.max(1, Math.abs(want), Math.hypot(...analytic[name]!));
      if (!(Math.abs(got - want) <= defaultRatios.finiteDifference * scale)) {
        throw new Error(
          `${one.name}: the gradient of ${name} along a random direction must equal the central difference ${want}; got ${got}.`,
        );
      }
    }
  }
}

/** The captured form of a case on a device against the CPU. */
export async function checkCaptured(primitive: Primitive, one: Case, device: Device): Promise<void> {
  const run = (on: Device, form: "eager" | "captured"): Promise<Arrays> =>
    evaluate(primitive, caseInputs(primitive, one, on), one.params, form);
  expectClose(
    `${one.name}: captured on ${device.kind} against CPU`,
    await run(device, "captured"),
    await run(cpuDevice(), "eager"),
    one.tolerance?.ratio ?? defaultRatios.webgpu,
  );
}

export function expectSameBits(what: string, first: Arrays, second: Arrays): void {
  for (const name in first) {
    const at = firstBitDifference(first[name]!, second[name]!);
    if (at >= 0) throw new Error(`${what}: ${name} must have the same bits every time; byte ${at} differs.`);
  }
}
