// Rotary position embedding: a thread turns one pair of a few heads of a token.
import { type RotarySpec, tokenStrides } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { specialFunctions } from "../elementwise/float-bits.ts";
import { functionText } from "../elementwise/function-tables.ts";
import { trigonometricFunctions } from "../elementwise/trigonometry.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { tokenUniforms, u32 } from "../token-uniforms.ts";

type Config = Pick<RotarySpec, "size" | "theta" | "interleaved" | "inverse" | "positions" | "headDim">;
/** A number as WGSL spells f32. */
const literal = (value: number): string => {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
};

/** Elements beside the pairs of a head. */
const rest = ({ size, headDim }: Config): number => headDim - size;

const rotaryKernel = defineKernel({
  name: "rotary",
  uniforms: { ...u32("count", "l", "heads", "headsPerThread"), ...tokenUniforms("x", "y") },
  bindings: ({ positions }: Config) => ({
    x: "read f32",
    ...(positions === "none" ? {} : ({ positions: "read i32" } as const)),
    y: "read_write f32",
  }),
  wgsl(config) {
    const { size, theta, interleaved, inverse, positions, headDim } = config;
    const half = size / 2;
    const table = Array.from({ length: half }, (_, i) => literal(theta ** ((-2 * i) / size)));
    const position = {
      none: "i32(token)",
      row: "positions[batch] + i32(token)",
      token: "positions[batch * u.l + token]",
    }[positions];
    const lanes = Math.max(half, rest(config));
    return `${functionText([specialFunctions, trigonometricFunctions], "sin_near( cos_near(")}
// Frequencies of the pairs.
const frequencies = array<f32, ${half}>(${table.join(", ")});

${linearMain(
  64,
  `  if (index >= u.count) {
    return;
  }
  let pair = index % ${lanes}u;
  let parts = (u.heads + u.headsPerThread - 1u) / u.headsPerThread;
  let first_head = index / ${lanes}u % parts * u.headsPerThread;
  let token = index / ${lanes}u / parts % u.l;
  let batch = index / ${lanes}u / parts / u.l;
  let last_head = min(first_head + u.headsPerThread, u.heads);
  let source = u.x_offset + batch * u.x_batch + token * u.x_token;
  let into = u.y_offset + batch * u.y_batch + token * u.y_token;
  if (pair < ${half}u) {
    var table = frequencies;
    let angle = f32(${position}) * table[pair];
    let c = cos_near(angle);
    let s = ${inverse ? "-" : ""}sin_near(angle);
    let one = ${interleaved ? "2u * pair" : "pair"};
    let other = one + ${interleaved ? 1 : half}u;
    for (var head = first_head; head < last_head; head += 1u) {
      let first = x[source + head * ${headDim}u + one];
      let second = x[source + head * ${headDim}u + other];
      y[into + head * ${headDim}u + one] = first * c - second * s;
      y[into + head * ${headDim}u + other] = second * c + first * s;
    }
  }
${
  rest(config) === 0
    ? ""
    : `  if (pair < ${rest(config)}u) {
    for (var head = first_head; head < last_head; head += 1u) {
      y[into + head * ${headDim}u + ${size}u + pair] = x[source + head * ${headDim}u + ${size}u + pair];
    }
  }
`
}`,
)}`;
  },
});

/** Threads that keep a device busy: where there are more, each turns its pair in several heads and computes its angle once. */
const enoughThreads = 2 ** 16;

function program(spec: RotarySpec, caps: Caps = baseCaps): Program {
  const { b, l, heads, headDim, size, theta, interleaved, inverse, positions, strides } = spec;
  const config: Config = { size, theta, interleaved, inverse, positions, headDim };
  const lanes = Math.max(size / 2, rest(config));
  const headsPerThread = Math.min(heads, Math.max(1, Math.floor((b * l * heads * lanes) / enoughThreads)));
  const count = b * l * Math.ceil(heads / headsPerThread) * lanes;
  if (b * l * heads === 0) return programOf([]);
  const [x, y] = (["x", "y"] as const).map((name) => tokenStrides(strides, name, l, heads * headDim));
  return programOf([
    dispatch(rotaryKernel, {
      config,
      uniforms: {
        count,
        l,
        heads,
        headsPerThread,
        x_batch: x!.batch,
        x_token: x!.token,
        x_offset: 0,
        y_batch: y!.batch,
        y_token: y!.token,
        y_offset: 0,
      },
      offsets: { ...(strides?.["x"] && { x_offset: "x" }), ...(strides?.["y"] && { y_offset: "y" }) },
      workgroups: grid1d(count, 64, caps),
    }),
  ]);
}

/**
 * Turns pairs of elements of every head of x [b, l, heads, headDim] by position · θ^(−2i/size), see README.md. Buffers x, y and, as the spec says, positions.
 *
 * @example
 * const spec = { b: 1, l: 2, heads: 1, headDim: 2, size: 2, theta: 1e4, interleaved: false, inverse: false, positions: "none" } as const;
 * console.log(rotary.program(spec).dispatches.length); // 1
 */
export const rotary: { readonly program: (spec: RotarySpec, caps?: Caps) => Program } = { program };
