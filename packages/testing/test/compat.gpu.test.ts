// Primitives compute the same where a workgroup has at most 128 invocations: those whose programs differ from the usual ones, each in its first case.
import { type Caps, kernelKey, type Program } from "@x/kernels-wgsl";
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, expect, it } from "vitest";
import { checkDevice, primitivesOf, programsOf, testedCases } from "../src/index.ts";

const limits = { maxComputeInvocationsPerWorkgroup: 128 };
const device = await tensor.webgpuDevice({ device: await sharedGpu(), poison: true, caps: limits });
afterAll(() => device.dispose());

/** The kernels that are new at the lower limit: elementwise ops share one text, so three of them stand for all. */
const known = new Set<string>();
const usual: Caps = { ...device.runner.caps, maxComputeInvocationsPerWorkgroup: 256 };
const keys = (programs: readonly Program[]): string[] =>
  programs.flatMap(({ dispatches }) => dispatches.map(({ kernel, config }) => kernelKey(kernel, config)));
const changed = [...primitivesOf(tensor), ...primitivesOf(nn)].filter((primitive) => {
  const before = new Set(keys(programsOf(primitive, usual)));
  return keys(programsOf(primitive, { ...usual, ...limits })).some(
    (key) => !before.has(key) && !known.has(key) && known.add(key),
  );
});
const elementwise = changed.filter((primitive) => "row" in primitive);
const tried = [...elementwise.slice(0, 3), ...changed.filter((primitive) => !("row" in primitive))];

it("some programs differ", () => expect(tried.length).toBeGreaterThan(10));

it.each(tried.map((primitive) => [primitive.name, primitive] as const))("%s", async (_, primitive) => {
  await checkDevice(primitive, testedCases(primitive)[0]!, device);
});
