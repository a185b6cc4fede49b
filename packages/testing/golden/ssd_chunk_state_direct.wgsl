// Canonical configuration: primitive ssd, case "130m", adapter software.
// ssd_chunk_state_direct {"q":32,"direction":"forward"}
// ssd_chunk_state_direct
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> weights: array<vec2f>;
@group(0) @binding(2) var<storage, read> values: array<vec4f>;
@group(0) @binding(3) var<storage, read> keys: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> states: array<vec4f>;


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = u.n / 8u;
  if (id.x >= u.p / 8u * columns) { return; }
  let row = id.x / columns * 8u;
  let column = id.x % columns * 8u;
  let lane = id.y;
  let cell = id.z;
  let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * 32u;
  let tokens = min(32u, u.l - first);

  let token = (cell * u.h + lane) * 32u;
  let value_stride = u.h * u.p / 4u;
  let key_stride = u.g * u.n / 4u;
  var value = ((batch * u.l + first) * u.h + lane) * u.p / 4u + row / 4u;
  var key = ((batch * u.l + first) * u.g + lane / (u.h / u.g)) * u.n / 4u + column / 4u;
  var acc0_0 = vec4f();
  var acc0_1 = vec4f();
  var acc1_0 = vec4f();
  var acc1_1 = vec4f();
  var acc2_0 = vec4f();
  var acc2_1 = vec4f();
  var acc3_0 = vec4f();
  var acc3_1 = vec4f();
  var acc4_0 = vec4f();
  var acc4_1 = vec4f();
  var acc5_0 = vec4f();
  var acc5_1 = vec4f();
  var acc6_0 = vec4f();
  var acc6_1 = vec4f();
  var acc7_0 = vec4f();
  var acc7_1 = vec4f();
  for (var i = 0u; i < tokens; i++) {
    let weight = weights[token + i].x;
    let a0 = values[value] * weight;
    let a1 = values[value + 1u] * weight;
    let b0 = keys[key];
    let b1 = keys[key + 1u];
    acc0_0 = fma(vec4f(a0.x), b0, acc0_0);
    acc0_1 = fma(vec4f(a0.x), b1, acc0_1);
    acc1_0 = fma(vec4f(a0.y), b0, acc1_0);
    acc1_1 = fma(vec4f(a0.y), b1, acc1_1);
    acc2_0 = fma(vec4f(a0.z), b0, acc2_0);
    acc2_1 = fma(vec4f(a0.z), b1, acc2_1);
    acc3_0 = fma(vec4f(a0.w), b0, acc3_0);
    acc3_1 = fma(vec4f(a0.w), b1, acc3_1);
    acc4_0 = fma(vec4f(a1.x), b0, acc4_0);
    acc4_1 = fma(vec4f(a1.x), b1, acc4_1);
    acc5_0 = fma(vec4f(a1.y), b0, acc5_0);
    acc5_1 = fma(vec4f(a1.y), b1, acc5_1);
    acc6_0 = fma(vec4f(a1.z), b0, acc6_0);
    acc6_1 = fma(vec4f(a1.z), b1, acc6_1);
    acc7_0 = fma(vec4f(a1.w), b0, acc7_0);
    acc7_1 = fma(vec4f(a1.w), b1, acc7_1);
    value += value_stride;
    key += key_stride;
  }
  let state = ((cell * u.h + lane) * u.p + row) * u.n / 4u + column / 4u;
  states[state + 0u * (u.n / 4u) + 0u] = acc0_0;
  states[state + 0u * (u.n / 4u) + 1u] = acc0_1;
  states[state + 1u * (u.n / 4u) + 0u] = acc1_0;
  states[state + 1u * (u.n / 4u) + 1u] = acc1_1;
  states[state + 2u * (u.n / 4u) + 0u] = acc2_0;
  states[state + 2u * (u.n / 4u) + 1u] = acc2_1;
  states[state + 3u * (u.n / 4u) + 0u] = acc3_0;
  states[state + 3u * (u.n / 4u) + 1u] = acc3_1;
  states[state + 4u * (u.n / 4u) + 0u] = acc4_0;
  states[state + 4u * (u.n / 4u) + 1u] = acc4_1;
  states[state + 5u * (u.n / 4u) + 0u] = acc5_0;
  states[state + 5u * (u.n / 4u) + 1u] = acc5_1;
  states[state + 6u * (u.n / 4u) + 0u] = acc6_0;
  states[state + 6u * (u.n / 4u) + 1u] = acc6_1;
  states[state + 7u * (u.n / 4u) + 0u] = acc7_0;
  states[state + 7u * (u.n / 4u) + 1u] = acc7_1;
}
