// Canonical configuration: primitive cached_attention, case "a long piece after many", adapter nvidia.
// attention_append {"headDim":8,"vector":true}
// attention_append
struct Uniforms {
  count: u32,
  l: u32,
  m: u32,
  kvHeads: u32,
  k_batch: u32,
  k_token: u32,
  k_offset: u32,
  v_batch: u32,
  v_token: u32,
  v_offset: u32,
  keys_batch: u32,
  keys_token: u32,
  keys_offset: u32,
  values_batch: u32,
  values_token: u32,
  values_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> k: array<vec4f>;
@group(0) @binding(2) var<storage, read> v: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> keys: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> values: array<vec4f>;
@group(0) @binding(5) var<storage, read> start: array<i32>;

fn at_k(batch: u32, token: u32, head: u32) -> u32 {
  return u.k_offset / 4u + batch * u.k_batch + token * u.k_token + head * 2u;
}
fn read_k(at: u32, d: u32) -> vec4f {
  if (d >= 2u) {
    return vec4f();
  }
  return k[at + d];
}
fn at_v(batch: u32, token: u32, head: u32) -> u32 {
  return u.v_offset / 4u + batch * u.v_batch + token * u.v_token + head * 2u;
}
fn read_v(at: u32, d: u32) -> vec4f {
  if (d >= 2u) {
    return vec4f();
  }
  return v[at + d];
}
fn at_keys(batch: u32, token: u32, head: u32) -> u32 {
  return u.keys_offset / 4u + batch * u.keys_batch + token * u.keys_token + head * 2u;
}
fn write_keys(at: u32, d: u32, value: vec4f) {
  if (d < 2u) {
    keys[at + d] = value;
  }
}
fn at_values(batch: u32, token: u32, head: u32) -> u32 {
  return u.values_offset / 4u + batch * u.values_batch + token * u.values_token + head * 2u;
}
fn write_values(at: u32, d: u32, value: vec4f) {
  if (d < 2u) {
    values[at + d] = value;
  }
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.count) {
    return;
  }
  let d = index % 2u;
  let row = index / 2u;
  let head = row % u.kvHeads;
  let token = row / u.kvHeads % u.l;
  let batch = row / u.kvHeads / u.l;
  let slot = u32(start[batch]) + token;
  if (slot < u.m) {
    write_keys(at_keys(batch, slot, head), d, read_k(at_k(batch, token, head), d));
    write_values(at_values(batch, slot, head), d, read_v(at_v(batch, token, head), d));
  }
}
