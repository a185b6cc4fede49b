// Mixtures of experts.
import type { ExpertLinearSpec, ExpertOrderSpec, ExpertOuterSpec, ExpertRoutingSpec } from "@x/base";
import type { WasmProgram } from "../kernel.ts";
import { integersLinear } from "./integers.ts";
import { linear } from "./linear.ts";
import { outer } from "./outer.ts";
import { order, routing } from "./routing.ts";

/** Mixtures of experts: the choice, the places of each expert, products with the experts' matrices, and the gradient of these. */
export const expertsWasm: {
  readonly routing: (spec: ExpertRoutingSpec) => WasmProgram;
  readonly order: (spec: ExpertOrderSpec) => WasmProgram;
  /** undefined for integers whose groups are not whole blocks of words: multiples of 16 of int8, 32 of int4 */
  readonly linear: (spec: ExpertLinearSpec) => WasmProgram | undefined;
  readonly outer: (spec: ExpertOuterSpec) => WasmProgram;
} = {
  routing,
  order,
  linear(spec) {
    if (spec.type === "int8" || spec.type === "int4") return integersLinear(spec, spec.type === "int8" ? 8 : 4);
    return linear(spec, spec.type);
  },
  outer,
};
