// The convolution between in_proj and the scan: it reads its columns where the projection left them, and one dispatch
// more copies the columns around them.
import type { CausalConv1dSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { copy } from "../copy/kernel.ts";
import type { Program } from "../kernel.ts";
import { joinPrograms } from "../join-programs.ts";
import { causalConv1d } from "./kernel.ts";

/** Rows [front | the convolution's channels, Σ parts | rest]. */
export interface ProjectedConvSpec extends Omit<CausalConv1dSpec, "channels" | "pitch" | "start" | "parts"> {
  readonly front: number;
  readonly parts: readonly number[];
  readonly rest: number;
}

function convOf({ front, rest, ...spec }: ProjectedConvSpec): CausalConv1dSpec {
  const channels = spec.parts.reduce((sum, width) => sum + width, 0);
  return { ...spec, channels, start: front, pitch: front + channels + rest };
}

/**
 * `projected` [batch, length, front + Σ parts + rest], weight (, bias, initialState, seqIdx) → `front` and `rest` as
 * they were, the convolution split into `y0`, `y1`, … (, finalState).
 */
function forward(spec: ProjectedConvSpec, caps: Caps = baseCaps): Program {
  const { batch, length, front, rest } = spec;
  const conv = convOf(spec);
  const beside = [
    { name: "front", width: front },
    { name: "rest", width: rest },
  ].filter(({ width }) => width > 0);
  const columns = beside.map(({ width }) => width);
  const copies =
    beside.length === 0
      ? undefined
      : copy.split({ rows: batch * length, columns, gap: { before: front > 0 ? 1 : 0, words: conv.channels } }, caps);
  return joinPrograms([
    ...(copies
      ? [
          {
            program: copies,
            names: { x: "projected", ...Object.fromEntries(beside.map(({ name }, i) => [`y${i}`, name])) },
          },
        ]
      : []),
    { program: causalConv1d.forward(conv, caps), names: { x: "projected" } },
  ]);
}

/**
 * Gradients of {@link forward}: `gradFront`, `gradRest` and `gradY0`, … (, `gradFinalState`) → `gradProjected`,
 * gradWeight (, gradBias, gradInitialState).
 */
function backward(spec: ProjectedConvSpec, caps: Caps = baseCaps): Program {
  const { batch, length, front, rest } = spec;
  const conv = convOf(spec);
  const put = (x: string, columns: number, offset: number): { program: Program; names: Record<string, string> } => ({
    program: copy.block({ rows: batch * length, columns, pitch: conv.pitch!, offset }, caps),
    names: { x, y: "gradProjected" },
  });
  return joinPrograms([
    put("gradFront", front, 0),
    put("gradRest", rest, front + conv.channels),
    { program: causalConv1d.backward(conv, caps), names: { x: "projected", gradX: "gradProjected" } },
  ]);
}

/** {@link causalConv1d} of columns of a projection, one result per part. */
export const projectedConv: {
  readonly forward: (spec: ProjectedConvSpec, caps?: Caps) => Program;
  readonly backward: (spec: ProjectedConvSpec, caps?: Caps) => Program;
  readonly backwardBindings: (spec: ProjectedConvSpec) => number;
} = { forward, backward, backwardBindings: (spec) => causalConv1d.backwardBindings(convOf(spec)) };
