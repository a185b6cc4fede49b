// Adapters with less than WebGPU's usual minimum: every program asks for no larger workgroup than the device has.
import { baseCaps, type Caps, type Dispatch, shader } from "@x/kernels-wgsl";
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import { primitivesOf } from "../src/index.ts";
import { goldenCaps, programsOf } from "../src/golden/shaders.ts";

/** Invocations of a workgroup, as the shader's text says. */
function invocations({ kernel, config }: Dispatch): number {
  const sizes = /@workgroup_size\(([^)]*)\)/.exec(shader(kernel, config))?.[1]?.split(",").map(Number);
  if (!sizes || sizes.some((size) => !(size >= 1)))
    throw new Error(`${kernel.name}: must name its workgroup size in numbers.`);
  return sizes.reduce((product, size) => product * size, 1);
}

const primitives = [...primitivesOf(tensor), ...primitivesOf(nn)];
const adapters: Record<string, Caps> = { ...goldenCaps, unknown: baseCaps };

describe.each(Object.entries(adapters))("workgroups on %s", (_, caps) => {
  it.each([128, 256])("have at most %i invocations where the device has no more", (most) => {
    const small: Caps = { ...caps, maxComputeInvocationsPerWorkgroup: most };
    const dispatches = primitives
      .flatMap((primitive) => programsOf(primitive, small))
      .flatMap((program) => program.dispatches);
    expect(dispatches.length).toBeGreaterThan(100);
    const larger = new Map(
      dispatches.map((one) => [one.kernel.name, invocations(one)] as const).filter(([, count]) => count > most),
    );
    expect(Object.fromEntries(larger)).toEqual({});
  });
});
