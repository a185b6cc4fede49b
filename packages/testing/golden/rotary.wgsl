// Canonical configuration: primitive rotary, case "q and k of 4096 tokens", adapter nvidia.
// rotary {"size":64,"theta":10000,"interleaved":false,"inverse":false,"positions":"none","headDim":64}
// rotary
struct Uniforms {
  count: u32,
  l: u32,
  heads: u32,
  headsPerThread: u32,
  x_batch: u32,
  x_token: u32,
  x_offset: u32,
  y_batch: u32,
  y_token: u32,
  y_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn two_over_pi(i: u32) -> u32 {
  let low = select(select(0u, 0xa2f9836eu, i == 1u), select(0x4e441529u, 0xfc2757d1u, i == 3u), i > 1u);
  return select(low, select(select(0xf534ddc0u, 0xdb629599u, i == 5u), 0x3c439041u, i > 5u), i > 3u);
}
fn reduce_angle(x: f32) -> vec2f {
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let next = two_over_pi(first + 1u);
  let w0 = (two_over_pi(first) << shift) | ((next >> 1u) >> (31u - shift));
  let w1 = (next << shift) | ((two_over_pi(first + 2u) >> 1u) >> (31u - shift));
  let turns = m * w0 + ((m * (w1 >> 24u)) >> 8u) + (((m >> 8u) * ((w1 >> 8u) & 0xffffu)) >> 16u);
  return vec2f(f32(bitcast<i32>(turns << 2u)) * 3.6572952e-10, f32(((turns + 0x20000000u) >> 30u) & 3u));
}
fn sin_quarter(x: f32, quarter: i32) -> f32 {
  var k = round(x * 0.63661977);
  var r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  if (!(abs(x) <= 8.0)) {
    let reduced = reduce_angle(x);
    r = select(reduced.x, -reduced.x, x < 0.0);
    k = select(reduced.y, -reduced.y, x < 0.0);
  }
  let square = r * r;
  let sine = r + r * square * (-1.6666654611e-1 + square * (8.3321608736e-3 - square * 1.9515295891e-4));
  let cosine = 1.0 - 0.5 * square + square * square * (4.166664568298827e-2 + square * (-1.388731625493765e-3 + square * 2.443315711809948e-5));
  let q = (i32(k) + quarter) & 3;
  let value = select(sine, cosine, (q & 1) == 1);
  return or_nan(select(value, -value, q >= 2), !is_finite(x));
}
fn sin_near(x: f32) -> f32 { return or_word(sin_quarter(x, 0), bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x39000000u); }
fn cos_near(x: f32) -> f32 { return sin_quarter(x, 1); }

// Frequencies of the pairs.
const frequencies = array<f32, 32>(1.0, 0.7498942017555237, 0.5623413324356079, 0.4216965138912201, 0.3162277638912201, 0.23713737726211548, 0.17782793939113617, 0.1333521455526352, 0.10000000149011612, 0.0749894231557846, 0.05623413249850273, 0.04216964915394783, 0.03162277489900589, 0.023713737726211548, 0.017782794311642647, 0.013335213996469975, 0.009999999776482582, 0.007498942315578461, 0.005623413249850273, 0.0042169648222625256, 0.003162277629598975, 0.0023713738191872835, 0.0017782794311642647, 0.0013335214462131262, 0.0010000000474974513, 0.0007498941849917173, 0.000562341301701963, 0.0004216965171508491, 0.0003162277571391314, 0.00023713737027719617, 0.00017782794020604342, 0.0001333521504420787);

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.count) {
    return;
  }
  let pair = index % 32u;
  let parts = (u.heads + u.headsPerThread - 1u) / u.headsPerThread;
  let first_head = index / 32u % parts * u.headsPerThread;
  let token = index / 32u / parts % u.l;
  let batch = index / 32u / parts / u.l;
  let last_head = min(first_head + u.headsPerThread, u.heads);
  let source = u.x_offset + batch * u.x_batch + token * u.x_token;
  let into = u.y_offset + batch * u.y_batch + token * u.y_token;
  if (pair < 32u) {
    var table = frequencies;
    let angle = f32(i32(token)) * table[pair];
    let c = cos_near(angle);
    let s = sin_near(angle);
    let one = pair;
    let other = one + 32u;
    for (var head = first_head; head < last_head; head += 1u) {
      let first = x[source + head * 64u + one];
      let second = x[source + head * 64u + other];
      y[into + head * 64u + one] = first * c - second * s;
      y[into + head * 64u + other] = second * c + first * s;
    }
  }
}
