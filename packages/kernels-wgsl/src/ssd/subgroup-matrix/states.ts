// The states that enter chunks, and the gradients of those that leave them, by workgroups that walk through time with a
// tile of the state in the sums of their subgroup matrices. The numbers in the text are the equations of README.md.
import { tokenUniforms } from "../../token-uniforms.ts";
import { defineKernel } from "../../kernel.ts";
import { range } from "../../range.ts";
import { matrixFeatures } from "../../matmul/subgroup-matrix/instructions.ts";
import { decayParts } from "../formulas.ts";
import { packedState } from "../state-passing.ts";
import { complete, sizeUniforms, when } from "../uniforms.ts";
import { eachFinished, finishedToSums, sumsToFinished } from "./finish.ts";
import { stateIndex, tokenVector } from "./operands.ts";
import { matrixRound } from "./rounds.ts";
import {
  emptyMatrixSums,
  type MatrixConfig,
  matrixDeclarations,
  matrixFunctions,
  matrixMain,
  type MatrixProduct,
  share,
} from "./tile.ts";

/** Whether the state starts from `firstState`, not from 0 and whether what is left in the end is wanted. */
export interface WalkFlags {
  readonly initial: boolean;
  readonly final: boolean;
}

/**
 * (4), (5) or, where `backward` is 1, (12), (13), in one: a workgroup for a tile of the state of a sequence and head
 * goes through its chunks, forward or backward. The tile is stored before a chunk's product is added to it, so that
 * nothing but what is wanted goes through memory, and the sum that is carried is never rounded. The matrices take one
 * number as the decay of a chunk: what its rounding leaves out goes into the decay of the next, so that the product of
 * any number of decays is off by one rounding, not by as many.
 */
export const stateWalk = defineKernel({
  name: "ssd_state_walk_matrix",
  uniforms: { ...sizeUniforms, backward: "u32", ...tokenUniforms("x", "B") },
  bindings: ({ halfStates, initial, final }: MatrixConfig & WalkFlags) => ({
    steps: "read vec4f",
    x: "read vec4f",
    B: "read vec4f",
    ...when(initial, { firstState: "read vec4f" }),
    states: halfStates ? "read_write vec2u" : "read_write vec4f",
    ...when(final, { lastState: "read_write vec4f" }),
  }),
  features: () => matrixFeatures,
  wgsl: (config) => {
    const { q, halfStates, initial, final } = config;
    const whole = { ...config, depth: q }; // a chunk at a time
    const outer: MatrixProduct = {
      name: "outer",
      left: { ...tokenVector(config, "x", "k", "h", "row", "weight[k]"), contiguous: "row" },
      right: { ...tokenVector(config, "B", "k", "g", "column"), contiguous: "column" },
    };
    const { declare, fetch, put, multiply } = matrixRound(whole, outer);
    const { down, across } = share(config);
    const scaled = range(down).flatMap((i) =>
      range(across).map((j) => `c${i}_${j} = subgroupMatrixScalarMultiply(c${i}_${j}, carried);`),
    );
    const ofSequence = `((place.batch * u.h + place.head) * u.p + row) * u.n + column`;
    const inside = config.whole ? "true" : "row < u.p && column < u.n";
    const stepAt = (i: string): string => `steps[(place.cell * u.h + place.head) * ${q}u + ${i}]`;
    return complete(`${decayParts}${matrixDeclarations(whole, [outer], "registers")}
${matrixFunctions(outer)}
fn weight_of(step: vec4f, last: vec4f) -> f32 {
  return decay_of_sum(select(last.yz - step.yz, step.yz, u.backward == 1u)) * select(step.x, 1.0, u.backward == 1u);
}
${matrixMain(
  config,
  `let columns = (u.n + ${q - 1}u) / ${q}u;
  let row0 = (group_id.x / columns) * ${q}u;
  let column0 = (group_id.x % columns) * ${q}u;
  let first_cell = group_id.z * u.c;
  var place = place_of(first_cell + select(0u, u.c - 1u, u.backward == 1u), group_id.y, group_id.y / (u.h / u.g));
  ${emptyMatrixSums(config)}
  ${
    initial
      ? `${eachFinished(config, (vector) => `${vector} = select(vec4f(), firstState[(${ofSequence}) / 4u], ${inside});`)}
  workgroupBarrier();
  ${finishedToSums(config)}`
      : ""
  }
  var last = ${stepAt(`${q - 1}u`)};
  var own = ${stepAt(`lid % ${q}u`)};
  var owed = 0.0;
  ${declare}
  ${fetch("0u")}
  if (lid < ${q}u) { weight[lid] = weight_of(own, last); }
  workgroupBarrier();
  for (var walked = 1u; walked <= u.c; walked++) {
    let here = place;
    let kept = decay_parts(last.y + last.z);
    let rest = fma(kept.x, owed, kept.y);
    let carried = kept.x + rest;
    owed = select(0.0, ((kept.x - carried) + rest) / carried, carried > 0.0);
    ${put("0u")}
    ${sumsToFinished(config)}
    workgroupBarrier();
    if (walked < u.c) {
      place = place_of(first_cell + select(walked, u.c - 1u - walked, u.backward == 1u), here.head, here.group);
      last = ${stepAt(`${q - 1}u`)};
      own = ${stepAt(`lid % ${q}u`)};
      ${fetch("0u")}
    }
    ${eachFinished(
      config,
      (vector) =>
        `if (${inside}) { states[${stateIndex("row", "column", "here")}] = ${halfStates ? packedState(vector) : vector}; }`,
    )}
    ${scaled.join("\n    ")}
    ${multiply}
    if (lid < ${q}u) { weight[lid] = weight_of(own, last); }
    workgroupBarrier();
  }
  ${
    final
      ? `${sumsToFinished(config)}
  workgroupBarrier();
  ${eachFinished(config, (vector) => `if (${inside}) { lastState[(${ofSequence}) / 4u] = ${vector}; }`)}`
      : ""
  }`,
)}`);
  },
});
