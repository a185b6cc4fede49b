// Canonical configuration: primitive attention, case "documents whose numbers repeat, and padding", adapter nvidia.
// attention_ranges {"causal":true}
// attention_ranges
struct Uniforms {
  l: u32,
  m: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(2) var<storage, read_write> ranges: array<vec2u>;

var<workgroup> firsts: array<u32, 256>;
var<workgroup> lasts: array<u32, 256>;

// Whether a document begins at token t of the row that begins at base.
fn begins(base: u32, t: u32) -> bool {
  return t == 0u || seqIdx[base + t] != seqIdx[base + max(t, 1u) - 1u];
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group_id: vec3u) {
  let base = group_id.x * u.m;
  let part = (u.m + 255u) / 256u;
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
  for (var i = local + 1u; i < 256u; i += 1u) {
    after = min(after, firsts[i]);
  }
  var start = max(before, 1u) - 1u;
  for (var t = begin; t < end; t += 1u) {
    if (begins(base, t)) {
      start = t;
    }
    if (t + u.l >= u.m) {
      let at = group_id.x * u.l + t + u.l - u.m;
      ranges[at] = select(vec2u(start, t + 1u), vec2u(), seqIdx[base + t] < 0);
    }
  }
}
