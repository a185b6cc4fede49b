// Shared by both directions of the convolution: configuration, uniforms, where a thread finds its numbers, and the
// walk's text.
import { componentwise } from "../componentwise.ts";

export const convThreads = 64;

/** Tensors that one dispatch splits its channels into, at most; two ends tell three apart. */
export const mostParts = 3;

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
  /** tensors that the channels are split into, 1 … {@link mostParts} */
  readonly parts: number;
  /** time steps that are loaded before the first of them is computed */
  readonly ahead: number;
}

/**
 * All but `length` and `segment` (time steps per thread) count bound elements, vectors of four where there are such.
 * The dispatch computes `channels` of the `total` channels, from `first` on. A row of x is `pitch` long; there, this
 * dispatch's channels begin at column `start`. `end0` and `end1` are the ends of its parts.
 */
export const convUniforms = {
  length: "u32",
  segment: "u32",
  channels: "u32",
  first: "u32",
  total: "u32",
  pitch: "u32",
  start: "u32",
  end0: "u32",
  end1: "u32",
} as const;

export type PartBinding<Name extends string> = `${Name}${0 | 1 | 2}`;

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function convType(vector: boolean): "vec4f" | "f32" {
  return vector ? "vec4f" : "f32";
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

/** Index of time `t` (of row b) of this thread's channel in x. */
export const timeIndex = (t: string): string => `(b * u.length + ${t}) * u.pitch + column`;

/** Index of time `t` in the thread's part of the output. */
export const partIndex = (t: string): string => `(b * u.length + ${t}) * part_pitch + part_column`;

/** Index of this thread's first channel, and slot `slot`, in a state [b, c, w − 1]; channels are `width − 1` apart. */
export const stateIndex = ({ width, vector }: ConvConfig, slot: string): string =>
  `(b * u.total + channel) * ${(vector ? 4 : 1) * (width - 1)}u + ${slot}`;

/** WGSL `if … else if … else` over the parts: what to do with each, by the thread's `place`. */
export function byPart({ parts }: Pick<ConvConfig, "parts">, indent: string, each: (part: number) => string): string {
  if (parts === 1) return `${indent}${each(0)}\n`;
  const branches = range(parts).map(
    (i) => `${i === parts - 1 ? "" : `if (place < u.end${i}) `}{\n${indent}  ${each(i)}\n${indent}}`,
  );
  return `${indent}${branches.join(" else ")}\n`;
}

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
   * the loop from `first` to `end` (an expression): `load(k)` declares what step k of a turn reads, at time `now{k}`;
   * `step(k)` computes it
   */
  loop(end: string, load: (k: number) => string, step: (k: number) => string): string;
}

export function convWalk(config: ConvConfig): ConvWalk {
  const { width, vector, bias, seqIdx, parts, activation, ahead } = config;
  const type = convType(vector);
  const history = width - 1;
  const who = `  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
${range(parts)
  .map((i) => (i === 0 ? "" : `  let part${i} = place >= u.end${i - 1};\n`))
  .join("")}${partPlace(parts)}  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
`;
  const weights = range(width).map(
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
    `    x${i} = x[${timeIndex(`first + ${i}u - ${history}u`)}];`,
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
  const turn = (end: string, load: (k: number) => string, step: (k: number) => string): string => {
    const times = range(ahead)
      .map((k) => `    let now${k} = t${k === 0 ? "" : ` + ${k}u`};\n`)
      .join("");
    const steps = range(ahead)
      .map((k) => (k === 0 ? `    {\n${step(k)}    }\n` : `    if (now${k} < ${end}) {\n${step(k)}    }\n`))
      .join("");
    return `  for (var t = first; t < ${end}; t += ${ahead}u) {\n${times}${range(ahead).map(load).join("")}${steps}  }\n`;
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

/** WGSL: the pitch of the thread's part and its column there. */
function partPlace(parts: number): string {
  if (parts === 1) return "  let part_pitch = u.channels;\n  let part_column = place;\n";
  const ends = ["u.end0", "u.end1"].slice(0, parts - 1);
  const starts = ["0u", ...ends];
  const choose = (values: readonly string[]): string =>
    values.slice(1).reduce((text, value, i) => `select(${text}, ${value}, part${i + 1})`, values[0]!);
  return `  let part_start = ${choose(starts)};\n  let part_pitch = ${choose([...ends, "u.channels"])} - part_start;\n  let part_column = place - part_start;\n`;
}
