// SGD updates of parameters in place. `hyper` holds the numbers of the step, so that a captured step sees new ones
// without a new plan.
import type { SgdSpec } from "@x/base";
import { decayingThenNot, factor, type Scaled } from "../adamw/kernel.ts";
import { defineWasmKernel, vectors, wasmCall, wasmProgram, type WasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";

interface SgdConfig extends Scaled {
  readonly momentum: "none" | "classic" | "nesterov";
}

const sgdKernel = defineWasmKernel({
  name: "sgd",
  params: {
    ...ptr("param", "grad", "velocity", "hyper", "gradScale"),
    ...u32("decayed", "begin", "end"),
  },
  body: ({ scaled, momentum }: SgdConfig) => `
  // lr, momentum, weightDecay, gradScale, and the gradient's share in the velocity
  let lr = load_splat(hyper);
  let momentum = load_splat(hyper + 4);
  let decay = load_splat(hyper + 8);
  let scale = ${factor(scaled, "load(hyper + 12)")};
  ${momentum === "none" ? "" : "let share = load_splat(hyper + 16);"}
  ${decayingThenNot(
    (decays) => `
    let old = load4(param + i);
    let g = load4(grad + i) * scale ${decays ? "+ decay * old" : ""};
    ${
      momentum === "none"
        ? "let direction = g;"
        : `
    let speed = momentum * load4(velocity + i) + share * g;
    store4(velocity + i, speed);
    let direction = ${momentum === "nesterov" ? "g + momentum * speed" : "speed"};`
    }
    store4(param + i, old - lr * direction);`,
  )}`,
});

/** Stochastic gradient descent, with momentum where the spec says so. */
export const sgdWasm: { program(spec: SgdSpec): WasmProgram } = {
  program: ({ size, decayEnd, ...config }) =>
    wasmProgram([
      wasmCall(
        sgdKernel,
        config,
        {
          ...optional({ velocity: config.momentum !== "none", gradScale: config.scaled }),
          decayed: Math.ceil(decayEnd / 4),
        },
        vectors(size),
      ),
    ]),
};
