// WGSL of the landscape: boxes without a bottom, one instance each, and a floor with a grid.

/** cividis, roughly: made for colour-blind readers, and its lightness alone tells the order. */
export const landscapeShader: string = /* wgsl */ `
struct Scene { camera: mat4x4f, eye: vec4f, ground: vec4f }
struct Bar { place: vec2f, height: f32, half: f32, value: f32, picked: f32, unused: vec2f }
@group(0) @binding(0) var<uniform> scene: Scene;
@group(0) @binding(1) var<storage, read> bars: array<Bar>;

struct Lit { @builtin(position) position: vec4f, @location(0) normal: vec3f, @location(1) world: vec3f, @location(2) @interpolate(flat) value: f32, @location(3) @interpolate(flat) picked: f32 }

fn ramp(t: f32) -> vec3f {
  let stops = array(vec3f(0.0, 0.135, 0.305), vec3f(0.25, 0.30, 0.42), vec3f(0.49, 0.485, 0.47), vec3f(0.74, 0.685, 0.42), vec3f(1.0, 0.915, 0.27));
  if (t < 0.0) { return vec3f(0.55); }
  let at = clamp(t, 0.0, 1.0) * 3.999;
  let i = u32(at);
  return mix(stops[i], stops[i + 1u], at - f32(i));
}

@vertex fn bar_vertex(@builtin(vertex_index) index: u32, @builtin(instance_index) instance: u32) -> Lit {
  let corners = array(vec2f(-1, -1), vec2f(1, -1), vec2f(1, 1), vec2f(-1, -1), vec2f(1, 1), vec2f(-1, 1));
  let c = corners[index % 6u];
  let bar = bars[instance];
  var local: vec3f;
  var normal: vec3f;
  switch index / 6u {
    case 0u: { local = vec3f(c.x, 1.0, c.y); normal = vec3f(0, 1, 0); }
    case 1u: { local = vec3f(1.0, (c.x + 1.0) * 0.5, c.y); normal = vec3f(1, 0, 0); }
    case 2u: { local = vec3f(-1.0, (c.x + 1.0) * 0.5, c.y); normal = vec3f(-1, 0, 0); }
    case 3u: { local = vec3f(c.x, (c.y + 1.0) * 0.5, 1.0); normal = vec3f(0, 0, 1); }
    default: { local = vec3f(c.x, (c.y + 1.0) * 0.5, -1.0); normal = vec3f(0, 0, -1); }
  }
  let world = vec3f(bar.place.x + local.x * bar.half, local.y * bar.height, bar.place.y + local.z * bar.half);
  return Lit(scene.camera * vec4f(world, 1.0), normal, world, bar.value, bar.picked);
}

@fragment fn bar_fragment(lit: Lit) -> @location(0) vec4f {
  let light = normalize(vec3f(0.45, 0.9, 0.3));
  let toEye = normalize(scene.eye.xyz - lit.world);
  let diffuse = 0.62 + 0.38 * max(dot(lit.normal, light), 0.0);
  let shine = 0.12 * pow(max(dot(reflect(-light, lit.normal), toEye), 0.0), 24.0);
  let foot = 0.82 + 0.18 * smoothstep(0.0, 0.12, lit.world.y);
  let color = ramp(lit.value) * diffuse * foot + shine;
  return vec4f(mix(color, vec3f(0.9, 0.45, 0.0), 0.65 * lit.picked), 1.0);
}

struct Floor { @builtin(position) position: vec4f, @location(0) place: vec2f }

@vertex fn floor_vertex(@builtin(vertex_index) index: u32) -> Floor {
  let corners = array(vec2f(-1, -1), vec2f(1, -1), vec2f(1, 1), vec2f(-1, -1), vec2f(1, 1), vec2f(-1, 1));
  let place = corners[index] * 1.12;
  return Floor(scene.camera * vec4f(place.x, -0.002, place.y, 1.0), place);
}

@fragment fn floor_fragment(at: Floor) -> @location(0) vec4f {
  let cell = at.place * 4.0;
  let near = abs(fract(cell - 0.5) - 0.5) / fwidth(cell);
  let line = 1.0 - min(min(near.x, near.y), 1.0);
  let ink = select(0.0, 1.0, scene.ground.y < 0.5);
  return vec4f(mix(scene.ground.rgb, vec3f(ink), 0.04 + 0.12 * line), 1.0);
}
`;
