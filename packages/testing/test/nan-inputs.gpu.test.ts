// NaN, ∞ and −∞ in any input of any primitive: every device has NaN, ∞, −∞ and numbers at the elements where the reference has them. A kernel that bounds what it computes loses them without a
// word, and a run that has diverged goes on with numbers that look right. The oracle is the primitive's reference, by loops in doubles; where a device differs, the table says how and why.
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

type Class = "NaN" | "∞" | "number";
type Difference = `${Class} as ${Class}`;

/** Differences that are no fault, by their reason. */
const reasons = {
  /** a sum of products with 0 and ∞: whether a product is made, and in what order they are summed */
  order: ["NaN as ∞", "∞ as NaN"],
  /** the reference multiplies by 0 what a query, document or expert does not see; the kernels leave it out */
  unseen: ["NaN as number", "NaN as ∞"],
  /** the chunked reference multiplies tokens by decays of 0, the loops and kernels over other chunks: a token without a share is left out by some, and spoils others */
  chunks: ["NaN as number", "NaN as ∞", "∞ as NaN", "number as NaN"],
  /** statistics that no forward pass gives beside such scores: their weights are bounded */
  statistics: ["∞ as number", "∞ as NaN", "NaN as number", "NaN as ∞", "number as NaN"],
  /** of a row that is NaN all the same in another output */
  elsewhere: ["NaN as number", "NaN as ∞", "∞ as NaN"],
} as const satisfies Record<string, readonly Difference[]>;

/** By `primitive: output`, or by a primitive. */
const differences: Readonly<Record<string, keyof typeof reasons>> = {
  "adamw_8bit: scales": "elsewhere", // the parameters become NaN
  "layer_norm: mean": "elsewhere",
  "attention: y": "unseen",
  "cached_attention: y": "unseen",
  expert_outer: "unseen",
  attention_backward: "statistics",
  cross_entropy_backward: "statistics",
  "cross_entropy: loss": "order", // log Σ exp − logit: ∞ where PyTorch, too, has NaN
  causal_conv1d_backward: "order",
  expert_quantized_linear: "order",
  layer_norm_backward: "order",
  rms_norm_backward: "order",
  rms_norm_gated_backward: "order",
  "ssd_step: y": "order",
  ssd: "chunks",
  ssd_backward: "chunks",
};

/** Outputs that may be numbers all over where the reference's are not, by `primitive: input → output`. */
const silent: ReadonlySet<string> = new Set([
  "adamw_8bit: grad → scales", // the parameters become NaN
  "adamw_8bit: gradScale → scales",
  "adamw_8bit: scales → scales",
  "cross_entropy_backward: logits → gradLogits", // lse of such a row is NaN
  "cached_attention: values → y", // a slot that no query sees
  "attention_backward: q → gradQ", // scores of ∞ beside a finite sum of their exponentials, which no forward pass gives
  "attention_backward: q → gradV",
  "attention_backward: logSum → gradQ",
  "attention_backward: logSum → gradK",
  "attention_backward: logSum → gradV",
  "attention_backward: k → gradK",
  "attention_backward: k → gradV",
  "ssd: A → finalState", // A of +∞: decays are at most 1, and the reference multiplies it by steps of 0
  "ssd_backward: A → gradX",
  "ssd_backward: A → gradA",
  "ssd_backward: A → gradB",
  "ssd_backward: A → gradInitialState",
]);

const classOf = (x: number): Class => (Number.isNaN(x) ? "NaN" : Math.abs(x) === Infinity ? "∞" : "number");

/** How elements differ, with the first of each kind. */
function differencesOf(got: ArrayLike<number>, want: ArrayLike<number>): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [classOf(want[i]!), classOf(got[i]!)];
    const kind = a === "∞" && a === b && want[i] !== got[i] ? "∞ of the other sign" : a === b ? "" : `${a} as ${b}`;
    if (kind !== "" && !found.has(kind)) found.set(kind, i);
  }
  return found;
}

const primitives = [...primitivesOf(tensors), ...primitivesOf(nn)].filter(
  (primitive) => primitive.name !== "sample_tokens",
);
/** Cases enough to reach a kernel's forms; the last are often the odd ones. */
const casesOf = (primitive: Primitive): Primitive["cases"] => {
  const cases = testedCases(primitive);
  return [...new Set([...cases.slice(0, 2), ...cases.slice(-1)])];
};

describe.each([NaN, Infinity, -Infinity])("%d", (special) => {
  it.each(primitives.map((primitive) => [primitive.name, primitive] as const))("%s", async (name, primitive) => {
    for (const one of casesOf(primitive)) {
      const host = inputsOf(one).map(([input, { shape, dtype, fill }]) => {
        const count = shape.reduce((a, b) => a * b, 1);
        return { input, shape, dtype, numbers: fillNumbers(fill, count, seedOf(`${name} ${one.name} ${input}`)) };
      });
      let captured = false;
      for (const { input: spoilt, dtype, numbers } of host) {
        if (dtype !== "f32" || numbers.length === 0) continue;
        const run = (device: Device, of: Primitive, form?: "captured"): ReturnType<typeof evaluate> =>
          evaluate(
            of,
            Object.fromEntries(
              host.map(({ input, shape, dtype: type, numbers: own }) => [
                input,
                tensor(input === spoilt ? own.with(own.length >> 1, special) : own, { shape, dtype: type, device }),
              ]),
            ),
            one.params,
            form,
          );
        const want = await run(loops, primitive.reference ? referenceOnly(primitive) : primitive);
        for (const [kind, device] of devices) {
          // the first input of a case as a captured plan as well
          for (const form of captured || kind === "loops" ? [undefined] : [undefined, "captured" as const]) {
            const got = await run(device, primitive, form);
            const what = `${name}, ${one.name}: ${special} in ${spoilt} on ${kind}, ${form ?? "eager"},`;
            for (const output of Object.keys(want)) {
              const reason = differences[`${name}: ${output}`] ?? differences[name];
              const allowed: readonly string[] = reason ? reasons[reason] : [];
              const told = (values: ArrayLike<number>): boolean => !Array.from(values).every(Number.isFinite);
              if (told(want[output]!) && !silent.has(`${name}: ${spoilt} → ${output}`))
                expect(told(got[output]!), `${what} must reach ${output}`).toBe(true);
              for (const [difference, at] of differencesOf(got[output]!, want[output]!))
                expect(allowed, `${what} gives ${difference} at ${at} of ${output}`).toContain(difference);
            }
          }
        }
        captured = true;
      }
    }
  });
});
