// One token through the causal convolution: the state of each channel moves by one, its weighted sum is the output.
import { defineWasmKernel, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";

interface Config {
  readonly activation: "silu" | "none";
  readonly bias: boolean;
}

export interface ConvStepSpec extends Config {
  readonly batch: number;
  readonly channels: number;
  readonly width: number;
}

const convStepKernel = defineWasmKernel({
  name: "conv1d_silu_step",
  params: { x: "ptr", state: "ptr", weight: "ptr", bias: "ptr", y: "ptr", newState: "ptr", b: "u32", c: "u32", w: "u32" },
  body: ({ activation, bias }: Config) => `
  var from = state;
  var to = newState;
  var at = 0;
  for (var batch = 0; batch < b; batch += 1) {
    for (var channel = 0; channel < c; channel += 1) {
      let now = load(x + at);
      let taps = weight + channel * w * 4;
      let last = (w - 1) * 4;
      var sum = now * load(taps + last);
      for (var k = 0; k < last; k += 4) {
        let value = load(from + k + 4);
        store(to + k, value);
        sum = sum + value * load(taps + k);
      }
      store(to + last, now);
      ${bias ? "sum = sum + load(bias + channel * 4);" : ""}
      store(y + at, ${activation === "silu" ? "silu(sum)" : "sum"});
      from += w * 4;
      to += w * 4;
      at += 4;
    }
  }`,
});

function program({ batch, channels, width, activation, bias }: ConvStepSpec): WasmProgram {
  const call = wasmCall(convStepKernel, { activation, bias }, {
    x: "x", state: "state", weight: "weight", bias: bias ? "bias" : 0, y: "y", newState: "newState", b: batch, c: channels, w: width,
  });
  return { temps: {}, calls: [call] };
}

/** y [b, c] and newState [b, c, w] from x, state and weight. */
export const conv1dSiluStepWasm: { readonly program: (spec: ConvStepSpec) => WasmProgram; readonly kernel: WasmKernel<string, Config> } = {
  program, kernel: convStepKernel,
};
