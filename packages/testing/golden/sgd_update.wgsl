// ---- sgd_update {"vec":1,"two":false,"decay":false,"scaled":false,"momentum":"nesterov"}
// sgd_update
struct Uniforms {
  units: u32,
  units1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<f32>;
@group(0) @binding(2) var<storage, read> grad: array<f32>;
@group(0) @binding(3) var<storage, read_write> velocity: array<f32>;
@group(0) @binding(4) var<storage, read> hyper: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units + u.units1) { return; }
  let scale = hyper[3];
    let g = grad[index] * scale;
    let speed = hyper[1] * velocity[index] + g;
    velocity[index] = speed;
    param[index] -= hyper[0] * (g + hyper[1] * speed);
}

// ---- sgd_update {"vec":1,"two":false,"decay":true,"scaled":false,"momentum":"classic"}
// sgd_update
struct Uniforms {
  units: u32,
  units1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<f32>;
@group(0) @binding(2) var<storage, read> grad: array<f32>;
@group(0) @binding(3) var<storage, read_write> velocity: array<f32>;
@group(0) @binding(4) var<storage, read> hyper: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units + u.units1) { return; }
  let scale = hyper[3];
    let g = grad[index] * scale + hyper[2] * param[index];
    let speed = hyper[1] * velocity[index] + g;
    velocity[index] = speed;
    param[index] -= hyper[0] * speed;
}

// ---- sgd_update {"vec":1,"two":false,"decay":true,"scaled":true,"momentum":"nesterov"}
// sgd_update
struct Uniforms {
  units: u32,
  units1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<f32>;
@group(0) @binding(2) var<storage, read> grad: array<f32>;
@group(0) @binding(3) var<storage, read_write> velocity: array<f32>;
@group(0) @binding(4) var<storage, read> hyper: array<f32>;
@group(0) @binding(5) var<storage, read> gradScale: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units + u.units1) { return; }
  let scale = hyper[3] * gradScale[0];
    let g = grad[index] * scale + hyper[2] * param[index];
    let speed = hyper[1] * velocity[index] + g;
    velocity[index] = speed;
    param[index] -= hyper[0] * (g + hyper[1] * speed);
}

// ---- sgd_update {"vec":1,"two":false,"decay":true,"scaled":true,"momentum":"none"}
// sgd_update
struct Uniforms {
  units: u32,
  units1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<f32>;
@group(0) @binding(2) var<storage, read> grad: array<f32>;
@group(0) @binding(3) var<storage, read> hyper: array<f32>;
@group(0) @binding(4) var<storage, read> gradScale: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units + u.units1) { return; }
  let scale = hyper[3] * gradScale[0];
    let g = grad[index] * scale + hyper[2] * param[index];
    param[index] -= hyper[0] * g;
}

// ---- sgd_update {"vec":1,"two":true,"decay":true,"scaled":true,"momentum":"nesterov"}
// sgd_update
struct Uniforms {
  units: u32,
  units1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<f32>;
@group(0) @binding(2) var<storage, read> grad: array<f32>;
@group(0) @binding(3) var<storage, read_write> velocity: array<f32>;
@group(0) @binding(4) var<storage, read_write> param1: array<f32>;
@group(0) @binding(5) var<storage, read> grad1: array<f32>;
@group(0) @binding(6) var<storage, read_write> velocity1: array<f32>;
@group(0) @binding(7) var<storage, read> hyper: array<f32>;
@group(0) @binding(8) var<storage, read> gradScale: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units + u.units1) { return; }
  let scale = hyper[3] * gradScale[0];
  if (index < u.units) {
    let g = grad[index] * scale + hyper[2] * param[index];
    let speed = hyper[1] * velocity[index] + g;
    velocity[index] = speed;
    param[index] -= hyper[0] * (g + hyper[1] * speed);
  } else {
    let other = index - u.units;
    let g = grad1[other] * scale + hyper[2] * param1[other];
    let speed = hyper[1] * velocity1[other] + g;
    velocity1[other] = speed;
    param1[other] -= hyper[0] * (g + hyper[1] * speed);
  }
}

// ---- sgd_update {"vec":4,"two":false,"decay":true,"scaled":true,"momentum":"classic"}
// sgd_update
struct Uniforms {
  units: u32,
  units1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<vec4f>;
@group(0) @binding(2) var<storage, read> grad: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> velocity: array<vec4f>;
@group(0) @binding(4) var<storage, read> hyper: array<f32>;
@group(0) @binding(5) var<storage, read> gradScale: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units + u.units1) { return; }
  let scale = hyper[3] * gradScale[0];
    let g = grad[index] * scale + hyper[2] * param[index];
    let speed = hyper[1] * velocity[index] + g;
    velocity[index] = speed;
    param[index] -= hyper[0] * speed;
}

// ---- sgd_update {"vec":4,"two":false,"decay":true,"scaled":true,"momentum":"nesterov"}
// sgd_update
struct Uniforms {
  units: u32,
  units1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<vec4f>;
@group(0) @binding(2) var<storage, read> grad: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> velocity: array<vec4f>;
@group(0) @binding(4) var<storage, read> hyper: array<f32>;
@group(0) @binding(5) var<storage, read> gradScale: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units + u.units1) { return; }
  let scale = hyper[3] * gradScale[0];
    let g = grad[index] * scale + hyper[2] * param[index];
    let speed = hyper[1] * velocity[index] + g;
    velocity[index] = speed;
    param[index] -= hyper[0] * (g + hyper[1] * speed);
}

// ---- sgd_update {"vec":4,"two":true,"decay":true,"scaled":true,"momentum":"none"}
// sgd_update
struct Uniforms {
  units: u32,
  units1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<vec4f>;
@group(0) @binding(2) var<storage, read> grad: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> param1: array<vec4f>;
@group(0) @binding(4) var<storage, read> grad1: array<vec4f>;
@group(0) @binding(5) var<storage, read> hyper: array<f32>;
@group(0) @binding(6) var<storage, read> gradScale: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units + u.units1) { return; }
  let scale = hyper[3] * gradScale[0];
  if (index < u.units) {
    let g = grad[index] * scale + hyper[2] * param[index];
    param[index] -= hyper[0] * g;
  } else {
    let other = index - u.units;
    let g = grad1[other] * scale + hyper[2] * param1[other];
    param1[other] -= hyper[0] * g;
  }
}
