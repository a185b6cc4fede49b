// ---- sum_squares_partial {"threads":1,"vec":1,"tensors":1,"square":false,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = group.x * 64u + local;
  if (part >= u.end0) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      sum += total(x0[i]);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}

// ---- sum_squares_partial {"threads":1,"vec":1,"tensors":1,"square":false,"previous":true}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read> previous: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = group.x * 64u + local;
  if (part >= u.end0) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      sum += total(x0[i]);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result + previous[0]; }
}

// ---- sum_squares_partial {"threads":1,"vec":1,"tensors":1,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = group.x * 64u + local;
  if (part >= u.end0) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}

// ---- sum_squares_partial {"threads":1,"vec":1,"tensors":7,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read> x1: array<f32>;
@group(0) @binding(3) var<storage, read> x2: array<f32>;
@group(0) @binding(4) var<storage, read> x3: array<f32>;
@group(0) @binding(5) var<storage, read> x4: array<f32>;
@group(0) @binding(6) var<storage, read> x5: array<f32>;
@group(0) @binding(7) var<storage, read> x6: array<f32>;
@group(0) @binding(8) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = group.x * 64u + local;
  if (part >= u.end6) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  } else if (part < u.end1) {
    let parts = u.end1 - u.end0;
    for (var i = (part - u.end0) * THREADS + lane; i < u.units1; i += parts * THREADS) {
      let v = x1[i];
      sum += total(v * v);
    }
  } else if (part < u.end2) {
    let parts = u.end2 - u.end1;
    for (var i = (part - u.end1) * THREADS + lane; i < u.units2; i += parts * THREADS) {
      let v = x2[i];
      sum += total(v * v);
    }
  } else if (part < u.end3) {
    let parts = u.end3 - u.end2;
    for (var i = (part - u.end2) * THREADS + lane; i < u.units3; i += parts * THREADS) {
      let v = x3[i];
      sum += total(v * v);
    }
  } else if (part < u.end4) {
    let parts = u.end4 - u.end3;
    for (var i = (part - u.end3) * THREADS + lane; i < u.units4; i += parts * THREADS) {
      let v = x4[i];
      sum += total(v * v);
    }
  } else if (part < u.end5) {
    let parts = u.end5 - u.end4;
    for (var i = (part - u.end4) * THREADS + lane; i < u.units5; i += parts * THREADS) {
      let v = x5[i];
      sum += total(v * v);
    }
  } else if (part < u.end6) {
    let parts = u.end6 - u.end5;
    for (var i = (part - u.end5) * THREADS + lane; i < u.units6; i += parts * THREADS) {
      let v = x6[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}

// ---- sum_squares_partial {"threads":1,"vec":4,"tensors":1,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = group.x * 64u + local;
  if (part >= u.end0) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}

// ---- sum_squares_partial {"threads":1,"vec":4,"tensors":4,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<vec4f>;
@group(0) @binding(2) var<storage, read> x1: array<vec4f>;
@group(0) @binding(3) var<storage, read> x2: array<vec4f>;
@group(0) @binding(4) var<storage, read> x3: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = group.x * 64u + local;
  if (part >= u.end3) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  } else if (part < u.end1) {
    let parts = u.end1 - u.end0;
    for (var i = (part - u.end0) * THREADS + lane; i < u.units1; i += parts * THREADS) {
      let v = x1[i];
      sum += total(v * v);
    }
  } else if (part < u.end2) {
    let parts = u.end2 - u.end1;
    for (var i = (part - u.end1) * THREADS + lane; i < u.units2; i += parts * THREADS) {
      let v = x2[i];
      sum += total(v * v);
    }
  } else if (part < u.end3) {
    let parts = u.end3 - u.end2;
    for (var i = (part - u.end2) * THREADS + lane; i < u.units3; i += parts * THREADS) {
      let v = x3[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}

// ---- sum_squares_partial {"threads":256,"vec":1,"tensors":1,"square":false,"previous":true}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read> previous: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
  return result;
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x;
  if (part >= u.end0) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      sum += total(x0[i]);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result + previous[0]; }
}

// ---- sum_squares_partial {"threads":256,"vec":1,"tensors":1,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
  return result;
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x;
  if (part >= u.end0) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}

// ---- sum_squares_partial {"threads":256,"vec":1,"tensors":1,"square":true,"previous":true}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read> previous: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
  return result;
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x;
  if (part >= u.end0) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result + previous[0]; }
}

// ---- sum_squares_partial {"threads":256,"vec":1,"tensors":7,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read> x1: array<f32>;
@group(0) @binding(3) var<storage, read> x2: array<f32>;
@group(0) @binding(4) var<storage, read> x3: array<f32>;
@group(0) @binding(5) var<storage, read> x4: array<f32>;
@group(0) @binding(6) var<storage, read> x5: array<f32>;
@group(0) @binding(7) var<storage, read> x6: array<f32>;
@group(0) @binding(8) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
  return result;
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x;
  if (part >= u.end6) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  } else if (part < u.end1) {
    let parts = u.end1 - u.end0;
    for (var i = (part - u.end0) * THREADS + lane; i < u.units1; i += parts * THREADS) {
      let v = x1[i];
      sum += total(v * v);
    }
  } else if (part < u.end2) {
    let parts = u.end2 - u.end1;
    for (var i = (part - u.end1) * THREADS + lane; i < u.units2; i += parts * THREADS) {
      let v = x2[i];
      sum += total(v * v);
    }
  } else if (part < u.end3) {
    let parts = u.end3 - u.end2;
    for (var i = (part - u.end2) * THREADS + lane; i < u.units3; i += parts * THREADS) {
      let v = x3[i];
      sum += total(v * v);
    }
  } else if (part < u.end4) {
    let parts = u.end4 - u.end3;
    for (var i = (part - u.end3) * THREADS + lane; i < u.units4; i += parts * THREADS) {
      let v = x4[i];
      sum += total(v * v);
    }
  } else if (part < u.end5) {
    let parts = u.end5 - u.end4;
    for (var i = (part - u.end4) * THREADS + lane; i < u.units5; i += parts * THREADS) {
      let v = x5[i];
      sum += total(v * v);
    }
  } else if (part < u.end6) {
    let parts = u.end6 - u.end5;
    for (var i = (part - u.end5) * THREADS + lane; i < u.units6; i += parts * THREADS) {
      let v = x6[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}

// ---- sum_squares_partial {"threads":256,"vec":4,"tensors":1,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
  return result;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x;
  if (part >= u.end0) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}

// ---- sum_squares_partial {"threads":256,"vec":4,"tensors":4,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  first: u32,
  units0: u32,
  end0: u32,
  units1: u32,
  end1: u32,
  units2: u32,
  end2: u32,
  units3: u32,
  end3: u32,
  units4: u32,
  end4: u32,
  units5: u32,
  end5: u32,
  units6: u32,
  end6: u32,
  units7: u32,
  end7: u32,
  units8: u32,
  end8: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x0: array<vec4f>;
@group(0) @binding(2) var<storage, read> x1: array<vec4f>;
@group(0) @binding(3) var<storage, read> x2: array<vec4f>;
@group(0) @binding(4) var<storage, read> x3: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
  return result;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x;
  if (part >= u.end3) { return; }
  var sum = 0.0;
  if (part < u.end0) {
    let parts = u.end0 - 0u;
    for (var i = (part - 0u) * THREADS + lane; i < u.units0; i += parts * THREADS) {
      let v = x0[i];
      sum += total(v * v);
    }
  } else if (part < u.end1) {
    let parts = u.end1 - u.end0;
    for (var i = (part - u.end0) * THREADS + lane; i < u.units1; i += parts * THREADS) {
      let v = x1[i];
      sum += total(v * v);
    }
  } else if (part < u.end2) {
    let parts = u.end2 - u.end1;
    for (var i = (part - u.end1) * THREADS + lane; i < u.units2; i += parts * THREADS) {
      let v = x2[i];
      sum += total(v * v);
    }
  } else if (part < u.end3) {
    let parts = u.end3 - u.end2;
    for (var i = (part - u.end2) * THREADS + lane; i < u.units3; i += parts * THREADS) {
      let v = x3[i];
      sum += total(v * v);
    }
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result; }
}
