// A kernel that is planted wrong must be red, whichever primitive it is of: the gate compares with another implementation on every device.
import * as nn from "@x/nn";
import type { Device, Primitive } from "@x/tensor";
import * as tensor from "@x/tensor";
import { primitivesOf, testedCases } from "@x/testing";
import { describe, expect, it } from "vitest";
import { Gate } from "../src/core/gate.ts";
import { implementationOn, oracleFor } from "../src/core/oracle.ts";
import { suite } from "../src/core/suite.ts";

const primitives: readonly Primitive[] = [...primitivesOf(tensor), ...primitivesOf(nn)].filter(({ alias }) => !alias);

/** Every implementation that `device` could use, replaced by one that is wrong: loops that write 42 everywhere, programs that do nothing over memory full of 42. */
function planted(primitive: Primitive): Primitive {
  const { cpu, wasm, webgpu, reference, ...rest } = primitive;
  return {
    ...rest,
    ...(cpu && {
      cpu: (x, y) => {
        for (const { data } of [...Object.values(y), ...(primitive.mutates ?? []).flatMap((name) => x[name] ?? [])])
          data.fill(42);
      },
    }),
    ...(wasm && { wasm: (x, p, y) => wasm(x, p, y) && { temps: {}, calls: [] } }),
    ...(webgpu && { webgpu: (x, p, caps, y) => webgpu(x, p, caps, y) && { temps: {}, dispatches: [] } }),
    ...(reference && { reference }),
  };
}

/** Leaves memory full of 42 where the next tensors will be allocated. */
function fill42(device: Device): void {
  const blocks = Array.from({ length: 40 }, (_, i) => tensor.full([16 << (i % 10)], 42, { device }));
  for (const block of blocks) block.dispose();
}

export function describeOracle(device: Device): void {
  describe(`the gate on ${device.description}`, () => {
    it("has another implementation for every primitive", () => {
      for (const primitive of primitives) {
        const cases = testedCases(primitive);
        const compared = cases.filter((one) => {
          const oracle = oracleFor(device, primitive, one);
          if (oracle)
            expect(
              oracle.implementation === implementationOn(device, primitive, one) && oracle.device === device,
              primitive.name,
            ).toBe(false);
          return oracle !== undefined;
        });
        expect(compared.length, primitive.name).toBeGreaterThan(0);
      }
    });

    for (const primitive of primitives) {
      const used = testedCases(primitive).map((one) => implementationOn(device, primitive, one));
      if (used.every((one) => one === "reference")) continue; // made of others, which are planted themselves
      it(`is red for a wrong ${primitive.name}`, async () => {
        fill42(device);
        // The oracle keeps what is right: only what the device itself runs is replaced.
        const wrong = wrongOn(device, primitive);
        const [entry] = suite({ modules: { planted: { wrong } }, mostWork: 1e5 });
        await expect(new Gate(device).check(entry!)).rejects.toThrow(/must agree within/);
      });
    }
  });
}

function wrongOn(device: Device, primitive: Primitive): Primitive {
  const wrong = planted(primitive);
  const used = new Set(testedCases(primitive).map((one) => implementationOn(device, primitive, one)));
  return {
    ...primitive,
    ...(used.has("wasm") && wrong.wasm && { wasm: wrong.wasm }),
    ...(used.has("webgpu") && wrong.webgpu && { webgpu: wrong.webgpu }),
    ...(used.has("loops") && !used.has("wasm") && wrong.cpu && { cpu: wrong.cpu }),
  };
}
