// Canonical configuration: primitive random, case "weight", adapter nvidia.
// random {"distribution":"normal","type":"f32"}
// random
struct Uniforms {
  count: u32,
  a: f32,
  b: f32,
  most: f32,
  low: u32,
  range: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> key: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(key.x, key.y, 0x1bd11bdau ^ key.x ^ key.y);
  var state = counter + key;
  state.x += state.y;
  state.y = ((state.y << 13u) | (state.y >> 19u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 15u) | (state.y >> 17u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 26u) | (state.y >> 6u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 6u) | (state.y >> 26u)) ^ state.x;
  state += vec2u(keys[1], keys[2] + 1u);
  state.x += state.y;
  state.y = ((state.y << 17u) | (state.y >> 15u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 29u) | (state.y >> 3u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 16u) | (state.y >> 16u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 24u) | (state.y >> 8u)) ^ state.x;
  state += vec2u(keys[2], keys[0] + 2u);
  state.x += state.y;
  state.y = ((state.y << 13u) | (state.y >> 19u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 15u) | (state.y >> 17u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 26u) | (state.y >> 6u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 6u) | (state.y >> 26u)) ^ state.x;
  state += vec2u(keys[0], keys[1] + 3u);
  state.x += state.y;
  state.y = ((state.y << 17u) | (state.y >> 15u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 29u) | (state.y >> 3u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 16u) | (state.y >> 16u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 24u) | (state.y >> 8u)) ^ state.x;
  state += vec2u(keys[1], keys[2] + 4u);
  state.x += state.y;
  state.y = ((state.y << 13u) | (state.y >> 19u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 15u) | (state.y >> 17u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 26u) | (state.y >> 6u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 6u) | (state.y >> 26u)) ^ state.x;
  state += vec2u(keys[2], keys[0] + 5u);
  return state;
}

// a multiple of 2^-24 in [0, 1)
fn unit(bits: u32) -> f32 { return f32(bits >> 8u) * 5.9604644775390625e-8; }

fn precise_log(value: f32) -> f32 {
  let bits = bitcast<u32>(value) - 0x3f3504f3u;
  let exponent = bitcast<i32>(bits) >> 23u;
  let mantissa = bitcast<f32>((bits & 0x007fffffu) + 0x3f3504f3u);
  let s = (mantissa - 1.0) / (mantissa + 1.0);
  let q = s * s;
  let series = 2.0 * s * (1.0 + q * (0.33333334 + q * (0.2 + q * (0.14285715 + q * 0.11111111))));
  return f32(exponent) * 0.6931472 + series;
}

fn turned(turn: f32) -> vec2f {
  let quarter = floor(turn * 4.0 + 0.5);
  let angle = (turn * 4.0 - quarter) * 1.5707964;
  let q = angle * angle;
  let s = angle * (1.0 + q * (-0.16666667 + q * (8.3333333e-3 + q * (-1.9841270e-4 + q * 2.7557319e-6))));
  let c = 1.0 + q * (-0.5 + q * (4.1666667e-2 + q * (-1.3888889e-3 + q * 2.4801587e-5)));
  var result = vec2f(c, s);
  switch (u32(quarter) & 3u) {
    case 1u: { result = vec2f(-s, c); }
    case 2u: { result = vec2f(-c, -s); }
    case 3u: { result = vec2f(s, -c); }
    default: { }
  }
  return result;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (2u * index >= u.count) { return; }
  let low = key[2] + index;
  let bits = threefry(vec2u(key[0], key[1]), vec2u(low, key[3] + select(0u, 1u, low < index)));
  let square = -2.0 * precise_log(1.0 - unit(bits.x));
  let radius = select(0.0, sqrt(max(square, 1e-30)), square > 0.0);
  let pair = radius * turned(unit(bits.y));
  let first = u.a + u.b * pair.x;
  let second = u.a + u.b * pair.y;
  y[2u * index] = first;
  if (2u * index + 1u < u.count) { y[2u * index + 1u] = second; }
}
