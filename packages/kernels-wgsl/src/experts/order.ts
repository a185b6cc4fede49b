// The places of each expert: one workgroup per expert counts the ids below it, then writes where it finds its own.
import type { ExpertOrderSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";

/** Threads of a workgroup, and the neighbouring ids that each looks at in a round. */
const threads = 128;
const perThread = 16;

export const expertOrder = defineKernel({
  name: "expert_order",
  uniforms: { size: "u32", experts: "u32" },
  bindings: () => ({ ids: "read i32", order: "read_write i32", offsets: "read_write i32" }),
  wgsl: () => `const THREADS = ${threads}u;
const PER_THREAD = ${perThread}u;
var<workgroup> counts: array<u32, ${threads}>;

fn id_at(i: u32) -> u32 { return u32(clamp(ids[i], 0, i32(u.experts) - 1)); }

// counts[i] becomes the sum of counts[0] … counts[i]
fn running_counts(own: u32, lane: u32) {
  counts[lane] = own;
  workgroupBarrier();
  for (var reach = 1u; reach < THREADS; reach *= 2u) {
    var before = 0u;
    if (lane >= reach) { before = counts[lane - reach]; }
    workgroupBarrier();
    counts[lane] += before;
    workgroupBarrier();
  }
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let expert = group.y * groups.x + group.x;
  if (expert >= u.experts) { return; }
  var below = 0u;
  for (var i = lane; i < u.size; i += THREADS) { below += u32(id_at(i) < expert); }
  running_counts(below, lane);
  var next = counts[THREADS - 1u];
  if (lane == 0u) {
    offsets[expert] = i32(next);
    if (expert == u.experts - 1u) { offsets[u.experts] = i32(u.size); }
  }
  for (var start = 0u; start < u.size; start += THREADS * PER_THREAD) {
    let first = start + lane * PER_THREAD;
    let last = min(first + PER_THREAD, u.size);
    var own = 0u;
    for (var i = first; i < last; i++) { own += u32(id_at(i) == expert); }
    workgroupBarrier();
    running_counts(own, lane);
    var place = next + counts[lane] - own;
    for (var i = first; i < last; i++) {
      if (id_at(i) == expert) {
        order[place] = i32(i);
        place++;
      }
    }
    next += counts[THREADS - 1u];
  }
}
`,
});

/** Buffers ids, order and offsets, all i32. */
export function order({ size, experts }: ExpertOrderSpec, caps: Caps = baseCaps): Program {
  return programOf([
    dispatch(expertOrder, {
      config: undefined,
      uniforms: { size, experts },
      workgroups: grid1d(experts, 1, caps),
    }),
  ]);
}
