// Canonical configuration: primitive ssd_backward, case "130m", adapter software.
// ssd_x_direct_backward {"q":32,"D":true}
// ssd_x_direct_backward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  d_head: u32,
  d_channel: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> scores: array<vec4f>;
@group(0) @binding(3) var<storage, read> B: array<f32>;
@group(0) @binding(4) var<storage, read> gradStates: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradX: array<vec4f>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = u.p / 8u;
  if (id.x >= 32u / 8u * columns) { return; }
  let row = id.x / columns * 8u;
  let column = id.x % columns * 8u;
  let lane = id.y;
  let cell = id.z;
  let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * 32u;
  let tokens = min(32u, u.l - first);

  if (row >= tokens) { return; }
  let group = lane / (u.h / u.g);
  let token = (cell * u.h + lane) * 32u;
  let score = (cell * u.g + group) * 256u + row / 4u;
  let here = steps[token + row + 7u];
  let last = steps[token + 31u];
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
  let state = ((cell * u.h + lane) * u.p + column) * u.n;
  let key0 = ((batch * u.l + first + min(row + 0u, tokens - 1u)) * u.g + group) * u.n;
  let key1 = ((batch * u.l + first + min(row + 1u, tokens - 1u)) * u.g + group) * u.n;
  let key2 = ((batch * u.l + first + min(row + 2u, tokens - 1u)) * u.g + group) * u.n;
  let key3 = ((batch * u.l + first + min(row + 3u, tokens - 1u)) * u.g + group) * u.n;
  let key4 = ((batch * u.l + first + min(row + 4u, tokens - 1u)) * u.g + group) * u.n;
  let key5 = ((batch * u.l + first + min(row + 5u, tokens - 1u)) * u.g + group) * u.n;
  let key6 = ((batch * u.l + first + min(row + 6u, tokens - 1u)) * u.g + group) * u.n;
  let key7 = ((batch * u.l + first + min(row + 7u, tokens - 1u)) * u.g + group) * u.n;
  for (var k = 0u; k < u.n; k++) {
    let b0 = vec4f(gradStates[state + 0u * u.n + k], gradStates[state + 1u * u.n + k], gradStates[state + 2u * u.n + k], gradStates[state + 3u * u.n + k]);
    let b1 = vec4f(gradStates[state + 4u * u.n + k], gradStates[state + 5u * u.n + k], gradStates[state + 6u * u.n + k], gradStates[state + 7u * u.n + k]);
    acc0_0 = fma(vec4f(B[key0 + k]), b0, acc0_0);
    acc0_1 = fma(vec4f(B[key0 + k]), b1, acc0_1);
    acc1_0 = fma(vec4f(B[key1 + k]), b0, acc1_0);
    acc1_1 = fma(vec4f(B[key1 + k]), b1, acc1_1);
    acc2_0 = fma(vec4f(B[key2 + k]), b0, acc2_0);
    acc2_1 = fma(vec4f(B[key2 + k]), b1, acc2_1);
    acc3_0 = fma(vec4f(B[key3 + k]), b0, acc3_0);
    acc3_1 = fma(vec4f(B[key3 + k]), b1, acc3_1);
    acc4_0 = fma(vec4f(B[key4 + k]), b0, acc4_0);
    acc4_1 = fma(vec4f(B[key4 + k]), b1, acc4_1);
    acc5_0 = fma(vec4f(B[key5 + k]), b0, acc5_0);
    acc5_1 = fma(vec4f(B[key5 + k]), b1, acc5_1);
    acc6_0 = fma(vec4f(B[key6 + k]), b0, acc6_0);
    acc6_1 = fma(vec4f(B[key6 + k]), b1, acc6_1);
    acc7_0 = fma(vec4f(B[key7 + k]), b0, acc7_0);
    acc7_1 = fma(vec4f(B[key7 + k]), b1, acc7_1);
  }
  let left = select(0.0, decay(last.y - here.y), last.z == here.z);
  { let factor = left; acc0_0 *= factor; acc0_1 *= factor; }
  { let factor = left; acc1_0 *= factor; acc1_1 *= factor; }
  { let factor = left; acc2_0 *= factor; acc2_1 *= factor; }
  { let factor = left; acc3_0 *= factor; acc3_1 *= factor; }
  { let factor = left; acc4_0 *= factor; acc4_1 *= factor; }
  { let factor = left; acc5_0 *= factor; acc5_1 *= factor; }
  { let factor = left; acc6_0 *= factor; acc6_1 *= factor; }
  { let factor = left; acc7_0 *= factor; acc7_1 *= factor; }
  let stride = u.h * u.p / 4u;
  let source = ((batch * u.l + first) * u.h + lane) * u.p / 4u + column / 4u;
  for (var i = row + 8u; i < tokens; i++) {
    let t = steps[token + i];
    let weight = select(0.0, decay(t.y - here.y), t.z == here.z);
    let a0 = scores[score + i * 8u] * weight;
    let a1 = scores[score + i * 8u + 1u] * weight;
    let b0 = gradY[source + i * stride];
    let b1 = gradY[source + i * stride + 1u];
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
  }
  let s0 = steps[token + row + 0u];
  let s1 = steps[token + row + 1u];
  let s2 = steps[token + row + 2u];
  let s3 = steps[token + row + 3u];
  let s4 = steps[token + row + 4u];
  let s5 = steps[token + row + 5u];
  let s6 = steps[token + row + 6u];
  let s7 = steps[token + row + 7u];
  { let factor = select(0.0, decay(here.y - s0.y), s0.z == here.z); acc0_0 *= factor; acc0_1 *= factor; }
  { let factor = select(0.0, decay(here.y - s1.y), s1.z == here.z); acc1_0 *= factor; acc1_1 *= factor; }
  { let factor = select(0.0, decay(here.y - s2.y), s2.z == here.z); acc2_0 *= factor; acc2_1 *= factor; }
  { let factor = select(0.0, decay(here.y - s3.y), s3.z == here.z); acc3_0 *= factor; acc3_1 *= factor; }
  { let factor = select(0.0, decay(here.y - s4.y), s4.z == here.z); acc4_0 *= factor; acc4_1 *= factor; }
  { let factor = select(0.0, decay(here.y - s5.y), s5.z == here.z); acc5_0 *= factor; acc5_1 *= factor; }
  { let factor = select(0.0, decay(here.y - s6.y), s6.z == here.z); acc6_0 *= factor; acc6_1 *= factor; }
  { let factor = select(0.0, decay(here.y - s7.y), s7.z == here.z); acc7_0 *= factor; acc7_1 *= factor; }
  for (var i = row; i < min(row + 8u, tokens); i++) {
    let t = steps[token + i];
    let g0 = scores[score + i * 8u];
    let g1 = scores[score + i * 8u + 1u];
    let b0 = gradY[source + i * stride];
    let b1 = gradY[source + i * stride + 1u];
    let a0 = select(0.0, g0.x * decay(t.y - s0.y), row + 0u <= i && s0.z == t.z);
    let a1 = select(0.0, g0.y * decay(t.y - s1.y), row + 1u <= i && s1.z == t.z);
    let a2 = select(0.0, g0.z * decay(t.y - s2.y), row + 2u <= i && s2.z == t.z);
    let a3 = select(0.0, g0.w * decay(t.y - s3.y), row + 3u <= i && s3.z == t.z);
    let a4 = select(0.0, g1.x * decay(t.y - s4.y), row + 4u <= i && s4.z == t.z);
    let a5 = select(0.0, g1.y * decay(t.y - s5.y), row + 5u <= i && s5.z == t.z);
    let a6 = select(0.0, g1.z * decay(t.y - s6.y), row + 6u <= i && s6.z == t.z);
    let a7 = select(0.0, g1.w * decay(t.y - s7.y), row + 7u <= i && s7.z == t.z);
    acc0_0 = fma(vec4f(a0), b0, acc0_0);
    acc0_1 = fma(vec4f(a0), b1, acc0_1);
    acc1_0 = fma(vec4f(a1), b0, acc1_0);
    acc1_1 = fma(vec4f(a1), b1, acc1_1);
    acc2_0 = fma(vec4f(a2), b0, acc2_0);
    acc2_1 = fma(vec4f(a2), b1, acc2_1);
    acc3_0 = fma(vec4f(a3), b0, acc3_0);
    acc3_1 = fma(vec4f(a3), b1, acc3_1);
    acc4_0 = fma(vec4f(a4), b0, acc4_0);
    acc4_1 = fma(vec4f(a4), b1, acc4_1);
    acc5_0 = fma(vec4f(a5), b0, acc5_0);
    acc5_1 = fma(vec4f(a5), b1, acc5_1);
    acc6_0 = fma(vec4f(a6), b0, acc6_0);
    acc6_1 = fma(vec4f(a6), b1, acc6_1);
    acc7_0 = fma(vec4f(a7), b0, acc7_0);
    acc7_1 = fma(vec4f(a7), b1, acc7_1);
  }
  { let factor = s0.x; acc0_0 *= factor; acc0_1 *= factor; }
  { let factor = s1.x; acc1_0 *= factor; acc1_1 *= factor; }
  { let factor = s2.x; acc2_0 *= factor; acc2_1 *= factor; }
  { let factor = s3.x; acc3_0 *= factor; acc3_1 *= factor; }
  { let factor = s4.x; acc4_0 *= factor; acc4_1 *= factor; }
  { let factor = s5.x; acc5_0 *= factor; acc5_1 *= factor; }
  { let factor = s6.x; acc6_0 *= factor; acc6_1 *= factor; }
  { let factor = s7.x; acc7_0 *= factor; acc7_1 *= factor; }
  if (row + 0u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 0u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc0_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 0u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc0_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
  }
  if (row + 1u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 1u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc1_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 1u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc1_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
  }
  if (row + 2u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 2u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc2_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 2u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc2_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
  }
  if (row + 3u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 3u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc3_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 3u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc3_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
  }
  if (row + 4u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 4u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc4_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 4u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc4_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
  }
  if (row + 5u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 5u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc5_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 5u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc5_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
  }
  if (row + 6u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 6u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc6_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 6u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc6_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
  }
  if (row + 7u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 7u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc7_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 7u) * u.h + lane) * u.p / 4u + channel;
      gradX[at] = acc7_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * gradY[at];
    }
  }
}
