// Mixtures of experts.
import type { ExpertLinearSpec, ExpertOrderSpec, ExpertOuterSpec, ExpertRoutingSpec } from "@x/base";
import type { WasmProgram } from "../kernel.ts";
import { linear } from "./linear.ts";
import { outer } from "./outer.ts";
import { order, routing } from "./routing.ts";

/** Mixtures of experts: the choice, the places of each expert, products with the experts' matrices, and the gradient of these. */
export const expertsWasm: {
  readonly routing: (spec: ExpertRoutingSpec) => WasmProgram;
  readonly order: (spec: ExpertOrderSpec) => WasmProgram;
  readonly linear: (spec: ExpertLinearSpec) => WasmProgram;
  readonly outer: (spec: ExpertOuterSpec) => WasmProgram;
} = { routing, order, linear, outer };
