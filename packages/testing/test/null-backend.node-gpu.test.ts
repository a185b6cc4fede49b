// Every shader compiles: Tint checks each one on Dawn's null backend, which needs no driver.
import { baseCaps, type Caps, capsOf } from "@x/kernels-wgsl";
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import { create } from "webgpu";
import { goldenShaders, primitivesOf } from "../src/index.ts";

const gpu = create(["backend=null"]);
const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error("Dawn's null backend must give an adapter; got none.");
const features = (["shader-f16", "subgroups"] as const).filter((feature) => adapter.features.has(feature));
const device = await adapter.requestDevice({ requiredFeatures: [...features] });

const kept = { gpu, device }; // the instance must outlive the device

describe("every shader compiles on the null backend", () => {
  const caps: Record<string, Caps> = {
    base: baseCaps,
    software: { ...baseCaps, adapter: "software" },
    nvidia: { ...capsOf(device), adapter: "nvidia" },
  };
  for (const [kernel, shaders] of goldenShaders([...primitivesOf(tensor), ...primitivesOf(nn)], caps)) {
    it(kernel, async () => {
      for (const { key, text: code } of shaders) {
        kept.device.pushErrorScope("validation");
        kept.device.createComputePipeline({
          layout: "auto",
          compute: { module: kept.device.createShaderModule({ code }), entryPoint: "main" },
        });
        const error = await kept.device.popErrorScope();
        expect(error?.message, key).toBeUndefined();
      }
    });
  }
});
