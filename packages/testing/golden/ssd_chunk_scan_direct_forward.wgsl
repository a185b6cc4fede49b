// Canonical configuration: primitive ssd, case "130m", adapter software.
// ssd_chunk_scan_direct_forward {"q":32,"D":true,"z":false}
// ssd_chunk_scan_direct_forward
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
@group(0) @binding(2) var<storage, read> scores: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<vec4f>;
@group(0) @binding(4) var<storage, read> C: array<f32>;
@group(0) @binding(5) var<storage, read> states: array<f32>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;

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
  let score = ((cell * u.g + group) * 32u + row) * 32u;
  let here = steps[token + row];
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
    let b0 = vec4f(states[state + 0u * u.n + k], states[state + 1u * u.n + k], states[state + 2u * u.n + k], states[state + 3u * u.n + k]);
    let b1 = vec4f(states[state + 4u * u.n + k], states[state + 5u * u.n + k], states[state + 6u * u.n + k], states[state + 7u * u.n + k]);
    acc0_0 = fma(vec4f(C[key0 + k]), b0, acc0_0);
    acc0_1 = fma(vec4f(C[key0 + k]), b1, acc0_1);
    acc1_0 = fma(vec4f(C[key1 + k]), b0, acc1_0);
    acc1_1 = fma(vec4f(C[key1 + k]), b1, acc1_1);
    acc2_0 = fma(vec4f(C[key2 + k]), b0, acc2_0);
    acc2_1 = fma(vec4f(C[key2 + k]), b1, acc2_1);
    acc3_0 = fma(vec4f(C[key3 + k]), b0, acc3_0);
    acc3_1 = fma(vec4f(C[key3 + k]), b1, acc3_1);
    acc4_0 = fma(vec4f(C[key4 + k]), b0, acc4_0);
    acc4_1 = fma(vec4f(C[key4 + k]), b1, acc4_1);
    acc5_0 = fma(vec4f(C[key5 + k]), b0, acc5_0);
    acc5_1 = fma(vec4f(C[key5 + k]), b1, acc5_1);
    acc6_0 = fma(vec4f(C[key6 + k]), b0, acc6_0);
    acc6_1 = fma(vec4f(C[key6 + k]), b1, acc6_1);
    acc7_0 = fma(vec4f(C[key7 + k]), b0, acc7_0);
    acc7_1 = fma(vec4f(C[key7 + k]), b1, acc7_1);
  }
  let reached = select(0.0, decay(here.y), here.z == 0.0);
  { let factor = reached; acc0_0 *= factor; acc0_1 *= factor; }
  { let factor = reached; acc1_0 *= factor; acc1_1 *= factor; }
  { let factor = reached; acc2_0 *= factor; acc2_1 *= factor; }
  { let factor = reached; acc3_0 *= factor; acc3_1 *= factor; }
  { let factor = reached; acc4_0 *= factor; acc4_1 *= factor; }
  { let factor = reached; acc5_0 *= factor; acc5_1 *= factor; }
  { let factor = reached; acc6_0 *= factor; acc6_1 *= factor; }
  { let factor = reached; acc7_0 *= factor; acc7_1 *= factor; }
  let stride = u.h * u.p / 4u;
  let source = ((batch * u.l + first) * u.h + lane) * u.p / 4u + column / 4u;
  for (var j = 0u; j < row; j++) {
    let t = steps[token + j];
    let weight = select(0.0, decay(here.y - t.y) * t.x, t.z == here.z);
    let b0 = x[source + j * stride] * weight;
    let b1 = x[source + j * stride + 1u] * weight;
    acc0_0 = fma(vec4f(scores[score + 0u + j]), b0, acc0_0);
    acc0_1 = fma(vec4f(scores[score + 0u + j]), b1, acc0_1);
    acc1_0 = fma(vec4f(scores[score + 32u + j]), b0, acc1_0);
    acc1_1 = fma(vec4f(scores[score + 32u + j]), b1, acc1_1);
    acc2_0 = fma(vec4f(scores[score + 64u + j]), b0, acc2_0);
    acc2_1 = fma(vec4f(scores[score + 64u + j]), b1, acc2_1);
    acc3_0 = fma(vec4f(scores[score + 96u + j]), b0, acc3_0);
    acc3_1 = fma(vec4f(scores[score + 96u + j]), b1, acc3_1);
    acc4_0 = fma(vec4f(scores[score + 128u + j]), b0, acc4_0);
    acc4_1 = fma(vec4f(scores[score + 128u + j]), b1, acc4_1);
    acc5_0 = fma(vec4f(scores[score + 160u + j]), b0, acc5_0);
    acc5_1 = fma(vec4f(scores[score + 160u + j]), b1, acc5_1);
    acc6_0 = fma(vec4f(scores[score + 192u + j]), b0, acc6_0);
    acc6_1 = fma(vec4f(scores[score + 192u + j]), b1, acc6_1);
    acc7_0 = fma(vec4f(scores[score + 224u + j]), b0, acc7_0);
    acc7_1 = fma(vec4f(scores[score + 224u + j]), b1, acc7_1);
  }
  let s0 = steps[token + row + 0u];
  let s1 = steps[token + row + 1u];
  let s2 = steps[token + row + 2u];
  let s3 = steps[token + row + 3u];
  let s4 = steps[token + row + 4u];
  let s5 = steps[token + row + 5u];
  let s6 = steps[token + row + 6u];
  let s7 = steps[token + row + 7u];
  { let factor = select(0.0, decay(s0.y - here.y), s0.z == here.z); acc0_0 *= factor; acc0_1 *= factor; }
  { let factor = select(0.0, decay(s1.y - here.y), s1.z == here.z); acc1_0 *= factor; acc1_1 *= factor; }
  { let factor = select(0.0, decay(s2.y - here.y), s2.z == here.z); acc2_0 *= factor; acc2_1 *= factor; }
  { let factor = select(0.0, decay(s3.y - here.y), s3.z == here.z); acc3_0 *= factor; acc3_1 *= factor; }
  { let factor = select(0.0, decay(s4.y - here.y), s4.z == here.z); acc4_0 *= factor; acc4_1 *= factor; }
  { let factor = select(0.0, decay(s5.y - here.y), s5.z == here.z); acc5_0 *= factor; acc5_1 *= factor; }
  { let factor = select(0.0, decay(s6.y - here.y), s6.z == here.z); acc6_0 *= factor; acc6_1 *= factor; }
  { let factor = select(0.0, decay(s7.y - here.y), s7.z == here.z); acc7_0 *= factor; acc7_1 *= factor; }
  for (var j = row; j < min(row + 8u, tokens); j++) {
    let t = steps[token + j];
    let b0 = x[source + j * stride] * t.x;
    let b1 = x[source + j * stride + 1u] * t.x;
    let a0 = select(0.0, scores[score + 0u + j] * decay(s0.y - t.y), j <= row + 0u && s0.z == t.z);
    let a1 = select(0.0, scores[score + 32u + j] * decay(s1.y - t.y), j <= row + 1u && s1.z == t.z);
    let a2 = select(0.0, scores[score + 64u + j] * decay(s2.y - t.y), j <= row + 2u && s2.z == t.z);
    let a3 = select(0.0, scores[score + 96u + j] * decay(s3.y - t.y), j <= row + 3u && s3.z == t.z);
    let a4 = select(0.0, scores[score + 128u + j] * decay(s4.y - t.y), j <= row + 4u && s4.z == t.z);
    let a5 = select(0.0, scores[score + 160u + j] * decay(s5.y - t.y), j <= row + 5u && s5.z == t.z);
    let a6 = select(0.0, scores[score + 192u + j] * decay(s6.y - t.y), j <= row + 6u && s6.z == t.z);
    let a7 = select(0.0, scores[score + 224u + j] * decay(s7.y - t.y), j <= row + 7u && s7.z == t.z);
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
  if (row + 0u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 0u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc0_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 0u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc0_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (row + 1u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 1u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc1_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 1u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc1_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (row + 2u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 2u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc2_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 2u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc2_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (row + 3u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 3u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc3_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 3u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc3_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (row + 4u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 4u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc4_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 4u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc4_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (row + 5u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 5u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc5_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 5u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc5_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (row + 6u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 6u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc6_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 6u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc6_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (row + 7u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 7u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc7_0 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
    {
      let channel = column / 4u + 1u;
      let at = ((batch * u.l + first + row + 7u) * u.h + lane) * u.p / 4u + channel;
      y[at] = acc7_1 + vec4f(D[lane * u.d_head + (4u * channel + 0u) * u.d_channel], D[lane * u.d_head + (4u * channel + 1u) * u.d_channel], D[lane * u.d_head + (4u * channel + 2u) * u.d_channel], D[lane * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
}
