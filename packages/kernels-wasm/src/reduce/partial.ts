// Sums over rows in parts, so that threads can share them: how many parts there are depends on the sizes alone, hence
// the order of every sum too.
import type { WasmCall } from "../kernel.ts";
import { columnSum } from "./kernel.ts";

/** Where a kernel puts the sums of its parts, and what is still to be done with them. */
export interface PartialSums {
  readonly parts: number;
  /** rows of one part; the last has fewer */
  readonly perPart: number;
  /** name of the buffer [parts, size]; with one part the result itself */
  readonly partial: string;
  readonly temps: Readonly<Record<string, number>>;
  readonly calls: readonly WasmCall[];
}

const leastRows = 32;
const mostParts = 16;
const mostRows = 512;

/**
 * A result of `size` floats, summed over `rows` rows in 16 parts of 32 to 512 rows, or more parts where 16 are too few:
 * no chain of additions is longer.
 */
export function partialSums(result: string, rows: number, size: number): PartialSums {
  const perPart = Math.min(mostRows, Math.max(leastRows, Math.ceil(rows / mostParts)));
  return sumOfParts(result, Math.ceil(rows / perPart), size, perPart);
}

/** The same for parts that are already counted. */
export function sumOfParts(result: string, parts: number, size: number, perPart: number = 1): PartialSums {
  if (parts === 1) return { parts, perPart, partial: result, temps: {}, calls: [] };
  const partial = `${result}Parts`;
  const sum = columnSum({ x: partial, y: result, scratch: `${result}Scratch` }, { outer: 1, n: parts, inner: size });
  return { parts, perPart, partial, temps: { [partial]: 4 * parts * size, ...sum.temps }, calls: sum.calls };
}
