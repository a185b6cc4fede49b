// Canonical configuration: primitive adamw_8bit, case "130m in_proj", adapter nvidia.
// adamw_8bit_update {"vec":4,"scaled":true}
// adamw_8bit_update
struct Uniforms {
  blocks: u32,
  rows: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<vec4f>;
@group(0) @binding(2) var<storage, read> grad: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> mCodes: array<u32>;
@group(0) @binding(4) var<storage, read_write> vCodes: array<u32>;
@group(0) @binding(5) var<storage, read_write> scales: array<vec2f>;
@group(0) @binding(6) var<storage, read> table: array<u32>;
@group(0) @binding(7) var<storage, read> hyper: array<f32>;
@group(0) @binding(8) var<storage, read> gradScale: array<f32>;

fn m_decode(word: u32) -> vec4f {
  let code = vec4f((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u));
  let n = abs(code - 127.0);
  let power = bitcast<vec4f>(bitcast<vec4u>(n) & vec4u(0x7f800000u));
  var step = vec4f();
  step = select(step, vec4f(9.000000000e-7), n >= vec4f(1.0));
  step = select(step, vec4f(4.500000000e-6), n >= vec4f(2.0));
  step = select(step, vec4f(2.250000000e-5), n >= vec4f(4.0));
  step = select(step, vec4f(1.125000000e-4), n >= vec4f(8.0));
  step = select(step, vec4f(5.625000000e-4), n >= vec4f(16.0));
  step = select(step, vec4f(2.812500000e-3), n >= vec4f(32.0));
  step = select(step, vec4f(1.406250000e-2), n >= vec4f(64.0));
  step = select(step, vec4f(6.792452830e-2), n >= vec4f(128.0));
  return sign(code - 127.0) * step * (n - 8.888888889e-1 * power + 0.5);
}
fn m_encode(numbers: vec4f) -> u32 {
  let size = abs(numbers);
  var power = vec4f(0.0);
  var scale = vec4f();
  var at = vec4<bool>();
  at = size >= vec4f(2.750000000e-7); power = select(power, vec4f(1.0), at); scale = select(scale, vec4f(1.111111111e+6), at);
  at = size >= vec4f(1.900000000e-6); power = select(power, vec4f(2.0), at); scale = select(scale, vec4f(2.222222222e+5), at);
  at = size >= vec4f(1.450000000e-5); power = select(power, vec4f(4.0), at); scale = select(scale, vec4f(4.444444444e+4), at);
  at = size >= vec4f(1.225000000e-4); power = select(power, vec4f(8.0), at); scale = select(scale, vec4f(8.888888889e+3), at);
  at = size >= vec4f(1.112500000e-3); power = select(power, vec4f(16.0), at); scale = select(scale, vec4f(1.777777778e+3), at);
  at = size >= vec4f(1.056250000e-2); power = select(power, vec4f(32.0), at); scale = select(scale, vec4f(3.555555556e+2), at);
  at = size >= vec4f(1.028125000e-1); power = select(power, vec4f(64.0), at); scale = select(scale, vec4f(7.111111111e+1), at);
  at = size >= vec4f(9.964843750e-1); power = select(power, vec4f(128.0), at); scale = select(scale, vec4f(1.472222222e+1), at);
  let most = select(power - 1.0, vec4f(), power == vec4f(128.0));
  let n = power + max(min(floor(size * scale - power * 1.111111111e-1), most), vec4f());
  let code = vec4u(127.0 + select(n, -min(n, vec4f(127.0)), numbers < vec4f())) << vec4u(0u, 8u, 16u, 24u);
  return code.x | code.y | code.z | code.w;
}
fn v_decode(word: u32) -> vec4f {
  let code = vec4f((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u));
  let n = code + 1.0;
  let power = bitcast<vec4f>(bitcast<vec4u>(n) & vec4u(0x7f800000u));
  var step = vec4f();
  step = select(step, vec4f(4.500000000e-7), n >= vec4f(2.0));
  step = select(step, vec4f(2.250000000e-6), n >= vec4f(4.0));
  step = select(step, vec4f(1.125000000e-5), n >= vec4f(8.0));
  step = select(step, vec4f(5.625000000e-5), n >= vec4f(16.0));
  step = select(step, vec4f(2.812500000e-4), n >= vec4f(32.0));
  step = select(step, vec4f(1.406250000e-3), n >= vec4f(64.0));
  step = select(step, vec4f(7.031250000e-3), n >= vec4f(128.0));
  step = select(step, vec4f(3.454894434e-2), n >= vec4f(256.0));
  return step * (n - 8.888888889e-1 * power + 0.5);
}
fn v_encode(numbers: vec4f) -> u32 {
  let size = numbers;
  var power = vec4f(1.0);
  var scale = vec4f();
  var at = vec4<bool>();
  at = size > vec4f(); power = select(power, vec4f(2.0), at); scale = select(scale, vec4f(2.222222222e+6), at);
  at = size >= vec4f(1.450000000e-6); power = select(power, vec4f(4.0), at); scale = select(scale, vec4f(4.444444444e+5), at);
  at = size >= vec4f(1.225000000e-5); power = select(power, vec4f(8.0), at); scale = select(scale, vec4f(8.888888889e+4), at);
  at = size >= vec4f(1.112500000e-4); power = select(power, vec4f(16.0), at); scale = select(scale, vec4f(1.777777778e+4), at);
  at = size >= vec4f(1.056250000e-3); power = select(power, vec4f(32.0), at); scale = select(scale, vec4f(3.555555556e+3), at);
  at = size >= vec4f(1.028125000e-2); power = select(power, vec4f(64.0), at); scale = select(scale, vec4f(7.111111111e+2), at);
  at = size >= vec4f(1.014062500e-1); power = select(power, vec4f(128.0), at); scale = select(scale, vec4f(1.422222222e+2), at);
  at = size >= vec4f(9.982421875e-1); power = select(power, vec4f(256.0), at); scale = select(scale, vec4f(2.894444444e+1), at);
  let most = select(power - 1.0, vec4f(), power == vec4f(256.0));
  let n = power + max(min(floor(size * scale - power * 1.111111111e-1), most), vec4f());
  let code = vec4u(n - 1.0) << vec4u(0u, 8u, 16u, 24u);
  return code.x | code.y | code.z | code.w;
}

var<workgroup> peaks: array<vec2f, 64>;
var<workgroup> leaders: array<vec2f, 8>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = group.x + group.y * groups.x;
  if (block >= u.blocks) { return; }
  var row = 0u;
  for (var span = u.rows; span > 1u;) {
    let half = span / 2u;
    if (table[(row + half) * 5u] <= block) { row += half; span -= half; } else { span = half; }
  }
  let within = block - table[row * 5u];
  let element = table[row * 5u + 1u] + within * 256u + lane * 4u;
  let end = table[row * 5u + 2u];
  let place = table[row * 5u + 3u] + within;
  let word = block * 64u + lane;
  let lr = hyper[0];
  let beta1 = hyper[1];
  let beta2 = hyper[2];
  var param4 = vec4f();
  if (element < end) { param4 = param[element / 4u]; }
  var grad4 = vec4f();
  if (element < end) { grad4 = grad[element / 4u]; }
  let before = scales[place];
  let g = grad4 * (hyper[7] * gradScale[0]);
  let mean = beta1 * (m_decode(mCodes[word]) * before.x) + (1.0 - beta1) * g;
  let square = beta2 * (v_decode(vCodes[word]) * before.y) + (1.0 - beta2) * g * g;
  let inside = vec4u(element) + vec4u(0u, 1u, 2u, 3u) < vec4u(end);
  let m = select(vec4f(), mean, inside);
  let v = select(vec4f(), square, inside);
  let root = sqrt(v) * inverseSqrt(hyper[6]) + hyper[3];
  let change = (lr / hyper[5]) * m / root;
  let kept = param4 * select(1.0, 1.0 - lr * hyper[4], table[row * 5u + 4u] > 0u);
  let updated = kept - select(change, vec4f(), root == vec4f()); // with eps 0 and no gradient ever: 0 / 0
  if (element < end) { param[element / 4u] = updated; }
  let size = abs(m);
  peaks[lane] = vec2f(max(max(size.x, size.y), max(size.z, size.w)), max(max(v.x, v.y), max(v.z, v.w)));
  workgroupBarrier();
  if (lane < 8u) {
    var most = peaks[lane * 8u];
    for (var i = 1u; i < 8u; i++) { most = max(most, peaks[lane * 8u + i]); }
    leaders[lane] = most;
  }
  workgroupBarrier();
  var most = leaders[0];
  for (var i = 1u; i < 8u; i++) { most = max(most, leaders[i]); }
  let divisor = select(most, vec2f(1.0), most == vec2f()); // a block of zeros stays one
  mCodes[word] = m_encode(m / divisor.x);
  vCodes[word] = v_encode(v / divisor.y);
  if (lane == 0u) { scales[place] = most; }
}
