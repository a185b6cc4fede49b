// Products of integer matrices, exact modulo 2^32: tiles of 8×8 through workgroup memory. Sums of integers may be taken in any order, so there is one plan.
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Dispatch, type Program, programOf } from "../kernel.ts";

export interface IntegerMatmulConfig {
  readonly type: "i32" | "u32";
}

const TILE = 8;

/** c[b, i, j] = Σ_k a[b, i, k] · b[b, k, j], all dense. */
export const integerMatmulKernel = defineKernel({
  name: "integer_matmul",
  uniforms: { m: "u32", n: "u32", k: "u32", first: "u32" },
  bindings: ({ type }: IntegerMatmulConfig) => ({ a: `read ${type}`, b: `read ${type}`, c: `read_write ${type}` }),
  wgsl: ({ type }) => `var<workgroup> tile_a: array<${type}, ${TILE * TILE}>;
var<workgroup> tile_b: array<${type}, ${TILE * TILE}>;

@compute @workgroup_size(${TILE}, ${TILE})
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let matrix = u.first + id.z;
  var total = ${type}();
  for (var start = 0u; start < u.k; start += ${TILE}u) {
    let column = start + local.x;
    let row = start + local.y;
    tile_a[lane] = ${type}();
    tile_b[lane] = ${type}();
    if (id.y < u.m && column < u.k) { tile_a[lane] = a[(matrix * u.m + id.y) * u.k + column]; }
    if (row < u.k && id.x < u.n) { tile_b[lane] = b[(matrix * u.k + row) * u.n + id.x]; }
    workgroupBarrier();
    for (var r = 0u; r < ${TILE}u; r++) { total += tile_a[local.y * ${TILE}u + r] * tile_b[r * ${TILE}u + local.x]; }
    workgroupBarrier();
  }
  if (id.y < u.m && id.x < u.n) { c[(matrix * u.m + id.y) * u.n + id.x] = total; }
}
`,
});

/** `batch` products of [m, k] and [k, n]. */
export interface IntegerMatmulSpec extends IntegerMatmulConfig {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Buffers `a`, `b` and `c`. */
function program({ type, batch, m, n, k }: IntegerMatmulSpec, caps: Caps = baseCaps): Program {
  const most = caps.maxComputeWorkgroupsPerDimension;
  const dispatches: Dispatch[] = [];
  for (let first = 0; first < batch && m * n > 0; first += most)
    dispatches.push(
      dispatch(integerMatmulKernel, {
        config: { type },
        uniforms: { m, n, k, first },
        workgroups: [Math.ceil(n / TILE), Math.ceil(m / TILE), Math.min(most, batch - first)],
      }),
    );
  return programOf(dispatches);
}

/** The family of integer products. */
export const integerMatmul: { readonly program: (spec: IntegerMatmulSpec, caps?: Caps) => Program } = { program };
