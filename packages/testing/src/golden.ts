// The WGSL of every kernel in every configuration that the primitives' cases lead to: what golden files hold and Dawn's null backend compiles.
import { baseCaps, type Caps, kernelKey, type Program, shader } from "@x/kernels-wgsl";
import type { CaseInput, Primitive, Spec } from "@x/tensor";

/** The adapters whose plans are kept: the least any implementation has, two software ones, and a desktop GPU. */
export const goldenCaps: Readonly<Record<string, Caps>> = {
  base: baseCaps,
  software: {
    ...baseCaps,
    adapter: "software",
    features: new Set(["subgroups"]),
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
  },
  lavapipe: {
    ...baseCaps,
    adapter: "software",
    vendor: "mesa",
    features: new Set(["subgroups", "shader-f16"]),
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
    maxComputeWorkgroupStorageSize: 32768,
  },
  nvidia: {
    ...baseCaps,
    adapter: "nvidia",
    features: new Set(["subgroups", "shader-f16"]),
    subgroupMinSize: 32,
    subgroupMaxSize: 32,
    maxComputeWorkgroupStorageSize: 32768,
  },
};

/** A case's inputs without their numbers. */
function specsOf(inputs: Readonly<Record<string, CaseInput | undefined>>): Record<string, Spec> {
  const given = Object.entries(inputs).filter((entry): entry is [string, CaseInput] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([name, { shape, dtype = "f32" }]) => [name, { shape, dtype }]));
}

/** The programs of a primitive's cases (bench sizes too) on one kind of adapter. */
export function programsOf(primitive: Primitive, caps: Caps): Program[] {
  return primitive.cases.flatMap(
    (one) => primitive.webgpu?.(specsOf(one.inputs as Record<string, CaseInput>), one.params, caps) ?? [],
  );
}

/** Kernel name → its shaders, one per configuration, in a stable order. */
export function goldenShaders(
  primitives: readonly Primitive[],
  capsList: readonly Caps[] = Object.values(goldenCaps),
): Map<string, Map<string, string>> {
  const byKernel = new Map<string, Map<string, string>>();
  for (const { kernel, config } of capsList
    .flatMap((caps) => primitives.flatMap((primitive) => programsOf(primitive, caps)))
    .flatMap((program) => program.dispatches)) {
    const shaders = byKernel.get(kernel.name) ?? new Map<string, string>();
    byKernel.set(kernel.name, shaders.set(kernelKey(kernel, config), shader(kernel, config)));
  }
  return new Map(
    [...byKernel]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, shaders]) => [name, new Map([...shaders].sort(([a], [b]) => (a < b ? -1 : 1)))]),
  );
}
