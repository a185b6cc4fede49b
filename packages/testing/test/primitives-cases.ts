// Every exported primitive on WebGPU against the CPU, forward and gradients, twice, on poisoned buffers.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import type { Case, Primitive } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { checkDevice, primitivesOf } from "../src/index.ts";

const device = await tensor.webgpuDevice({ device: await sharedGpu(), poison: true });

/** The adapter whose programs the tests run. */
export const caps = device.runner.caps;

export function describePrimitives(casesOf: (primitive: Primitive) => readonly Case[]): void {
  for (const [name, module] of Object.entries({ tensor, nn })) {
    describe(name, () => {
      for (const primitive of primitivesOf(module)) {
        const cases = casesOf(primitive);
        it(primitive.name, async () => {
          expect(primitive.alias ?? primitive.webgpu, "must have a WebGPU kernel").toBeDefined();
          expect(cases.length).toBeGreaterThan(0);
          for (const one of cases) await checkDevice(primitive, one, device);
        });
      }
    });
  }
}
