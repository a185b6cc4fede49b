// Part "roofs": the most this adapter gives through WebGPU: copying, and multiply-adds in f32, f16 and matrix instructions.
import { defineKernel, dispatch, type Kernel, type Program } from "@x/kernels-wgsl";
import { type MatrixConfig, matrixFeature } from "./adapter.ts";
import { patternBuffer, type Session, timeRuns } from "./session.ts";

const threads = 256;

const copyKernel: Kernel<"x" | "y", "count", Record<string, never>> = defineKernel({
  name: "roof_copy",
  uniforms: { count: "u32" },
  bindings: () => ({ x: "read vec4f", y: "read_write vec4f" }) as const,
  wgsl: () => `
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < u.count; i += groups.x * ${threads}u) {
    y[i] = x[i];
  }
}
`,
});

interface FmaConfig {
  readonly type: "f32" | "f16";
}

const chains = 8;
const rounds = 512;

/** Independent chains of multiply-adds in registers; the result is stored so that nothing is dropped. */
const fmaKernel: Kernel<"y", "scale", FmaConfig> = defineKernel({
  name: "roof_fma",
  uniforms: { scale: "f32" },
  bindings: () => ({ y: "read_write f32" }) as const,
  features: ({ type }: FmaConfig) => (type === "f16" ? (["shader-f16"] as const) : []),
  wgsl: ({ type }: FmaConfig) => {
    const vector = type === "f16" ? "vec4h" : "vec4f";
    const names = Array.from({ length: chains }, (_, i) => `c${i}`);
    return `
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let scale = ${vector}(${type}(u.scale));
  let step = ${vector}(${type}(f32(id.x % 64u) * 0.001));
${names.map((name, i) => `  var ${name} = step + ${vector}(${type}(${i + 1}.0));`).join("\n")}
  for (var i = 0u; i < ${rounds}u; i++) {
${names.map((name) => `    ${name} = fma(${name}, scale, step);`).join("\n")}
  }
  let total = ${names.join(" + ")};
  y[id.x] = f32(total.x + total.y + total.z + total.w);
}
`;
  },
});

async function copyRoof({ device, report, scale }: Session): Promise<void> {
  const { runner } = device;
  const sizeBytes = scale === "tiny" ? 1 << 20 : Math.min(2 ** 30, runner.caps.maxStorageBufferBindingSize);
  const count = Math.floor(sizeBytes / 16);
  const [x, y] = [patternBuffer(device, 4 * count), runner.createBuffer(16 * count)];
  const program: Program = {
    temps: {},
    dispatches: [
      dispatch(copyKernel, {
        config: {},
        buffers: { x: "x", y: "y" },
        uniforms: { count },
        workgroups: [Math.min(65535, Math.ceil(count / threads))],
      }),
    ],
  };
  const kernel = await timeRuns(device, () => runner.run(program, { x, y }));
  report.add({
    part: "roofs",
    name: "copy",
    value: (32 * count) / kernel.median / 1e6,
    unit: "GB/s",
    note: `${count * 16} bytes, read and written`,
  });
  const copied = await timeRuns(device, () => runner.copy(x, 0, y, 0, 16 * count));
  report.add({ part: "roofs", name: "copyBufferToBuffer", value: (32 * count) / copied.median / 1e6, unit: "GB/s" });
  for (const buffer of [x, y]) runner.releaseBuffer(buffer);
}

async function fmaRoof({ device, report, scale }: Session, type: "f32" | "f16"): Promise<void> {
  const { runner } = device;
  if (type === "f16" && !runner.caps.features.has("shader-f16")) {
    console.log("roofs      fma f16: this adapter has no shader-f16");
    return;
  }
  const workgroups = scale === "tiny" ? 2 : 16384;
  const y = runner.createBuffer(4 * workgroups * threads);
  const program: Program = {
    temps: {},
    dispatches: [
      dispatch(fmaKernel, {
        config: { type },
        buffers: { y: "y" },
        uniforms: { scale: 0.999 },
        workgroups: [workgroups],
      }),
    ],
  };
  const { median } = await timeRuns(device, () => runner.run(program, { y }));
  const flops = 2 * 4 * chains * rounds * threads * workgroups;
  report.add({ part: "roofs", name: `fma ${type}`, value: flops / median / 1e9, unit: "TFLOP/s" });
  runner.releaseBuffer(y);
}

/** Multiply-accumulates of matrices in registers, one subgroup per workgroup row of 32 threads. Needs Dawn's unsafe APIs. */
async function matrixRoof({ gpu, report, scale }: Session): Promise<void> {
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  const info = adapter?.info as
    | (GPUAdapterInfo & { readonly subgroupMatrixConfigs?: readonly MatrixConfig[] })
    | undefined;
  const config = info?.subgroupMatrixConfigs?.find(
    ({ componentType, resultComponentType }) => componentType === "f16" && resultComponentType === "f32",
  );
  if (!adapter || !config || !adapter.features.has(matrixFeature)) {
    console.log("roofs      matrix f16: this adapter lists no f16 matrices (Dawn needs allow_unsafe_apis)");
    return;
  }
  const features = [matrixFeature, "shader-f16", "subgroups"].filter((name) =>
    adapter.features.has(name),
  ) as GPUFeatureName[];
  const device = await adapter.requestDevice({ requiredFeatures: features });
  try {
    const { M, N, K, resultComponentType: result } = config;
    const width = info!.subgroupMaxSize ?? 32;
    const sums = 4;
    const code = `
enable f16;
enable chromium_experimental_subgroup_matrix;
@group(0) @binding(0) var<storage, read> x: array<f16>;
@group(0) @binding(1) var<storage, read_write> y: array<${result}>;
@compute @workgroup_size(${4 * width})
fn main(@builtin(workgroup_id) group: vec3u) {
  let a = subgroupMatrixLoad<subgroup_matrix_left<f16, ${K}, ${M}>, row_major>(&x, 0u, ${K}u);
  let b = subgroupMatrixLoad<subgroup_matrix_right<f16, ${N}, ${K}>, row_major>(&x, 0u, ${N}u);
${Array.from({ length: sums }, (_, i) => `  var c${i} = subgroup_matrix_result<${result}, ${N}, ${M}>();`).join("\n")}
  for (var i = 0u; i < ${rounds}u; i++) {
${Array.from({ length: sums }, (_, i) => `    c${i} = subgroupMatrixMultiplyAccumulate(a, b, c${i});`).join("\n")}
  }
${Array.from({ length: sums }, (_, i) => `  subgroupMatrixStore<row_major>(&y, group.x * ${sums * M * N}u + ${i * M * N}u, c${i}, ${N}u);`).join("\n")}
}
`;
    const module = device.createShaderModule({ code });
    const errors = (await module.getCompilationInfo()).messages.filter(({ type }) => type === "error");
    if (errors.length > 0) throw new Error(`matrix f16: ${errors[0]!.message}`);
    const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
    const workgroups = scale === "tiny" ? 2 : 8192;
    const x = device.createBuffer({ size: 2 * Math.max(M * K, K * N), usage: 0x80 | 0x8, mappedAtCreation: true });
    new Uint16Array(x.getMappedRange()).fill(0x2e66); // 0.1
    x.unmap();
    const y = device.createBuffer({ size: 4 * workgroups * sums * M * N, usage: 0x80 | 0x4 });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [x, y].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const run = async (count: number): Promise<number> => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      for (let i = 0; i < count; i++) pass.dispatchWorkgroups(workgroups);
      pass.end();
      const start = performance.now();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return performance.now() - start;
    };
    await run(1);
    const [one, many] = [await run(1), await run(11)];
    const flops = 2 * M * N * K * sums * rounds * 4 * workgroups * 10;
    report.add({
      part: "roofs",
      name: "matrix f16",
      value: flops / (many - one) / 1e9,
      unit: "TFLOP/s",
      note: `sums in ${result}, ${M}×${N}×${K}`,
    });
  } finally {
    device.destroy();
  }
}

export async function measureRoofs(session: Session): Promise<void> {
  await copyRoof(session);
  await fmaRoof(session, "f32");
  await fmaRoof(session, "f16");
  try {
    await matrixRoof(session);
  } catch (error) {
    session.report.fail("roofs", error);
  }
}
