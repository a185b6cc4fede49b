// The WGSL of every kernel in every configuration that the primitives' cases lead to, on four classes of adapters.
import { baseCaps, type Caps, kernelKey, type Program, shader } from "@x/kernels-wgsl";
import { specsOf } from "../cases.ts";
import type { Case, Primitive } from "@x/tensor";

/** The classes of adapters: a desktop GPU, the least that any implementation has, and two software adapters. */
export const goldenCaps: Readonly<Record<string, Caps>> = {
  nvidia: {
    ...baseCaps,
    adapter: "nvidia",
    features: new Set(["subgroups", "shader-f16"]),
    subgroupMinSize: 32,
    subgroupMaxSize: 32,
    maxComputeWorkgroupStorageSize: 32768,
  },
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
};

/** One configuration of a kernel, and the first case that leads to it. */
export interface GoldenShader {
  readonly kernel: string;
  /** the kernel's name and its configuration as JSON */
  readonly key: string;
  readonly text: string;
  readonly primitive: string;
  readonly case: string;
  /** an entry of the adapters asked about */
  readonly adapter: string;
}

/** The programs of a primitive's cases (bench sizes too) on one kind of adapter. */
export function programsOf(
  primitive: Primitive,
  caps: Caps,
  cases: readonly Case[] = primitive.cases,
): Program[] {
  return cases.flatMap(
    (one) => primitive.webgpu?.(specsOf(one), one.params, caps, {}) ?? [],
  );
}

/**
 * Every configuration once, by kernel. The first of a kernel is its canonical one: a bench case leads to it if any does, on the first
 * adapter that has the kernel. The others follow in the order of their keys.
 *
 * @throws Error when two kernels of one name differ in one configuration
 */
export function goldenShaders(
  primitives: readonly Primitive[],
  adapters: Readonly<Record<string, Caps>> = goldenCaps,
): Map<string, GoldenShader[]> {
  const found = new Map<string, GoldenShader>();
  for (const [adapter, caps] of Object.entries(adapters)) {
    for (const bench of [true, false]) {
      for (const primitive of primitives) {
        for (const one of primitive.cases.filter((one) => (one.bench === true) === bench)) {
          for (const { kernel, config } of programsOf(primitive, caps, [one]).flatMap(({ dispatches }) => dispatches)) {
            const [key, text] = [kernelKey(kernel, config), shader(kernel, config)];
            const before = found.get(key);
            if (before && before.text !== text)
              throw new Error(`goldenShaders: ${key} must be one shader; ${before.primitive} and ${primitive.name} give two.`);
            if (!before)
              found.set(key, { kernel: kernel.name, key, text, primitive: primitive.name, case: one.name, adapter });
          }
        }
      }
    }
  }
  const names = [...new Set([...found.values()].map(({ kernel }) => kernel))].sort();
  return new Map(
    names.map((name) => {
      const [canonical, ...others] = [...found.values()].filter(({ kernel }) => kernel === name);
      return [name, [canonical!, ...others.sort((a, b) => (a.key < b.key ? -1 : 1))]];
    }),
  );
}
