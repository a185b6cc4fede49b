// Part "adapter": what the adapter is and can do, the matrix instructions behind Dawn's experimental feature included.
import { describeDevice } from "../core/run.ts";
import type { Session } from "./session.ts";

/** A shape of subgroup matrices, as Dawn lists it with `allow_unsafe_apis`. */
export interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

export const matrixFeature = "chromium-experimental-subgroup-matrix";

export async function describeMachine({ gpu, device, report }: Session): Promise<void> {
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("adapter: requestAdapter gave none.");
  const info = adapter.info as GPUAdapterInfo & { readonly subgroupMatrixConfigs?: readonly MatrixConfig[] };
  const configs = info.subgroupMatrixConfigs ?? [];
  const { features, limits } = describeDevice(device);
  const matrices = configs.map(
    ({ componentType, resultComponentType, M, N, K }) => `${componentType}→${resultComponentType} ${M}×${N}×${K}`,
  );
  const { vendor, architecture, device: model, description, subgroupMinSize, subgroupMaxSize } = info;
  report.fact("adapter", { vendor, architecture, device: model, description, subgroupMinSize, subgroupMaxSize });
  report.fact("class", device.runner.caps.adapter);
  report.fact("features", features);
  report.fact("limits", limits);
  report.fact("subgroupMatrices", matrices);
  console.log(
    `adapter    ${vendor} · ${architecture} · ${model} · ${description} · class ${device.runner.caps.adapter}`,
  );
  console.log(`           subgroups ${subgroupMinSize}–${subgroupMaxSize} · ${features.join(" ")}`);
  console.log(`           matrices ${matrices.join(", ") || "none"}`);
  for (const [name, value] of Object.entries(limits)) report.part("adapter").add(name, value, "");
}
