// Which thread of a workgroup takes which place of a tile that is multiplied from workgroup memory.

/**
 * WGSL expressions of a thread's column and row among `across` columns of threads, an even number of rows: threads 2i and
 * 2i + 1 are one above the other, and share what they read of the right operand; threads 4i, 4i + 2 are neighbours of a row
 * and share the left one. An NVIDIA GPU answers a load of 16 bytes a thread in half as many parts then.
 */
export function threadPairs(index: string, across: number): readonly [x: string, y: string] {
  return [`${index} / 2u % ${across}u`, `${index} / ${2 * across}u * 2u + ${index} % 2u`];
}
