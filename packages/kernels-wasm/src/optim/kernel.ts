// Updates of parameters in place: AdamW and SGD. `hyper` holds the numbers of the step, so that a captured step sees new ones without a new plan.
import { defineWasmKernel, vectors, type WasmKernel, wasmCall, wasmProgram, type WasmProgram } from "../kernel.ts";

interface AdamwConfig {
  readonly decay: boolean;
  readonly scaled: boolean;
}

/** `sizes`: elements of param, and of param1 where two tensors are updated; `decay`: weight decay applies; `scaled`: a scalar gradScale multiplies the gradient. */
export interface AdamwWasmSpec extends AdamwConfig {
  readonly sizes: readonly number[];
}

const factor = (scaled: boolean, own: string): string => `vec4f(${own} ${scaled ? "* load(gradScale)" : ""})`;

const adamwKernel = defineWasmKernel({
  name: "adamw",
  params: { param: "ptr", grad: "ptr", m: "ptr", v: "ptr", hyper: "ptr", gradScale: "ptr", begin: "u32", end: "u32" },
  body: ({ decay, scaled }: AdamwConfig) => `
  // lr, beta1, beta2, eps, weightDecay, biasCorrection1, biasCorrection2, gradScale
  let beta1 = load_splat(hyper + 4);
  let beta2 = load_splat(hyper + 8);
  let rest1 = 1.0 - beta1;
  let rest2 = 1.0 - beta2;
  let eps = load_splat(hyper + 12);
  let kept = ${decay ? "1.0 - load_splat(hyper) * load_splat(hyper + 16)" : "vec4f(1.0)"};
  let rate = load_splat(hyper) / load_splat(hyper + 20);
  let root = 1.0 / sqrt(load_splat(hyper + 24));
  let scale = ${factor(scaled, "load(hyper + 28)")};
  for (var i = begin * 16; i < end * 16; i += 16) {
    let g = load4(grad + i) * scale;
    let mean = fma(beta1, load4(m + i), rest1 * g);
    let square = fma(beta2, load4(v + i), rest2 * g * g);
    store4(m + i, mean);
    store4(v + i, square);
    store4(param + i, load4(param + i) * kept - rate * mean / (sqrt(square) * root + eps));
  }`,
});

/** AdamW: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; param ← param·(1 − lr·λ) − lr/c₁ · m/(√(v/c₂) + ε). */
export const adamwWasm: { program(spec: AdamwWasmSpec): WasmProgram; readonly kernel: WasmKernel<string, AdamwConfig> } = {
  program: ({ sizes, decay, scaled }) => wasmProgram(sizes.map((size, i) => {
    const suffix = i === 0 ? "" : i;
    const args = { param: `param${suffix}`, grad: `grad${suffix}`, m: `m${suffix}`, v: `v${suffix}`, hyper: "hyper", gradScale: scaled ? "gradScale" : 0 };
    return wasmCall(adamwKernel, { decay, scaled }, args, vectors(size));
  })),
  kernel: adamwKernel,
};

interface SgdConfig extends AdamwConfig {
  readonly momentum: "none" | "classic" | "nesterov";
}

export interface SgdWasmSpec extends SgdConfig {
  /** elements of param, and of param1 where two tensors are updated */
  readonly sizes: readonly number[];
}

const sgdKernel = defineWasmKernel({
  name: "sgd",
  params: { param: "ptr", grad: "ptr", velocity: "ptr", hyper: "ptr", gradScale: "ptr", begin: "u32", end: "u32" },
  body: ({ decay, scaled, momentum }: SgdConfig) => `
  // lr, momentum, weightDecay, gradScale
  let lr = load_splat(hyper);
  let momentum = load_splat(hyper + 4);
  let scale = ${factor(scaled, "load(hyper + 12)")};
  for (var i = begin * 16; i < end * 16; i += 16) {
    let old = load4(param + i);
    let g = load4(grad + i) * scale ${decay ? "+ load_splat(hyper + 8) * old" : ""};
    ${momentum === "none" ? "let direction = g;" : `
    let speed = momentum * load4(velocity + i) + g;
    store4(velocity + i, speed);
    let direction = ${momentum === "nesterov" ? "g + momentum * speed" : "speed"};`}
    store4(param + i, old - lr * direction);
  }`,
});

/** Stochastic gradient descent, with momentum where the spec says so. */
export const sgdWasm: { program(spec: SgdWasmSpec): WasmProgram; readonly kernel: WasmKernel<string, SgdConfig> } = {
  program: ({ sizes, ...config }) => wasmProgram(sizes.map((size, i) => {
    const suffix = i === 0 ? "" : i;
    const args = {
      param: `param${suffix}`, grad: `grad${suffix}`, velocity: config.momentum === "none" ? 0 : `velocity${suffix}`, hyper: "hyper", gradScale: config.scaled ? "gradScale" : 0,
    };
    return wasmCall(sgdKernel, config, args, vectors(size));
  })),
  kernel: sgdKernel,
};
