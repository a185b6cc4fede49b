// Ids outside of the ranges that primitives declare: the error about one, and the search for it on the host.
import { ConfigError, ShapeError, type TensorError } from "../errors.ts";
import type { HostTensor, IdRange } from "./lowering.ts";

/** The error about an id outside of its range. @param where what follows the id, such as its position */
export function idError(
  { op, must = "ids must lie in", size, except, divisors }: Omit<IdRange, "input">,
  id: number,
  where: string,
): TensorError {
  if (divisors)
    return new ConfigError(`${op}: b, which divides integers, must not be 0; got ${id}${where}.`, { op, got: id });
  const excepted = except === undefined ? "" : `, or ${except}, which is ignored`;
  return new ShapeError(`${op}: ${must} [0, ${size})${excepted}; got ${id}${where}.`, { op, expected: size, got: id });
}

/** Raises about the first id outside of its range. */
export function checkIds(ranges: readonly IdRange[], inputs: Readonly<Record<string, HostTensor>>): void {
  for (const range of ranges) {
    const { data } = inputs[range.input]!;
    for (let i = 0; i < data.length; i++) {
      const id = data[i]!;
      if (range.divisors ? id === 0 : (id < 0 || id >= range.size) && id !== range.except)
        throw idError(range, id, ` at position ${i} of ${range.divisors ? "b" : range.input}`);
    }
  }
}
