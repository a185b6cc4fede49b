// Canonical configuration: primitive cached_attention, case "0.5B, a token after 4095", adapter nvidia.
// attention_join {"headDim":64,"vector":true}
// attention_join
struct Uniforms {
  count: u32,
  l: u32,
  group: u32,
  kvHeads: u32,
  splits: u32,
  y_batch: u32,
  y_token: u32,
  y_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

fn at_y(batch: u32, token: u32, head: u32) -> u32 {
  return u.y_offset / 4u + batch * u.y_batch + token * u.y_token + head * 16u;
}
fn write_y(at: u32, d: u32, value: vec4f) {
  if (d < 16u) {
    y[at + d] = value;
  }
}
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn weight_of(x: f32) -> f32 {
  return select(0.0, exp(clamp(x, -87.0, 0.0)), x > -87.0);
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.count) {
    return;
  }
  let d = index % 16u;
  let all_rows = u.l * u.group;
  let row = index / 16u % all_rows;
  let head = index / 16u / all_rows;
  let first = head * u.splits * all_rows + row;
  var top = -3.40282346e38;
  for (var part = 0u; part < u.splits; part += 1u) {
    top = max(top, parts[(first + part * all_rows) * 17u + 16u].x);
  }
  var sum = vec4f();
  var total = 0.0;
  for (var part = 0u; part < u.splits; part += 1u) {
    let at = (first + part * all_rows) * 17u;
    let statistics = parts[at + 16u];
    let weight = weight_of(statistics.x - top);
    sum += weight * parts[at + d];
    total += weight * statistics.y;
  }
  let kv_head = head % u.kvHeads;
  write_y(at_y(head / u.kvHeads, row / u.group, kv_head * u.group + row % u.group), d, sum * or_nan(1.0 / max(total, 1e-37), total == 0.0));
}
