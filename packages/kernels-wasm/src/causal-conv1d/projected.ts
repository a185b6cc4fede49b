// The convolution between in_proj and the scan: its columns are read where the projection left them, what stands beside
// them is copied.
import type { CausalConv1dSpec } from "@x/base";
import { type CopySpec, copyWasm } from "../copy/kernel.ts";
import type { WasmArgument, WasmCall, WasmProgram } from "../kernel.ts";
import { causalConv1dBackwardWasm } from "./backward.ts";
import { causalConv1dForwardWasm } from "./forward.ts";

/** Rows [front | the convolution's channels, Σ parts | rest]. */
export interface ProjectedConvSpec extends Omit<CausalConv1dSpec, "channels" | "pitch" | "start" | "parts"> {
  readonly front: number;
  readonly parts: readonly number[];
  readonly rest: number;
}

function convOf({ front, rest, ...spec }: ProjectedConvSpec): CausalConv1dSpec & { readonly pitch: number } {
  const channels = spec.parts.reduce((sum, width) => sum + width, 0);
  return { ...spec, channels, start: front, pitch: front + channels + rest };
}

/** The copies of `front` and `rest` out of the rows of `whole`, or into them. */
function besides(
  spec: ProjectedConvSpec,
  front: string,
  rest: string,
  whole: string,
  inwards: boolean,
): readonly WasmCall[] {
  const { batch, length } = spec;
  const { pitch } = convOf(spec);
  const one = (buffer: string, width: number, offset: number): CopySpec => {
    const dense = { buffer, strides: [width, 1], offset: 0 };
    const place = { buffer: whole, strides: [pitch, 1], offset };
    return { shape: [batch * length, width], from: inwards ? dense : place, to: inwards ? place : dense };
  };
  const copies = [one(front, spec.front, 0), one(rest, spec.rest, pitch - spec.rest)].filter(
    ({ shape }) => shape[1]! > 0,
  );
  return copyWasm.program(copies)!.calls;
}

function renamed(call: WasmCall, names: Readonly<Record<string, string>>): WasmCall {
  const rename = (argument: WasmArgument): WasmArgument =>
    typeof argument === "object" ? { ...argument, buffer: names[argument.buffer] ?? argument.buffer } : argument;
  return {
    ...call,
    args: Object.fromEntries(Object.entries(call.args).map(([name, argument]) => [name, rename(argument)])),
  };
}

function forward(spec: ProjectedConvSpec): WasmProgram {
  const { temps, calls } = causalConv1dForwardWasm.program(convOf(spec));
  return {
    temps,
    calls: [
      ...besides(spec, "front", "rest", "projected", false),
      ...calls.map((call) => renamed(call, { x: "projected" })),
    ],
  };
}

function backward(spec: ProjectedConvSpec): WasmProgram {
  const { temps, calls } = causalConv1dBackwardWasm.program(convOf(spec));
  return {
    temps,
    calls: [
      ...besides(spec, "gradFront", "gradRest", "gradProjected", true),
      ...calls.map((call) => renamed(call, { x: "projected", gradX: "gradProjected" })),
    ],
  };
}

/**
 * projected → front, y0, y1, … and rest (, finalState); and their gradients → gradProjected, gradWeight (, gradBias,
 * gradInitialState).
 */
export const projectedConvWasm: {
  readonly forward: (spec: ProjectedConvSpec) => WasmProgram;
  readonly backward: (spec: ProjectedConvSpec) => WasmProgram;
} = {
  forward,
  backward,
};
