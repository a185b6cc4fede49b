// Which keys each query sees, where documents are packed into rows; and, for the backward pass, all that it needs to know of a query in one vector.
import { linearMain } from "../grid.ts";
import { defineKernel } from "../kernel.ts";

const threads = 256;

export interface RangesConfig {
  readonly causal: boolean;
  /** invocations of a workgroup */
  readonly threads?: number;
}

/**
 * `ranges` [b, l]: the first key that query i sees and the one after the last; equal for padding. A workgroup takes a row: each thread a part of it, whose
 * neighbours' boundaries it then looks up.
 */
export const attentionRanges = defineKernel({
  name: "attention_ranges",
  uniforms: { l: "u32", m: "u32" },
  bindings: () => ({ seqIdx: "read i32", ranges: "read_write vec2u" }),
  wgsl: ({ causal, threads: size = threads }: RangesConfig) => `var<workgroup> firsts: array<u32, ${size}>;
var<workgroup> lasts: array<u32, ${size}>;

// Whether a document begins at token t of the row that begins at base.
fn begins(base: u32, t: u32) -> bool {
  return t == 0u || seqIdx[base + t] != seqIdx[base + max(t, 1u) - 1u];
}

@compute @workgroup_size(${size})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group_id: vec3u) {
  let base = group_id.x * u.m;
  let part = (u.m + ${size - 1}u) / ${size}u;
  let begin = min(local * part, u.m);
  let end = min(begin + part, u.m);
  // The first and the last beginning in the part; m + 1 and 0 where there is none, the last counted from 1.
  var first = u.m + 1u;
  var last = 0u;
  for (var t = begin; t < end; t += 1u) {
    if (begins(base, t)) {
      first = min(first, t);
      last = t + 1u;
    }
  }
  firsts[local] = first;
  lasts[local] = last;
  workgroupBarrier();
  var before = 0u;
  for (var i = 0u; i < local; i += 1u) {
    before = max(before, lasts[i]);
  }
  var after = u.m;
  for (var i = local + 1u; i < ${size}u; i += 1u) {
    after = min(after, firsts[i]);
  }
  var start = max(before, 1u) - 1u;
  for (var t = begin; t < end; t += 1u) {
    if (begins(base, t)) {
      start = t;
    }
    if (t + u.l >= u.m) {
      let at = group_id.x * u.l + t + u.l - u.m;
      ranges[at] = select(vec2u(start, ${causal ? "t + 1u" : "u.m"}), vec2u(), seqIdx[base + t] < 0);
    }
  }
${
  causal
    ? ""
    : `  var stop = after;
  for (var left = end; left > begin; left -= 1u) {
    let t = left - 1u;
    if (t + u.l >= u.m) {
      let at = group_id.x * u.l + t + u.l - u.m;
      ranges[at] = select(vec2u(ranges[at].x, stop), vec2u(), seqIdx[base + t] < 0);
    }
    if (begins(base, t)) {
      stop = t;
    }
  }
`
}}
`,
});

export const rangesThreads: number = threads;

export interface QueriesConfig {
  readonly sees: "all" | "causal" | "ranges";
}

/** `queries` [b, l, heads]: logSum, delta, and the first key seen and the one after the last, as numbers. */
export const attentionQueries = defineKernel({
  name: "attention_queries",
  uniforms: { count: "u32", heads: "u32", l: "u32", m: "u32" },
  bindings: ({ sees }: QueriesConfig) => ({
    logSum: "read f32",
    delta: "read f32",
    ...(sees === "ranges" ? ({ ranges: "read vec2u" } as const) : {}),
    queries: "read_write vec4f",
  }),
  wgsl: ({ sees }) => {
    const limits = {
      all: "vec2u(0u, u.m)",
      causal: "vec2u(0u, u.m - u.l + index / u.heads % u.l + 1u)",
      ranges: "ranges[index / u.heads]",
    }[sees];
    return linearMain(
      64,
      `  if (index < u.count) {
    let limits = ${limits};
    queries[index] = vec4f(logSum[index], delta[index], f32(limits.x), f32(limits.y));
  }`,
    );
  },
});
