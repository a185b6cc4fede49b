// The scan: chunk lengths over sequences of several lengths; of its gradient also the workgroups that sums over heads are spread over.
import type { SsdSpec } from "@x/base";
import type { Caps } from "../../caps.ts";
import { ssdBackward } from "../../ssd/backward.ts";
import { ssd } from "../../ssd/kernel.ts";
import { bestOverall, type Experiment, type Family, numbers, tunedWith, winner } from "../experiment.ts";
import { classTable } from "../select.ts";
import type { SsdTuning } from "../table.ts";

type Choice = Pick<SsdTuning, "chunkLength"> & Partial<Pick<SsdTuning, "targetWorkgroups">>;

const scans = {
  software: [{ b: 1, l: 128, h: 4, p: 64, g: 1, n: 64 }],
  hardware: [512, 2048, 4096].map((l) => ({ b: 1, l, h: 24, p: 64, g: 1, n: 128 })),
} as const satisfies Record<string, readonly SsdSpec[]>;

const chunkLengths = [32, 64] as const;

function inputsOf({ b, l, h, p, g, n }: SsdSpec): Experiment<Choice>["inputs"] {
  return {
    x: numbers(b * l * h * p, 1),
    dt: numbers(b * l * h, 2, 0, 0.1),
    A: numbers(h, 3, -2, -0.1),
    B: numbers(b * l * g * n, 4),
    C: numbers(b * l * g * n, 5),
  };
}

const common = ({ b, l }: SsdSpec): Pick<Experiment<Choice>, "sizes" | "work"> => ({
  sizes: { l },
  work: { amount: 1e3 * b * l, unit: "million tokens/s" },
});

function forward(shape: SsdSpec): Experiment<Choice> {
  const { b, l, h, p, n } = shape;
  return {
    ...common(shape),
    landscape: "forward",
    name: `forward of ${l} tokens`,
    axes: [
      { name: "sequence", unit: "tokens" },
      { name: "chunk", unit: "tokens" },
    ],
    candidates: chunkLengths.map((chunkLength) => ({ chunkLength })),
    inputs: inputsOf(shape),
    outputs: { y: b * l * h * p, finalState: b * h * p * n },
    place: ({ chunkLength }) => [l, chunkLength],
    program: (choice, of) => ssd.program(shape, tunedWith(of, choice && { ssd: choice })),
  };
}

function gradient(shape: SsdSpec, caps: Caps): Experiment<Choice> {
  const { b, l, h, p, g, n } = shape;
  const { targetWorkgroups: own } = classTable(caps).ssd;
  const targets = [...new Set([own, 64, 256, 1024])];
  const sizes = { gradX: b * l * h * p, gradDt: b * l * h, gradA: h, gradB: b * l * g * n, gradC: b * l * g * n };
  return {
    ...common(shape),
    landscape: "gradient",
    name: `gradient of ${l} tokens`,
    axes: [
      { name: "workgroups", unit: "at least" },
      { name: "chunk", unit: "tokens" },
    ],
    candidates: targets.flatMap((targetWorkgroups) =>
      chunkLengths.map((chunkLength) => ({ chunkLength, targetWorkgroups })),
    ),
    inputs: { ...inputsOf(shape), gradY: numbers(b * l * h * p, 6) },
    outputs: sizes,
    place: ({ chunkLength, targetWorkgroups }) => [targetWorkgroups!, chunkLength],
    program: (choice, of) => ssdBackward.program(shape, tunedWith(of, choice && { ssd: choice })),
  };
}

export const ssdFamily: Family<"ssd", Choice> = {
  experiments(caps) {
    const shapes = scans[caps.adapter === "software" ? "software" : "hardware"];
    return [...shapes.map(forward), gradient(shapes[Math.min(1, shapes.length - 1)]!, caps)];
  },
  choose(raced) {
    const chunkLength = bestOverall(raced, (choice) => choice.chunkLength);
    if (chunkLength === undefined) return undefined;
    const backward = raced.find(({ experiment }) => experiment.landscape === "gradient");
    const { targetWorkgroups } =
      winner(backward?.tried.filter(({ candidate }) => candidate.chunkLength === chunkLength) ?? []) ?? {};
    return { chunkLength, ...(targetWorkgroups !== undefined && { targetWorkgroups }) };
  },
};
