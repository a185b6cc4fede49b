// Canonical configuration: primitive ssd, case "130m", adapter nvidia.
// ssd_state_passing_forward {"q":64,"vector":true,"initialState":false}
// ssd_state_passing_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  batches: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> states: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> finalState: array<vec4f>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn keep_nan(value: f32, source: f32) -> f32 { return or_nan(value, is_nan(source)); }
fn expm1_near(r: f32) -> f32 {
  return r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467))));
}
fn exp_near(r: f32) -> f32 {
  return 1.0 + (r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467)))));
}
fn exp_bounded(x: f32) -> f32 {
  let bits = bitcast<u32>(x * 1.44269504 + 12582912.0);
  let n = bitcast<f32>(bits | 0x4b000000u) - 12582912.0;
  let r = (x - n * 0.693359375) + n * 2.12194440e-4;
  return bitcast<f32>(bitcast<u32>(exp_near(r)) + (bits << 23u));
}
fn exp_falling(x: f32) -> f32 { return select(0.0, exp_bounded(max(x, -87.3)), x > -87.3); }
fn exp_negative(x: f32) -> f32 { return or_nan(exp_falling(x), is_nan(x)); }

fn decay_parts(x: f32) -> vec2f {
  let less = expm1_near(clamp(x, -0.34, 0.0));
  let whole = select(exp_negative(min(x, 0.0)), 1.0 + less, x > -0.34);
  let a = bitcast<f32>((max(bitcast<u32>(whole), 1u) - 1u) & 0xfffff000u);
  let b = select(whole - a, less - (a - 1.0), x > -0.34);
  return vec2f(keep_nan(select(a, 1.0, x >= 0.0), x), select(b, 1e-30, x >= 0.0));
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let size = u.p * u.n / 4u;
  if (index >= u.batches * u.h * size) { return; }
  let element = index % size;
  let head = (index / size) % u.h;
  let batch = index / size / u.h;
  let own = u.batch_start * u.h * size + index;
  var state = vec4f();
  var added = states[(batch * u.c * u.h + head) * size + element];
  for (var chunk = 0u; chunk < u.c; chunk++) {
    let cell = (batch * u.c + chunk) * u.h + head;
    let last = steps[cell * 64u + 63u];
    let next = states[(cell + select(0u, u.h, chunk + 1u < u.c)) * size + element];
    states[cell * size + element] = state;
    let kept = decay_parts(last.y + last.z);
    state = fma(state, vec4f(kept.x), fma(state, vec4f(kept.y), added));
    added = next;
  }
  finalState[own] = state;
}
