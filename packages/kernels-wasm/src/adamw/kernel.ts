// AdamW updates of parameters in place. `hyper` holds the numbers of the step, so that a captured step sees new ones
// without a new plan.
import type { AdamwSpec } from "@x/base";
import { defineWasmKernel, vectors, wasmCall, wasmProgram, type WasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";

/** Config of an optimizer kernel. */
export interface Scaled {
  /** a scalar gradScale multiplies the gradient */
  readonly scaled: boolean;
}

/** The factor of the gradient: `own` (a scalar of `hyper`), times `gradScale` where one is given. */
export const factor = (scaled: boolean, own: string): string => `vec4f(${own} ${scaled ? "* load(gradScale)" : ""})`;

/** A loop over the vectors that decay, then one over those that do not. */
export const decayingThenNot = (body: (decays: boolean) => string): string => `
  for (var i = begin * 16; i < min(end, decayed) * 16; i += 16) {${body(true)}
  }
  for (var i = max(begin, decayed) * 16; i < end * 16; i += 16) {${body(false)}
  }`;

/** The numbers of an AdamW update, from `hyper`. */
export const numbersOfStep = (scaled: boolean): string => `
  // lr, beta1, beta2, eps, weightDecay, biasCorrection1, biasCorrection2, gradScale
  let beta1 = load_splat(hyper + 4);
  let beta2 = load_splat(hyper + 8);
  let rest1 = 1.0 - beta1;
  let rest2 = 1.0 - beta2;
  let eps = load_splat(hyper + 12);
  let shrink = 1.0 - load_splat(hyper) * load_splat(hyper + 16);
  let rate = load_splat(hyper) / load_splat(hyper + 20);
  let root = 1.0 / sqrt(load_splat(hyper + 24));
  let scale = ${factor(scaled, "load(hyper + 28)")};
  let zero = vec4f(0.0);`;

const adamwKernel = defineWasmKernel({
  name: "adamw",
  params: {
    ...ptr("param", "grad", "m", "v", "hyper", "gradScale"),
    ...u32("decayed", "begin", "end"),
  },
  body: ({ scaled }: Scaled) => `
  ${numbersOfStep(scaled)}
  ${decayingThenNot(
    (decays) => `
    let g = load4(grad + i) * scale;
    let mean = fma(beta1, load4(m + i), rest1 * g);
    let square = fma(beta2, load4(v + i), rest2 * g * g);
    store4(m + i, mean);
    store4(v + i, square);
    let below = sqrt(square) * root + eps;
    // with eps 0 and no gradient ever: 0 / 0
    store4(param + i, load4(param + i) ${decays ? "* shrink" : ""} - unless(rate * mean / below, below == zero));`,
  )}`,
});

/** AdamW: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; param ← param·(1 − lr·λ) − lr/c₁ · m/(√(v/c₂) + ε). */
export const adamwWasm: { program(spec: AdamwSpec): WasmProgram } = {
  program: ({ size, decayEnd, scaled }) =>
    wasmProgram([
      wasmCall(
        adamwKernel,
        { scaled },
        { ...optional({ gradScale: scaled }), decayed: Math.ceil(decayEnd / 4) },
        vectors(size),
      ),
    ]),
};
