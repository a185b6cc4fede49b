// The order of the elements of one line on the host: stable, NaN last. Short lines by insertion, longer ones digit by
// digit, eight bits at a time, from the least significant.
import type { HostArray } from "../numbers/dtype.ts";

/** Lines that insertion sorts faster than counting does. */
const MOST_INSERTED = 48;

/** Positions in ascending (or descending) order; equal elements keep theirs. NaN is the largest, zeros are equal. */
export function orderOf(line: HostArray, descending: boolean): Uint32Array {
  if (line.length <= MOST_INSERTED) return inserted(line, descending);
  let order = Uint32Array.from({ length: line.length }, (_, i) => i);
  let next = new Uint32Array(line.length);
  const counts = new Uint32Array(257);
  for (const word of keyWords(line, descending)) {
    for (let shift = 0; shift < 32; shift += 8) {
      counts.fill(0);
      for (let i = 0; i < word.length; i++) counts[((word[i]! >>> shift) & 255) + 1]!++;
      if (counts.includes(line.length, 1)) continue; // one digit for all
      for (let digit = 1; digit < 257; digit++) counts[digit]! += counts[digit - 1]!;
      for (let i = 0; i < order.length; i++) {
        const place = order[i]!;
        next[counts[(word[place]! >>> shift) & 255]!++] = place;
      }
      [order, next] = [next, order];
    }
  }
  return order;
}

function inserted(line: HostArray, descending: boolean): Uint32Array {
  const order = new Uint32Array(line.length);
  for (let i = 0; i < line.length; i++) {
    const value = line[i]!;
    let at = i;
    while (at > 0 && (descending ? isLess(line[order[at - 1]!]!, value) : isLess(value, line[order[at - 1]!]!))) {
      order[at] = order[at - 1]!;
      at--;
    }
    order[at] = i;
  }
  return order;
}

const isLess = (a: number, b: number): boolean => a < b || (b !== b && a === a);

/** Unsigned words in the order of the elements, the least significant word first. */
function keyWords(line: HostArray, descending: boolean): Uint32Array[] {
  const turned = descending ? 0xffffffff : 0;
  if (line instanceof Float64Array) {
    const words = new Uint32Array(line.slice().buffer);
    const [low, high] = [new Uint32Array(line.length), new Uint32Array(line.length)];
    line.forEach((value, i) => {
      const sign = words[2 * i + 1]! >>> 31;
      const nan = value !== value;
      low[i] = (nan ? 0xffffffff : value === 0 ? 0 : words[2 * i]! ^ -sign) ^ turned;
      high[i] =
        (nan ? 0xffffffff : value === 0 ? 0x80000000 : words[2 * i + 1]! ^ (sign ? 0xffffffff : 0x80000000)) ^ turned;
    });
    return [low, high];
  }
  const words = new Uint32Array(line.slice().buffer);
  if (line instanceof Int32Array) return [words.map((word) => word ^ 0x80000000 ^ turned)];
  if (!(line instanceof Float32Array)) return [words.map((word) => word ^ turned)];
  return [
    words.map((word, i) => {
      const value = line[i]!;
      const key =
        value !== value ? 0xffffffff : value === 0 ? 0x80000000 : word ^ (word >>> 31 ? 0xffffffff : 0x80000000);
      return key ^ turned;
    }),
  ];
}
