// A NaN in any input of any primitive: where the reference has a NaN in an output, every device has one there too. A kernel that bounds what it computes loses NaN without a word, and a run that has
// diverged goes on with numbers that look right. The oracle is the primitive's reference, by loops in doubles; a kernel may tell of fewer elements, since the reference multiplies masked ones by 0.
import * as nn from "@x/nn";
import * as tensors from "@x/tensor";
import { createCpuDevice, type Device, type Primitive, tensor, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { fillNumbers, inputsOf, seedOf } from "../src/cases.ts";
import { evaluate, referenceOnly } from "../src/check-primitive.ts";
import { primitivesOf, testedCases } from "../src/index.ts";

const loops = createCpuDevice({ wasm: false });
const devices: readonly (readonly [string, Device])[] = [
  ["wasm", createCpuDevice()],
  ["loops", loops],
  ["webgpu", await webgpuDevice({ device: await sharedGpu(), poison: true })],
];

/** What need not be told where something else tells it, by `primitive: input → output`. */
const toldElsewhere: ReadonlySet<string> = new Set([
  "cross_entropy_backward: logits → gradLogits", // lse of such a row is NaN
  "adamw_8bit: grad → scales", // the parameters become NaN
  "adamw_8bit: gradScale → scales",
  "adamw_8bit: scales → scales",
  "cached_attention: values → y", // a slot that no query sees
]);

const primitives = [...primitivesOf(tensors), ...primitivesOf(nn)].filter(
  (primitive) => primitive.name !== "sample_tokens",
);
/** Cases enough to reach a kernel's forms; the last are often the odd ones. */
const casesOf = (primitive: Primitive): Primitive["cases"] => {
  const cases = testedCases(primitive);
  return [...new Set([...cases.slice(0, 2), ...cases.slice(-1)])];
};

describe("a NaN", () => {
  it.each(primitives.map((primitive) => [primitive.name, primitive] as const))("%s", async (name, primitive) => {
    for (const one of casesOf(primitive)) {
      const host = inputsOf(one).map(([input, { shape, dtype, fill }]) => {
        const count = shape.reduce((a, b) => a * b, 1);
        return { input, shape, dtype, numbers: fillNumbers(fill, count, seedOf(`${name} ${one.name} ${input}`)) };
      });
      for (const { input: spoilt, dtype, numbers } of host) {
        if (dtype !== "f32" || numbers.length === 0) continue;
        const run = (device: Device, of: Primitive): ReturnType<typeof evaluate> =>
          evaluate(
            of,
            Object.fromEntries(
              host.map(({ input, shape, dtype: type, numbers: own }) => [
                input,
                tensor(input === spoilt ? own.with(own.length >> 1, NaN) : own, { shape, dtype: type, device }),
              ]),
            ),
            one.params,
          );
        const want = await run(loops, primitive.reference ? referenceOnly(primitive) : primitive);
        for (const [kind, device] of devices) {
          const got = await run(device, primitive);
          for (const output of Object.keys(want))
            if (want[output]!.some(Number.isNaN) && !toldElsewhere.has(`${name}: ${spoilt} → ${output}`))
              expect(
                got[output]!.some(Number.isNaN),
                `${name}, ${one.name}: NaN in ${spoilt} must reach ${output} on ${kind}`,
              ).toBe(true);
        }
      }
    }
  });
});
