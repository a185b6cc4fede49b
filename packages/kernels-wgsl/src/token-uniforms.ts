// Uniforms of tensors of tokens [b, l, …] that may be views.

/** Elements from batch to batch, from token to token, and before the first, as they are bound. */
export type TokenUniform<T extends string> = `${T}_${"batch" | "token" | "offset"}`;

export function tokenUniforms<const T extends string>(...tensors: readonly T[]): Record<TokenUniform<T>, "u32"> {
  const names = tensors.flatMap((name) => [`${name}_batch`, `${name}_token`, `${name}_offset`]);
  return Object.fromEntries(names.map((name) => [name, "u32"])) as Record<TokenUniform<T>, "u32">;
}
