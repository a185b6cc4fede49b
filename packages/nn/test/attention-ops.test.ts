// Attention's primitives on the CPU: gradients against central differences.
import { describe, it } from "vitest";
import { caseInputs, checkGradients, evaluate, testedCases } from "@x/testing";
import { cpuDevice, type Primitive } from "@x/tensor";
import { attentionPrimitive } from "../src/ops/attention/index.ts";
import { attentionBackwardPrimitive } from "../src/ops/attention/backward.ts";
import { cachedAttentionPrimitive } from "../src/ops/attention/cached.ts";
import { rotaryPrimitive } from "../src/ops/attention/rotary.ts";

for (const primitive of [
  attentionPrimitive,
  attentionBackwardPrimitive,
  cachedAttentionPrimitive,
  rotaryPrimitive,
] as unknown as Primitive[]) {
  describe(primitive.name, () => {
    for (const one of testedCases(primitive)) {
      it(one.name, async () => {
        await evaluate(primitive, caseInputs(primitive, one, cpuDevice()), one.params);
        await checkGradients(primitive, one);
      });
    }
  });
}
