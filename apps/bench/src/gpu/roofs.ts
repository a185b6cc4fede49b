// Part "roofs": the roofs of the bench, and what matrix instructions behind Dawn's experimental feature give.
import { measureRoofs as measureCoreRoofs } from "../core/roofs.ts";
import { type MatrixConfig, matrixFeature } from "./adapter.ts";
import type { Session } from "./session.ts";

const rounds = 512;

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
    const note = `sums in ${result}, ${M}×${N}×${K}`;
    report.part("roofs").add("matrix f16", flops / (many - one) / 1e9, "TFLOP/s", note);
  } finally {
    device.destroy();
  }
}

export async function measureRoofs(session: Session): Promise<void> {
  const { device, report } = session;
  const { copyGBs, fmaF32, fmaF16, dispatchUs } = await measureCoreRoofs(device);
  const part = report.part("roofs");
  part.add("copy", copyGBs, "GB/s", "read and written");
  part.add("fma f32", fmaF32 / 1e3, "TFLOP/s");
  part.add("dispatch", dispatchUs, "µs");
  if (fmaF16 !== undefined) part.add("fma f16", fmaF16 / 1e3, "TFLOP/s");
  else console.log("roofs      fma f16: this adapter has no shader-f16");
  try {
    await matrixRoof(session);
  } catch (error) {
    part.fail(error);
  }
}
