// Shared by both directions of the convolution: configuration, uniforms, where a thread finds its numbers, and the
// walk's text.
import { type TokenUniform, tokenUniforms } from "../token-uniforms.ts";
import { componentwise } from "../componentwise.ts";
import { range } from "../range.ts";

export const convThreads = 64;

/** What is baked into the text of a convolution. */
export interface ConvConfig {
  /** taps; the last one is the current token */
  readonly width: number;
  /** channels and their offsets are multiples of 4: threads own four of them */
  readonly vector: boolean;
  readonly activation: "silu" | "none";
  readonly bias: boolean;
  readonly initialState: boolean;
  readonly finalState: boolean;
  readonly seqIdx: boolean;
  /** time steps that are loaded before the first of them is computed */
  readonly ahead: number;
}

export type ConvUniform<T extends string> = "length" | "segment" | "channels" | TokenUniform<T>;

/** Uniforms of a walk over the tensors `tensors`. `channels` counts bound elements, vectors of four where there are such; `segment` time steps per thread. */
export function convUniforms<const T extends string>(...tensors: readonly T[]): Record<ConvUniform<T>, "u32"> {
  const sizes: Record<"length" | "segment" | "channels", "u32"> = { length: "u32", segment: "u32", channels: "u32" };
  return { ...sizes, ...tokenUniforms(...tensors) } as Record<ConvUniform<T>, "u32">;
}

export function convType(vector: boolean): "vec4f" | "f32" {
  return vector ? "vec4f" : "f32";
}

/** The taps of a channel are one vec4: each of a thread's four channels reads its own at once. */
const tapsInFours = ({ vector, width }: ConvConfig): boolean => vector && width === 4;

/** What the weights are bound as. */
export function weightBinding(config: ConvConfig): "read vec4f" | "read f32" {
  return tapsInFours(config) ? "read vec4f" : "read f32";
}

/** WGSL to read and write elements `stride` apart in an f32 array as one bound element. */
export function stridedRead(name: string, vector: boolean, at: string, stride: string): string {
  return vector
    ? `vec4f(${range(4)
        .map((i) => `${name}[${at} + ${i}u * ${stride}]`)
        .join(", ")})`
    : `${name}[${at}]`;
}

export function stridedWrite(
  name: string,
  vector: boolean,
  at: string,
  stride: string,
  value: string,
  indent: string,
): string {
  const lanes = ["x", "y", "z", "w"];
  if (!vector) return `${indent}${name}[${at}] = ${value};`;
  return range(4)
    .map((i) => `${indent}${name}[${at} + ${i}u * ${stride}] = ${value}.${lanes[i]};`)
    .join("\n");
}

/** Index of the thread's channel at time `t` in a tensor of tokens. */
export const timeIndex = (tensor: string, t: string): string => `${tensor}_start + (${t}) * u.${tensor}_token`;

/** Index of this thread's first channel, and slot `slot`, in a state [b, c, w − 1]; channels are `width − 1` apart. */
export const stateIndex = ({ width, vector }: ConvConfig, slot: string): string =>
  `(b * u.channels + channel) * ${(vector ? 4 : 1) * (width - 1)}u + ${slot}`;

/**
 * WGSL `before(b, channel, slot)`: the value of slot 0 … w − 2 of the window in front of the row: the initial state,
 * oldest first, or nothing.
 */
function beforeFunction(config: ConvConfig): string {
  const type = convType(config.vector);
  const value = config.initialState
    ? stridedRead("initialState", config.vector, "at", `${config.width - 1}u`)
    : `${type}()`;
  const at = config.initialState ? `  let at = ${stateIndex(config, "slot")};\n` : "";
  return `fn before(b: u32, channel: u32, slot: u32) -> ${type} {\n${at}  return ${value};\n}\n`;
}

/** Pieces of text that both directions are made of; what precedes the row is document 0. */
export interface ConvWalk {
  readonly functions: string;
  /** who the thread is, the weights, the bias, and the window at the start of its segment */
  readonly start: string;
  /** the weighted sum of the window */
  readonly sum: string;
  /** the sum, activated */
  readonly activated: string;
  readonly shift: string;
  /**
   * WGSL lines, with `seqIdx`: the walk goes on to a token of the document numbered `next`; declares what that document
   * is called here, −1 for padding
   */
  arrive(next: string): string;
  /**
   * the loop from `first` to `end` (an expression), which reads the tensors `inputs`: step k of a turn finds what it
   * reads as `{tensor}_now{k}`, the number of its document as `document_now{k}`, its time as `now{k}`; `step(k)`
   * computes it
   */
  loop(end: string, inputs: readonly string[], step: (k: number) => string): string;
}

/** @param tensors of tokens that the kernel binds */
export function convWalk(config: ConvConfig, tensors: readonly string[]): ConvWalk {
  const { width, vector, bias, seqIdx, activation, ahead } = config;
  const type = convType(vector);
  const history = width - 1;
  const starts = tensors.map(
    (name) => `  let ${name}_start = u.${name}_offset${vector ? " / 4u" : ""} + b * u.${name}_batch + channel;\n`,
  );
  const who = `  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
${starts.join("")}  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
`;
  const weights = tapsInFours(config)
    ? [
        ...range(4).map((i) => `  let taps${i} = weight[channel * 4u + ${i}u];`),
        ...range(4).map((k) => `  let weight${k} = vec4f(taps0[${k}], taps1[${k}], taps2[${k}], taps3[${k}]);`),
      ]
    : range(width).map(
        (k) =>
          `  let weight${k} = ${stridedRead("weight", vector, `channel * ${(vector ? 4 : 1) * width}u + ${k}u`, `${width}u`)};`,
      );
  // Documents are told apart by how often the number has changed since the window began: numbers may repeat.
  const documents = seqIdx ? "  var number = 0;\n  var changes = 0;\n" : "";
  const window = range(history).flatMap((i) => [
    `  var x${i} = ${type}();`,
    ...(seqIdx ? [`  var document${i} = 0;`] : []),
    `  if (first + ${i}u < ${history}u) {`,
    `    x${i} = before(b, channel, first + ${i}u);`,
    `  } else {`,
    `    x${i} = x[${timeIndex("x", `first + ${i}u - ${history}u`)}];`,
    ...(seqIdx
      ? [
          `    let number${i} = seqIdx[b * u.length + first + ${i}u - ${history}u];`,
          ...enter(`number${i}`, `document${i}`).map((line) => `    ${line}`),
        ]
      : []),
    `  }`,
  ]);
  const tap = (k: number): string => {
    const product = `weight${k} * x${k}`;
    return seqIdx && k < history ? `select(${type}(), ${product}, document${k} == document${history})` : product;
  };
  const shift = range(history).flatMap((i) => [
    `x${i} = x${i + 1};`,
    ...(seqIdx ? [`document${i} = document${i + 1};`] : []),
  ]);
  // What a turn reads is asked for before the turn before it computes: threads in step would all wait, then all compute.
  const turn = (end: string, inputs: readonly string[], step: (k: number) => string): string => {
    const reads = [
      ...inputs.map((name) => ({ name, of: type, at: (time: string) => `${name}[${timeIndex(name, time)}]` })),
      ...(seqIdx ? [{ name: "document", of: "i32", at: (time: string) => `seqIdx[b * u.length + ${time}]` }] : []),
    ];
    const each = (text: (read: (typeof reads)[number], k: number) => string): string =>
      range(ahead)
        .flatMap((k) => reads.map((read) => text(read, k)))
        .join("");
    const fetch = (indent: string, from: string): string =>
      each(({ name, at }, k) => `${indent}${name}_after${k} = ${at(`min(${from} + ${k}u, u.length - 1u)`)};\n`);
    const times = range(ahead).map((k) => `    let now${k} = t + ${k}u;\n`);
    const steps = range(ahead).map((k) => `    if (now${k} < ${end}) {\n${step(k)}    }\n`);
    return `${each(({ name, of }, k) => `  var ${name}_after${k} = ${of}();\n`)}${fetch("  ", "first")}  for (var t = first; t < ${end}; t += ${ahead}u) {
${times.join("")}${each(({ name }, k) => `    let ${name}_now${k} = ${name}_after${k};\n`)}    if (t + ${ahead}u < ${end}) {
${fetch("      ", `t + ${ahead}u`)}    }
${steps.join("")}  }
`;
  };
  return {
    functions: beforeFunction(config),
    start: `${who}${documents}${weights.join("\n")}\n${bias ? "  let offset = bias[channel];\n" : ""}${window.join("\n")}\n`,
    sum: `${bias ? "offset + " : ""}${range(width).map(tap).join(" + ")}`,
    activated: activation === "silu" ? componentwise("silu", type, "sum") : "sum",
    shift: shift.map((line) => `      ${line}\n`).join(""),
    arrive: (next) =>
      enter(next, `let document${history}`)
        .map((line) => `      ${line}\n`)
        .join(""),
    loop: turn,
  };
}

/**
 * WGSL: the walk goes on to a token of document `next`: `document` becomes the count of changes up to it, −1 for
 * padding.
 */
function enter(next: string, document: string): string[] {
  return [
    `changes += select(0, 1, ${next} != number);`,
    `number = ${next};`,
    `${document} = select(changes, -1, number < 0);`,
  ];
}
