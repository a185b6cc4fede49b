// Integers of a word as floats: text that products of integers inline.

/**
 * Four numbers of the word in every lane of `word`, the first of which is number `first`, times `scale`: each to the
 * top by a product, and back with its sign.
 */
export function fourIntegers(bits: 8 | 4, first: number): string {
  const factors = [0, 1, 2, 3].map((lane) => 2 ** (32 - bits * (first + lane + 1)));
  return `vec4f((word * vec4i(${factors.join(", ")})) >> ${32 - bits}) * scale`;
}
