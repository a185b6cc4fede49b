// Canonical configuration: primitive sample_tokens, case "130m vocabulary", adapter nvidia.
// sample_tokens_keys {"counts":false,"bias":false,"allowed":false}
// sample_tokens_keys
struct Uniforms {
  count: u32,
  cols: u32,
  pitch: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read_write> keys: array<u32>;

fn order(word: u32) -> u32 {
  let bits = select(word, 0u, word == 0x80000000u);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}
fn value(key: u32) -> f32 { return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u)); }
// 0 of −∞, the last word of NaN and +∞
fn key_of(word: u32) -> u32 {
  let special = (word & 0x7fffffffu) > 0x7f800000u || word == 0x7f800000u;
  return select(select(order(word), 0u, word == 0xff800000u), 0xffffffffu, special);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let row = index / u.cols;
  let token = index % u.cols;
  let at = row * u.pitch + token;
  let key = key_of(logits[at]);
  if (key == 0u || key == 0xffffffffu) {
    keys[index] = key;
    return;
  }
  var score = value(key);
  let changed = order(bitcast<u32>(clamp(score, -3.4028233e38, 3.4028233e38)));
  keys[index] = changed;
}
