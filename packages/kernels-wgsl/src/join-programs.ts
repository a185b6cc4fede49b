// Programs made of programs: run one after another, their buffers renamed, or put at a part of a larger buffer.
import { describeValue } from "@x/base";
import { KernelError } from "./errors.ts";
import type { BufferPart, Dispatch, Program } from "./kernel.ts";

/** Where a program's buffer is to be found: another name, and, if it is a part of that buffer, which one. */
export type Place = string | (BufferPart & { readonly of: string });

/** One program of several, in order, with the buffers of each at their places. Temps of one name are one buffer, as large as the largest. */
export function joinPrograms(
  parts: readonly { readonly program: Program; readonly names: Readonly<Record<string, Place>> }[],
): Program {
  const temps: Record<string, number> = {};
  for (const { program } of parts)
    for (const name in program.temps) temps[name] = Math.max(temps[name] ?? 0, program.temps[name]!);
  return {
    temps,
    dispatches: parts.flatMap(({ program, names }) => program.dispatches.map((each) => placed(each, names))),
  };
}

function placed(each: Dispatch, names: Readonly<Record<string, Place>>): Dispatch {
  const buffers: Record<string, string> = {};
  const parts: Record<string, BufferPart> = { ...each.parts };
  for (const [binding, buffer] of Object.entries(each.buffers)) {
    const place = names[buffer] ?? buffer;
    buffers[binding] = typeof place === "string" ? place : place.of;
    if (typeof place === "string") continue;
    const inner = parts[binding] ?? { offsetBytes: 0, sizeBytes: place.sizeBytes };
    parts[binding] = { offsetBytes: place.offsetBytes + inner.offsetBytes, sizeBytes: inner.sizeBytes };
  }
  return Object.keys(parts).length === 0 ? { ...each, buffers } : { ...each, buffers, parts };
}

/** Items `start` to `end` (exclusive), rows or elements. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * `count` items of `itemBytes` in windows of at most `mostBytes` that begin at multiples of 256 bytes, and at multiples of 64 items, so that a number of 4 bytes per item
 * does too. One window where that is enough; undefined where 64 items are too many bytes.
 */
export function windows(count: number, itemBytes: number, mostBytes: number): Window[] | undefined {
  for (const [name, value] of Object.entries({ count, itemBytes, mostBytes })) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new KernelError(`windows: ${name} must be a whole number of at least 0; got ${describeValue(value)}.`, {
        kernel: "windows",
      });
  }
  if (count * itemBytes <= mostBytes) return [{ start: 0, end: count }];
  let step = 64;
  while ((step * itemBytes) % 256 !== 0) step *= 2;
  const length = Math.floor(mostBytes / itemBytes / step) * step;
  if (length === 0) return undefined;
  return Array.from({ length: Math.ceil(count / length) }, (_, i) => ({
    start: i * length,
    end: Math.min(count, (i + 1) * length),
  }));
}

/** The part of buffer `of` that a window of items covers, in whole words. */
export function windowOf(of: string, { start, end }: Window, itemBytes: number): Place {
  return { of, offsetBytes: start * itemBytes, sizeBytes: Math.ceil(((end - start) * itemBytes) / 4) * 4 };
}
