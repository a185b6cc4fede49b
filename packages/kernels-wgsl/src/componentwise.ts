// Scalar WGSL functions applied to each component of a vector.

/** WGSL of `fn name(x: f32) -> f32` applied to every lane of the expression `x` of the given type. */
export function componentwise(name: string, type: "vec4f" | "f32", x: string): string {
  return type === "f32"
    ? `${name}(${x})`
    : `vec4f(${["x", "y", "z", "w"].map((lane) => `${name}(${x}.${lane})`).join(", ")})`;
}
