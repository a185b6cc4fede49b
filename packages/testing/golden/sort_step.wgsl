// Canonical configuration: primitive sort, case "logits", adapter nvidia.
// sort_step {}
// sort_step
struct Uniforms {
  pairs: u32,
  reach: u32,
  mirrored: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> places: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.pairs) { return; }
  let low = index / u.reach * 2u * u.reach + index % u.reach;
  let high = select(low + u.reach, low + 2u * (u.reach - index % u.reach) - 1u, u.mirrored != 0u);
  let key_low = keys[low];
  let key_high = keys[high];
  let place_low = places[low];
  let place_high = places[high];
  if (key_high < key_low || (key_high == key_low && place_high < place_low)) {
    keys[low] = key_high;
    keys[high] = key_low;
    places[low] = place_high;
    places[high] = place_low;
  }
}
