// What a result is compared with: never the implementation that made it. A primitive has up to four of them: a reference made of other primitives, loops, WebAssembly
// kernels and WGSL; the oracle of one is another, run on a CPU device.
import { type Case, cpuDevice, createCpuDevice, type Device, type Primitive, type Spec } from "@x/tensor/core";
import { formulaOnly, referenceOnly } from "@x/testing";
import { specsOf } from "@x/testing";

/** How a device computes a case of a primitive. */
export type Implementation = "webgpu" | "wasm" | "loops" | "reference" | "formula";

/** A primitive with one implementation left, and the device to run it on. */
export interface Oracle {
  readonly implementation: Implementation;
  readonly primitive: Primitive;
  readonly device: Device;
}

/** The CPU without WebAssembly: what its ops compute shares no kernel with any other device. */
const loopsDevice: Device = createCpuDevice({ wasm: false });

function loopsOnly(primitive: Primitive): Primitive {
  const { wasm: _wasm, webgpu: _webgpu, reference: _reference, ...rest } = primitive;
  return rest;
}

/** With neither loops nor reference to fall back to. */
function kernelsOnly(primitive: Primitive): Primitive {
  const { cpu: _cpu, reference: _reference, ...rest } = primitive;
  return rest;
}

function hasKernel(
  primitive: Primitive,
  specs: Readonly<Record<string, Spec>>,
  params: unknown,
  device: Device,
): boolean {
  return !primitive.transfer && device.prepare(kernelsOnly(primitive), specs, {}, params) !== undefined;
}

/** Which implementation a device uses for a case. */
export function implementationOn(device: Device, primitive: Primitive, one: Case): Implementation {
  if (hasKernel(primitive, specsOf(one), one.params, device)) return device.kind === "webgpu" ? "webgpu" : "wasm";
  return device.kind === "cpu" && primitive.cpu ? "loops" : "reference";
}

/**
 * Another implementation of a case than the one that the device uses: the reference, else the loops, else the WebAssembly kernels, else its definition element by element. A case that runs as its reference
 * is made of other primitives, which are checked by themselves; its oracle is the same composition on a CPU device whose parts are others. Undefined where there is none.
 */
export function oracleFor(device: Device, primitive: Primitive, one: Case): Oracle | undefined {
  const used = implementationOn(device, primitive, one);
  const kernels = hasKernel(primitive, specsOf(one), one.params, cpuDevice());
  // Ops of the reference run as loops there, but where the device at hand has nothing but loops itself.
  const others = used === "reference" && device.kind === "cpu" && !hasAnyKernels(device) ? cpuDevice() : loopsDevice;
  if (primitive.reference) return { implementation: "reference", primitive: referenceOnly(primitive), device: others };
  if (used !== "loops" && primitive.cpu)
    return { implementation: "loops", primitive: loopsOnly(primitive), device: loopsDevice };
  if (used !== "wasm" && kernels)
    return { implementation: "wasm", primitive: kernelsOnly(primitive), device: cpuDevice() };
  const formula = formulaOnly(primitive);
  return formula && { implementation: "formula", primitive: formula, device: loopsDevice };
}

/** Whether a CPU device has WebAssembly: it then runs what has nothing but a kernel. */
function hasAnyKernels(device: Device): boolean {
  const probe: Primitive = {
    name: "probe",
    inputs: [],
    outputs: [],
    cases: [],
    infer: () => ({}),
    wasm: () => ({ temps: {}, calls: [] }),
  };
  return device.prepare(probe, {}, {}, undefined) !== undefined;
}
