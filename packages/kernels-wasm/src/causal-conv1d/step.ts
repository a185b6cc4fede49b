// One token through the causal convolution: the state of each channel moves by one, its weighted sum is the output.
import type { CausalConv1dStepSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";

interface Config {
  readonly activation: "silu" | "none";
  readonly bias: boolean;
}

const convStepKernel = defineWasmKernel({
  name: "causal_conv1d_step",
  params: {
    ...ptr("x", "state", "weight", "bias", "y", "newState"),
    ...u32("b", "c", "w", "s"),
  },
  body: ({ activation, bias }: Config) => `
  var from = state;
  var to = newState;
  var at = 0;
  for (var batch = 0; batch < b; batch += 1) {
    for (var channel = 0; channel < c; channel += 1) {
      let now = load(x + at);
      let taps = weight + channel * w * 4;
      let length = s * 4;
      let lead = length + 4 - w * 4;
      var sum = now * load(taps + (w - 1) * 4);
      if (lead == 0 && length > 0) {
        sum = sum + load(from) * load(taps);
      }
      for (var k = 4; k < min(lead, length); k += 4) {
        store(to + k - 4, load(from + k));
      }
      for (var k = max(lead, 4); k < length; k += 4) {
        let value = load(from + k);
        store(to + k - 4, value);
        sum = sum + value * load(taps + k - lead);
      }
      if (length > 0) {
        store(to + length - 4, now);
      }
      ${bias ? "sum = sum + load(bias + channel * 4);" : ""}
      store(y + at, ${activation === "silu" ? "silu(sum)" : "sum"});
      from += length;
      to += length;
      at += 4;
    }
  }`,
});

function program({
  batch,
  channels,
  width,
  activation = "silu",
  bias = false,
  stateLength = width,
}: CausalConv1dStepSpec): WasmProgram {
  const call = wasmCall(
    convStepKernel,
    { activation, bias },
    { ...optional({ bias }), b: batch, c: channels, w: width, s: stateLength },
  );
  return wasmProgram([call]);
}

/** y [b, c] and newState [b, c, s] from x, state and weight. */
export const causalConv1dStepWasm: {
  readonly program: (spec: CausalConv1dStepSpec) => WasmProgram;
} = {
  program,
};
