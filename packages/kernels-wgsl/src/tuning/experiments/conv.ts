// The causal convolution: time steps per thread, and how many of them it loads ahead; forward and backward.
import type { Caps } from "../../caps.ts";
import { causalConv1d } from "../../causal-conv1d/kernel.ts";
import { type Experiment, type Family, numbers, tunedWith } from "../experiment.ts";
import { classTable } from "../select.ts";
import type { ConvTuning } from "../table.ts";

type Way = "forward" | "backward";

interface Choice {
  readonly segment: number;
  readonly ahead: ConvTuning["forwardAhead"];
}

const shapes = {
  software: { batch: 1, length: 128, channels: 64, width: 4, bias: true },
  hardware: { batch: 4, length: 2048, channels: 1792, width: 4, bias: true },
};

const sectionOf = (way: Way, { segment, ahead }: Choice): Partial<ConvTuning> =>
  way === "forward"
    ? { forwardSegment: segment, forwardAhead: ahead }
    : { backwardSegment: segment, backwardAhead: ahead };

function experiment(way: Way, caps: Caps): Experiment<Choice> {
  const spec = shapes[caps.adapter === "software" ? "software" : "hardware"];
  const { batch, length, channels, width } = spec;
  const count = batch * length * channels;
  const table = classTable(caps).conv;
  const own = way === "forward" ? table.forwardSegment : table.backwardSegment;
  const segments = [...new Set([own, 8, 16, 32, 64, 128])].filter((segment) => segment <= length);
  const inputs = { x: numbers(count, 1), weight: numbers(channels * width, 2), bias: numbers(channels, 3) };
  return {
    landscape: way,
    name: `${way} of ${length} steps`,
    sizes: { length },
    axes: [
      { name: "segment", unit: "steps" },
      { name: "loaded ahead", unit: "steps" },
    ],
    work: { amount: (way === "forward" ? 8 : 12) * count, unit: "GB/s" },
    candidates: segments.flatMap((segment) => ([1, 2, 4, 8] as const).map((ahead) => ({ segment, ahead }))),
    inputs: way === "forward" ? inputs : { ...inputs, gradY: numbers(count, 4) },
    outputs: way === "forward" ? { y: count } : { gradX: count, gradWeight: channels * width, gradBias: channels },
    place: ({ segment, ahead }) => [segment, ahead],
    program: (choice, of) => causalConv1d[way](spec, tunedWith(of, choice && { conv: sectionOf(way, choice) })),
  };
}

export const convFamily: Family<"conv", Choice> = {
  experiments: (caps) => [experiment("forward", caps), experiment("backward", caps)],
  choose(raced) {
    const section: Partial<ConvTuning> = Object.assign(
      {},
      ...raced.map(({ experiment: { landscape }, chosen }) => sectionOf(landscape as Way, chosen)),
    );
    return raced.length > 0 ? section : undefined;
  },
};
