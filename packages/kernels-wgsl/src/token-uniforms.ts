// Uniforms of a kernel by lists of their names.

/** Uniforms that are whole numbers. */
/* @__NO_SIDE_EFFECTS__ */
export function u32<const N extends string>(...names: readonly N[]): Readonly<Record<N, "u32">> {
  return Object.fromEntries(names.map((name) => [name, "u32"])) as Record<N, "u32">;
}

/** Elements from batch to batch, from token to token, and before the first, as they are bound. */
export type TokenUniform<T extends string> = `${T}_${"batch" | "token" | "offset"}`;

/** Those of tensors of tokens [b, l, …] that may be views. */
export function tokenUniforms<const T extends string>(
  ...tensors: readonly T[]
): Readonly<Record<TokenUniform<T>, "u32">> {
  return u32(...tensors.flatMap((name): TokenUniform<T>[] => [`${name}_batch`, `${name}_token`, `${name}_offset`]));
}
