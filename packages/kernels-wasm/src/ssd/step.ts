// One token of the scan, for decoding: every state is read and written once.
import type { SsdStepSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { f32, optional, ptr, u32 } from "../params.ts";
import { eachVector } from "../codegen.ts";
import { configOf, decayParts, decayRate, type SsdConfig, stepFunction } from "./spec.ts";

type Config = Pick<SsdConfig, "D" | "z" | "dtBias" | "dtSoftplus">;

const ssdStepKernel = defineWasmKernel({
  name: "ssd_step",
  params: {
    ...ptr("state", "x", "dt", "A", "B", "C", "D", "z", "dtBias", "y", "newState"),
    ...u32("begin", "end", "h", "p", "g", "n"),
    ...f32("low", "high"),
  },
  functions: (config: Config) => decayParts + stepFunction(config),
  body: ({ D, z, dtBias }) => `
  var from = state + begin * p * n * 4;
  var to = newState + begin * p * n * 4;
  var at = begin * p * 4;
  for (var slot = begin; slot < end; slot += 1) {
    let head = slot % h;
    let group = (slot / h * g + head / (h / g)) * n * 4;
    let chunksB = B + group;
    let chunksC = C + group;
    let size = stepSize(load(dt + slot * 4) ${dtBias ? "+ load(dtBias + head * 4)" : ""}, low, high);
    let logDecay = size * ${decayRate};
    let kept = vec4f(decay_kept(logDecay));
    let rest = vec4f(decay_rest(logDecay));
    for (var row = 0; row < p; row += 1) {
      let now = load(x + at);
      let input = vec4f(size * now);
      var sum = vec4f(0.0);
      ${eachVector(
        "n",
        ({ load, store, live }) => `
      let held = ${load("from")};
      let s = fma(held, kept, fma(held, rest, input * ${load("chunksB")}));
      ${store("to", "s")}
      sum = sum + ${live(`s * ${load("chunksC")}`)};`,
      )}
      let scanned = sum4(sum) ${D === "none" ? "" : `+ load(D + ${D === "head" ? "head" : "(head * p + row)"} * 4) * now`};
      store(y + at, ${z ? "scanned * silu(load(z + at))" : "scanned"});
      from += n * 4;
      to += n * 4;
      at += 4;
    }
  }`,
});

function program(spec: SsdStepSpec): WasmProgram {
  const { b, h, p, g, n, dtLimit: [low, high] = [0, Infinity] } = spec;
  const { D, z, dtBias, dtSoftplus } = configOf(spec);
  const call = wasmCall(
    ssdStepKernel,
    { D, z, dtBias, dtSoftplus },
    { ...optional({ D: D !== "none", z, dtBias }), h, p, g, n, low, high },
    { count: b * h },
  );
  return wasmProgram([call]);
}

/**
 * One token of {@link ssdForwardWasm}: buffers state, x, dt, A, B, C, y, newState and, as the spec says, D, z, dtBias.
 */
export const ssdStepWasm: {
  readonly program: (spec: SsdStepSpec) => WasmProgram;
} = { program };
