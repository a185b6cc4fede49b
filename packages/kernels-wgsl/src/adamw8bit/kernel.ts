// AdamW updates in place whose moments are blocks of 8-bit numbers with a scale each. A workgroup has one block; it
// finds the parameter of its block in a table, so that one dispatch serves many parameters. Formulas: README.md.
import { type Adamw8bitSpec, dynamicBlock, signedMap, unsignedMap } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { rowType } from "../rows/row-layout.ts";
import { mapFunctions } from "./map.ts";

/** a thread has four elements, one word of either moment */
const THREADS = dynamicBlock / 4;

/** `scaled`: the gradient is multiplied by `gradScale[0]`. */
export interface Adamw8bitConfig {
  readonly vec: 1 | 4;
  readonly scaled: boolean;
}

const load = (name: string, { vec }: Adamw8bitConfig): string =>
  vec === 4
    ? `var ${name}4 = vec4f();\n  if (element < end) { ${name}4 = ${name}[element / 4u]; }`
    : `var ${name}4 = vec4f();\n  for (var i = 0u; i < 4u; i++) { if (element + i < end) { ${name}4[i] = ${name}[element + i]; } }`;

/** Slots of `hyper` are those of the AdamW update; rows of `table`: first block, first element, end, first scale, decays. */
export const adamw8bitUpdate = defineKernel({
  name: "adamw_8bit_update",
  uniforms: { blocks: "u32", rows: "u32" },
  bindings: (config: Adamw8bitConfig) => ({
    param: `read_write ${rowType(config)}`,
    grad: `read ${rowType(config)}`,
    mCodes: "read_write u32",
    vCodes: "read_write u32",
    scales: "read_write vec2f",
    table: "read u32",
    hyper: "read f32",
    ...(config.scaled && { gradScale: "read f32" as const }),
  }),
  wgsl: (config) => `${mapFunctions("m", signedMap)}${mapFunctions("v", unsignedMap)}
var<workgroup> peaks: array<vec2f, ${THREADS}>;
var<workgroup> leaders: array<vec2f, 8>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = group.x + group.y * groups.x;
  if (block >= u.blocks) { return; }
  var row = 0u;
  for (var span = u.rows; span > 1u;) {
    let half = span / 2u;
    if (table[(row + half) * 5u] <= block) { row += half; span -= half; } else { span = half; }
  }
  let within = block - table[row * 5u];
  let element = table[row * 5u + 1u] + within * ${dynamicBlock}u + lane * 4u;
  let end = table[row * 5u + 2u];
  let place = table[row * 5u + 3u] + within;
  let word = block * ${THREADS}u + lane;
  let lr = hyper[0];
  let beta1 = hyper[1];
  let beta2 = hyper[2];
  ${load("param", config)}
  ${load("grad", config)}
  let before = scales[place];
  let g = grad4 * ${config.scaled ? "(hyper[7] * gradScale[0])" : "hyper[7]"};
  let mean = beta1 * (m_decode(mCodes[word]) * before.x) + (1.0 - beta1) * g;
  let square = beta2 * (v_decode(vCodes[word]) * before.y) + (1.0 - beta2) * g * g;
  let inside = vec4u(element) + vec4u(0u, 1u, 2u, 3u) < vec4u(end);
  let m = select(vec4f(), mean, inside);
  let v = select(vec4f(), square, inside);
  let root = sqrt(v) * inverseSqrt(hyper[6]) + hyper[3];
  let change = (lr / hyper[5]) * m / root;
  let kept = param4 * select(1.0, 1.0 - lr * hyper[4], table[row * 5u + 4u] > 0u);
  let updated = kept - select(change, vec4f(), root == vec4f()); // with eps 0 and no gradient ever: 0 / 0
  ${
    config.vec === 4
      ? "if (element < end) { param[element / 4u] = updated; }"
      : "for (var i = 0u; i < 4u; i++) { if (element + i < end) { param[element + i] = updated[i]; } }"
  }
  let size = abs(m);
  peaks[lane] = vec2f(max(max(size.x, size.y), max(size.z, size.w)), max(max(v.x, v.y), max(v.z, v.w)));
  workgroupBarrier();
  if (lane < 8u) {
    var most = peaks[lane * 8u];
    for (var i = 1u; i < 8u; i++) { most = max(most, peaks[lane * 8u + i]); }
    leaders[lane] = most;
  }
  workgroupBarrier();
  var most = leaders[0];
  for (var i = 1u; i < 8u; i++) { most = max(most, leaders[i]); }
  let divisor = select(most, vec2f(1.0), most == vec2f()); // a block of zeros stays one
  mCodes[word] = m_encode(m / divisor.x);
  vCodes[word] = v_encode(v / divisor.y);
  if (lane == 0u) { scales[place] = most; }
}
`,
});

function program({ size, rows, blocks, scaled }: Adamw8bitSpec, caps: Caps = baseCaps): Program {
  return programOf([
    dispatch(adamw8bitUpdate, {
      config: { vec: size % 4 === 0 ? 4 : 1, scaled },
      uniforms: { blocks, rows },
      workgroups: grid1d(blocks, 1, caps),
    }),
  ]);
}

/**
 * AdamW with moments of 8 bits. `program`: param, grad, mCodes, vCodes, scales, table, hyper (, gradScale) → param,
 * mCodes, vCodes, scales in place.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const sizes = { param: 1200, grad: 1200, mCodes: 512, vCodes: 512, scales: 16, table: 20, hyper: 32 };
 * const buffers = Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, runner.createBuffer(bytes)]));
 * runner.write(buffers.table!, new Uint32Array([0, 0, 300, 0, 1]));
 * runner.run(adamw8bit.program({ size: 300, rows: 1, blocks: 2, scaled: false }), buffers);
 */
export const adamw8bit: {
  readonly program: (call: Adamw8bitSpec, caps?: Caps) => Program;
} = { program };
