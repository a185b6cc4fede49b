// Two small kernels and the helpers that the runner's tests share.
import { expect } from "vitest";
import { defineKernel, dispatch, KernelError, type Program, type WebGPURunner } from "../src/index.ts";

const affine = defineKernel({
  name: "test_affine",
  uniforms: { count: "u32", scale: "f32", shift: "i32" },
  bindings: () => ({ x: "read f32", y: "read_write f32" }),
  wgsl: ({ workgroupSize }: { workgroupSize: number }) => `
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * ${workgroupSize}u;
  if (i < u.count) {
    y[i] = x[i] * u.scale + f32(u.shift);
  }
}
`,
});

const broken = defineKernel({
  name: "test_broken",
  uniforms: {},
  bindings: () => ({ y: "read_write f32" }),
  wgsl: () => `
@compute @workgroup_size(1)
fn main() {
  y[0] = no_such_function(1.0);
}
`,
});

/** y = x · scale + shift */
export function affineProgram(
  count: number,
  scale: number,
  shift: number,
  names: { x?: string; y?: string } = {},
  grid?: [number, number],
): Program {
  return {
    temps: {},
    dispatches: [
      dispatch(affine, {
        config: { workgroupSize: 64 },
        buffers: { x: names.x ?? "x", y: names.y ?? "y" },
        uniforms: { count, scale, shift },
        workgroups: grid ?? [Math.ceil(count / 64)],
      }),
    ],
  };
}

const twin = defineKernel({
  name: "test_twin",
  uniforms: { count: "u32" },
  bindings: () => ({ x: "read f32", a: "read_write f32", b: "read_write f32" }),
  wgsl: () => `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < u.count) {
    a[id.x] = x[id.x] + 1.0;
    b[id.x] = x[id.x] + 2.0;
  }
}
`,
});

/** a = x + 1, b = x + 2 */
export function twinProgram(count: number): Program {
  return {
    temps: {},
    dispatches: [
      dispatch(twin, {
        config: {},
        buffers: { x: "x", a: "a", b: "b" },
        uniforms: { count },
        workgroups: [Math.ceil(count / 64)],
      }),
    ],
  };
}

export const brokenProgram: Program = {
  temps: {},
  dispatches: [dispatch(broken, { config: {}, buffers: { y: "y" }, uniforms: {}, workgroups: [1] })],
};

export async function floats(by: WebGPURunner, from: GPUBuffer, count: number, offsetBytes = 0): Promise<number[]> {
  return [...new Float32Array(await by.read(from, 4 * count, offsetBytes))];
}

export function upload(to: WebGPURunner, values: readonly number[]): GPUBuffer {
  const buffer = to.createBuffer(4 * values.length);
  to.write(buffer, new Float32Array(values));
  return buffer;
}

export async function failure(promise: Promise<unknown>): Promise<KernelError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KernelError);
  return error as KernelError;
}

export function thrown(call: () => unknown): KernelError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(KernelError);
    return error as KernelError;
  }
  throw new Error("nothing was thrown");
}
