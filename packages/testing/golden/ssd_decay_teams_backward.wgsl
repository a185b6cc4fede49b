// Canonical configuration: primitive ssd_backward, case "130m", adapter lavapipe.
// ssd_decay_teams_backward {"q":32}
// ssd_decay_teams_backward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  cells: u32,
  state_teams: u32,
  score_teams: u32,
  dots_teams: u32,
  dots_c_start: u32,
  bias_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read> passing: array<f32>;
@group(0) @binding(4) var<storage, read> intra: array<vec2f>;
@group(0) @binding(5) var<storage, read> rowDots: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradDt: array<f32>;
@group(0) @binding(7) var<storage, read_write> partials: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn dots(start: u32, own: u32) -> f32 {
  var sum = 0.0;
  for (var team = 0u; team < u.dots_teams; team++) { sum += rowDots[start + team * u.cells * u.h * 32u + own]; }
  return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.cells * u.h) { return; }
  let head = index % u.h;
  let cell = index / u.h;
  let first = cell % u.c * 32u;
  let last = steps[index * 32u + 31u];
  var passed = 0.0;
  for (var team = 0u; team < u.state_teams; team++) { passed += passing[team * u.cells * u.h + index]; }
  // The state passes through the whole chunk: it counts as if at the last token.
  var from_here = select(0.0, decay(last.y), last.z == 0.0) * passed;
  var reached: array<f32, 32>;
  for (var i = 0u; i < 32u; i++) {
    let m = 31u - i;
    from_here += dots(u.dots_c_start, index * 32u + m);
    reached[m] = from_here;
  }
  var before = 0.0;
  var sums = vec2f();
  for (var m = 0u; m < 32u; m++) {
    let own = index * 32u + m;
    let here = steps[own];
    let input = dots(0u, own);
    var within = vec2f();
    for (var team = 0u; team < u.score_teams; team++) { within += intra[team * u.cells * u.h * 32u + own]; }
    let log_decay = reached[m] + before + within.x;
    let gradient = (max(A[head], -3.0e38) * log_decay + input + within.y) * here.w;
    before += here.x * input;
    if (first + m < u.l) {
      gradDt[((u.batch_start + cell / u.c) * u.l + first + m) * u.h + head] = gradient;
      sums += vec2f(log_decay * here.x, gradient);
    }
  }
  let at = (u.batch_start * u.c + cell) * u.h + head;
  partials[at] = sums.x;
  partials[u.bias_start + at] = sums.y;
}
