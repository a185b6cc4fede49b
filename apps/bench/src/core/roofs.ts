// The roofs of this device, measured: copy bandwidth, rate of fused multiply-adds in f32 (and f16), cost of a dispatch.
import { defineKernel, dispatch, grid1d, type Kernel, linearMain, type Program } from "@x/kernels-wgsl";
import { type Device, WebGPUDevice } from "@x/tensor/core";
import { cpuRoofs, type Roofs } from "./roofs-cpu.ts";
import { type MeasureOptions, timeAlone, timedProgram } from "./timing.ts";

export type { Roofs };

const workgroup = 64;
/** bytes per side of the copy */
const copyBytes = { hardware: 256 * 2 ** 20, software: 32 * 2 ** 20 };

const copyKernel: Kernel<"x" | "y", "count", undefined> = defineKernel({
  name: "roof_copy",
  uniforms: { count: "u32" },
  bindings: () => ({ x: "read vec4f", y: "read_write vec4f" }),
  wgsl: () => linearMain(workgroup, "  if (index < u.count) {\n    y[index] = x[index];\n  }"),
});

interface FmaConfig {
  readonly type: "f32" | "f16";
  readonly rounds: number;
}

const chains = 8;
/** Eight independent chains of vec4 multiply-adds per invocation: enough to fill the pipelines, nothing loaded inside the loop. */
const fmaKernel: Kernel<"y", "seed", FmaConfig> = defineKernel({
  name: "roof_fma",
  uniforms: { seed: "f32" },
  bindings: () => ({ y: "read_write f32" }),
  features: ({ type }: FmaConfig) => (type === "f16" ? ["shader-f16"] : []),
  wgsl: ({ type, rounds }: FmaConfig) => {
    const vector = type === "f16" ? "vec4h" : "vec4f";
    const each = (line: (i: number) => string): string => Array.from({ length: chains }, (_, i) => line(i)).join("\n");
    return linearMain(
      workgroup,
      `
  let a = ${vector}(${type}(u.seed));
  let b = ${vector}(${type}(f32(index & 7u) * 0.125));
${each((i) => `  var c${i} = b + ${vector}(${i === 0 ? "0.0" : `0.${i}`});`)}
  for (var round = 0u; round < ${rounds}u; round++) {
${each((i) => `    c${i} = fma(c${i}, a, b);`)}
  }
  let total = ${Array.from({ length: chains }, (_, i) => `c${i}`).join(" + ")};
  y[index] = f32(total.x + total.y + total.z + total.w);`,
    );
  },
});

/** The better of two measurements, roof by roof. */
export function betterRoofs(a: Roofs, b: Roofs): Roofs {
  return {
    copyGBs: Math.max(a.copyGBs, b.copyGBs),
    fmaF32: Math.max(a.fmaF32, b.fmaF32),
    dispatchUs: Math.min(a.dispatchUs, b.dispatchUs),
    ...(a.fmaF16 !== undefined && { fmaF16: Math.max(a.fmaF16, b.fmaF16 ?? 0) }),
  };
}

/** Measures the roofs; some seconds. On the CPU the roofs of plain JavaScript loops, which is what the CPU device is made of. */
export async function measureRoofs(device: Device, options: MeasureOptions = {}): Promise<Roofs> {
  return device instanceof WebGPUDevice ? gpuRoofs(device, options) : cpuRoofs(options);
}

async function gpuRoofs(device: WebGPUDevice, options: MeasureOptions): Promise<Roofs> {
  const { runner } = device;
  const { caps } = runner;
  const software = caps.adapter === "software";
  const bytes = Math.min(software ? copyBytes.software : copyBytes.hardware, caps.maxStorageBufferBindingSize);
  const [x, y] = [runner.createBuffer(bytes), runner.createBuffer(bytes)];
  const how = { sampleMs: 10, samples: 7, budgetMs: 1000, ...options };
  const best = async (...dispatches: Program["dispatches"]): Promise<number> =>
    (await timeAlone(device, timedProgram(runner, { temps: {}, dispatches }, [{ x, y }]), how)).min;
  const copy = (count: number): Program["dispatches"][number] =>
    dispatch(copyKernel, { config: undefined, uniforms: { count }, workgroups: grid1d(count, workgroup, caps) });
  try {
    const copyNs = await best(copy(Math.floor(bytes / 16)));
    const threads = software ? 4096 : 2 ** 20;
    const fma = async (type: FmaConfig["type"]): Promise<number> => {
      const rounds = 512;
      const workgroups = grid1d(threads, workgroup, caps);
      const ns = await best(dispatch(fmaKernel, { config: { type, rounds }, uniforms: { seed: 0.5 }, workgroups }));
      return (threads * rounds * chains * 4 * 2) / ns;
    };
    const dispatchNs = (await best(...new Array<Program["dispatches"][number]>(100).fill(copy(1)))) / 100;
    return {
      copyGBs: (2 * bytes) / copyNs,
      fmaF32: await fma("f32"),
      dispatchUs: dispatchNs / 1e3,
      ...(caps.features.has("shader-f16") && { fmaF16: await fma("f16") }),
    };
  } finally {
    runner.releaseBuffer(x);
    runner.releaseBuffer(y);
  }
}
