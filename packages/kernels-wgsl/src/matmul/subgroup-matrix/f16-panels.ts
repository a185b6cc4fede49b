// Rounds one operand of a product to f16 and lays it out in the panels that tiles with subgroup matrices read, whole
// and in order.
import { type Binding, defineKernel } from "../../kernel.ts";
import { linearMain } from "../../grid.ts";
import { batchBases, batchUniformTypes } from "../batch-axes.ts";
import { boundElement, decodersOf } from "../operand.ts";
import type { OperandConfig } from "../tile-config.ts";
import { loadVector } from "../tile-load.ts";
import { type PanelLayout, unitPlace } from "./layout.ts";

export const f16PanelThreads = 256;

export interface HalvesConfig extends OperandConfig {
  readonly operand: "a" | "b";
  readonly layout: PanelLayout;
  readonly depth: number;
  /** k is a multiple of `depth`: no guards at its end */
  readonly evenDepth: boolean;
}

type HalvesBinding = "a" | "b" | "scales" | "halves";

/**
 * halves[matrix][tile][round][row / 8][column][row % 8], the rows of all panels of a round one after another, a vec4u
 * of eight halves to a thread. `rounds` of a tile, `size` vec4u of a matrix; the matrices of a dispatch follow
 * `firstPanels` others. Lines past the edge repeat others, since their sums are never stored; depths past the end are
 * zero.
 */
export const matmulF16Panels = defineKernel({
  name: "matmul_f16_panels",
  uniforms: { m: "u32", n: "u32", k: "u32", rounds: "u32", size: "u32", firstPanels: "u32", ...batchUniformTypes },
  bindings: ({
    operand,
    typeA = "f32",
    typeB = "f32",
    vectorA,
    vectorB,
    groupSize,
  }: HalvesConfig): Partial<Record<HalvesBinding, Binding>> => ({
    ...(operand === "a"
      ? { a: `read ${boundElement(typeA, vectorA)}` as const }
      : { b: `read ${boundElement(typeB, vectorB)}` as const }),
    ...(operand === "b" && groupSize ? { scales: "read f32" as const } : {}),
    halves: "read_write vec4u",
  }),
  features: () => ["shader-f16"],
  wgsl: (config: HalvesConfig) => {
    const { operand, depth, layout, typeA = "f32", typeB = "f32", vectorA, vectorB } = config;
    const { lines, panelLines, alongDepth, size } = layout;
    const place = unitPlace(layout, "unit");
    const base = operand === "a" ? "baseA" : "baseB";
    const decoders = decodersOf([
      operand === "a" ? { type: typeA, vector: vectorA } : { type: typeB, vector: vectorB },
    ]);
    const [line, step] = alongDepth
      ? [`row`, `column * 8u`]
      : [`row / ${depth}u * ${panelLines}u + column * 8u`, `row % ${depth}u`];
    const second = alongDepth ? "line, k + 4u" : "line + 4u, k";
    return `${decoders}${loadVector(operand, config)}
${linearMain(
  f16PanelThreads,
  `
  if (index >= u.size) {
    return;
  }
  let matrix = u.firstMatrix + id.z;
${batchBases}
  let unit = index % ${size}u;
  let row = ${place.row};
  let column = ${place.column};
  let line = index / ${size}u / u.rounds * ${lines}u + ${line};
  let k = index / ${size}u % u.rounds * ${depth}u + ${step};
  let first = bitcast<vec2u>(vec4h(load_${operand}(${base}, line, k)));
  let second = bitcast<vec2u>(vec4h(load_${operand}(${base}, ${second})));
  halves[(u.firstPanels + matrix) * u.size + index] = vec4u(first, second);
`,
)}`;
  },
});
