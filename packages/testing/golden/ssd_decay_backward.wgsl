// Canonical configuration: primitive ssd_backward, case "130m", adapter nvidia.
// ssd_decay_backward {"q":64,"vector":true}
// ssd_decay_backward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  cells: u32,
  dots_tiles: u32,
  dots_c_start: u32,
  bias_start: u32,
  gradDt_batch: u32,
  gradDt_token: u32,
  gradDt_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read> states: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradStates: array<vec4f>;
@group(0) @binding(5) var<storage, read> intra: array<vec2f>;
@group(0) @binding(6) var<storage, read> rowDots: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradDt: array<f32>;
@group(0) @binding(8) var<storage, read_write> partials: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn keep_nan(value: f32, source: f32) -> f32 { return or_nan(value, is_nan(source)); }
fn decay_of_sum(parts: vec2f) -> f32 {
  let sum = parts.x + parts.y;
  return select(0.0, exp(clamp(sum, -104.0, 0.0)), sum > -104.0);
}

var<workgroup> from_end: array<f32, 64>;
var<workgroup> from_start: array<f32, 64>;

fn dots(start: u32, own: u32) -> f32 {
  var sum = 0.0;
  for (var tile = 0u; tile < u.dots_tiles; tile++) { sum += rowDots[start + tile * u.cells * u.h * 64u + own]; }
  return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) i: u32) {
  let head = group_id.y;
  let cell = group_id.z;
  let own = (cell * u.h + head) * 64u + i;
  let size = u.p * u.n / 4u;
  var passing = 0.0;
  for (var element = i; element < size; element += 64u) {
    let at = (cell * u.h + head) * size + element;
    passing += dot(states[at], gradStates[at]);
  }
  let here = steps[own];
  let last = steps[(cell * u.h + head) * 64u + 63u];
  let through = decay_of_sum(last.yz) * passing;
  let input = dots(0u, own);
  from_end[i] = through;
  workgroupBarrier();
  var whole = 0.0;
  for (var j = 0u; j < 64u; j++) { whole += from_end[j]; }
  workgroupBarrier();
  from_end[i] = here.x * input;
  from_start[i] = dots(u.dots_c_start, own);
  workgroupBarrier();
  let within = intra[own];
  var log_decay = whole + within.x;
  for (var j = 0u; j < 64u; j++) {
    log_decay += select(from_start[j], from_end[j], j < i);
  }
  let gradient = (keep_nan(max(A[head], -3.0e38), A[head]) * log_decay + input + within.y) * here.w;
  let t = (cell % u.c) * 64u + i;
  if (t < u.l) { gradDt[u.gradDt_offset + (u.batch_start + cell / u.c) * u.gradDt_batch + (t) * u.gradDt_token + head] = gradient; }
  workgroupBarrier();
  from_end[i] = log_decay * here.x;
  from_start[i] = select(0.0, gradient, t < u.l);
  workgroupBarrier();
  if (i == 0u) {
    var sums = vec2f(0.0);
    for (var j = 0u; j < 64u; j++) { sums += vec2f(from_end[j], from_start[j]); }
    let at = (u.batch_start * u.c + cell) * u.h + head;
    partials[at] = sums.x;
    partials[u.bias_start + at] = sums.y;
  }
}
