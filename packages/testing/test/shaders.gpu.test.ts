// Every shader that a case of a primitive leads to, on every class of adapters, is accepted by the engine's WGSL compiler: Tint in Dawn and Chromium, naga in Deno.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { afterAll, expect, it } from "vitest";
import { goldenShaders, primitivesOf } from "../src/index.ts";

const adapter = (await navigator.gpu.requestAdapter())!;
const subgroups = adapter.features.has("subgroups");
const device = await adapter.requestDevice({ requiredFeatures: subgroups ? ["subgroups"] : [] });
afterAll(() => device.destroy());

const kernels = goldenShaders([...primitivesOf(tensor), ...primitivesOf(nn)]);
const understood = ({ text }: { readonly text: string }): boolean =>
  !text.includes("enable f16;") && (subgroups || !text.includes("enable subgroups;"));

it("most shaders need no feature that the adapter lacks", () => {
  const all = [...kernels.values()].flat();
  expect(all.filter(understood).length).toBeGreaterThan(all.length / 2);
});

it.each([...kernels])("%s", async (_, shaders) => {
  for (const { key, text } of shaders.filter(understood)) {
    device.pushErrorScope("validation");
    device.createShaderModule({ code: text });
    const error = await device.popErrorScope();
    expect(error?.message, key).toBeUndefined();
  }
});

it("what is no WGSL is refused", async () => {
  device.pushErrorScope("validation");
  device.createShaderModule({ code: "fn main() { let x: u32 = 1.5; }" });
  expect((await device.popErrorScope())?.message).toBeDefined();
});
