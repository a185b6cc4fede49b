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

fn decay_of_sum(parts: vec2f) -> f32 {
  let sum = parts.x + parts.y;
  return select(0.0, exp(clamp(sum, -104.0, 0.0)), sum > -104.0);
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
    // What the next chunk made is on its way before anything is stored.
    let next = states[(cell + select(0u, u.h, chunk + 1u < u.c)) * size + element];
    states[cell * size + element] = state;
    state = decay_of_sum(last.yz) * state + added;
    added = next;
  }
  finalState[own] = state;
}
