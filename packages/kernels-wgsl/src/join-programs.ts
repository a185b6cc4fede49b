// Joins programs into one, with buffers renamed or placed in parts of larger buffers; and cuts tensors into windows
// that can be bound.
import { describeValue, KernelError, requireArguments } from "@x/base";
import type { BufferPart, Dispatch, Program } from "./kernel.ts";

/** Where a program's buffer is to be found: another name, and, if it is a part of that buffer, which one. */
export type BufferPlace = string | (BufferPart & { readonly of: string });

/**
 * One program of several, run in order. `names` maps the buffers of each part to buffers of the whole, or to a part of
 * one; names that are not mapped stay. Temporaries of one name share one buffer of the largest size.
 * @example
 * const square = { shape: [4], inputs: { x: { type: "f32" } }, outputs: { y: { type: "f32" } }, result: { y: "x * x" } } as const;
 * const twice = joinPrograms([
 *   { program: elementwise.program(square), names: { y: "middle" } },
 *   { program: elementwise.program(square), names: { x: "middle" } },
 * ]); // buffers x, middle and y
 * console.log(twice.dispatches.length); // 2
 */
export function joinPrograms(
  parts: readonly { readonly program: Program; readonly names: Readonly<Record<string, BufferPlace>> }[],
): Program {
  requireArguments("joinPrograms", { parts }, { parts: "array" });
  for (const [i, part] of parts.entries()) {
    requireArguments("joinPrograms", { [`parts[${i}]`]: part }, { [`parts[${i}]`]: "object" });
    requireArguments(
      "joinPrograms",
      { [`parts[${i}].program`]: part.program, [`parts[${i}].names`]: part.names },
      { [`parts[${i}].program`]: "object", [`parts[${i}].names`]: "object" },
    );
  }
  const temps: Record<string, number> = {};
  for (const { program } of parts)
    for (const name in program.temps) temps[name] = Math.max(temps[name] ?? 0, program.temps[name]!);
  return {
    temps,
    dispatches: parts.flatMap(({ program, names }) => program.dispatches.map((each) => placed(each, names))),
  };
}

function placed(each: Dispatch, names: Readonly<Record<string, BufferPlace>>): Dispatch {
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
 * Cuts `count` items of `itemBytes` into windows of at most `mostBytes`. A window begins at a multiple of 64 items and
 * of 256 bytes, so that it can be bound, and so can 4 bytes per item of another buffer. One window where all fits;
 * undefined where 64 items are too many bytes.
 * @throws KernelError (kind `argument`) when an argument is not a whole number of at least 0
 * @example
 * console.log(windows(1000, 4, 1024)); // [{ start: 0, end: 256 }, …, { start: 768, end: 1000 }]
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

/**
 * The part of buffer `of` that a window of items covers, in whole words; for {@link joinPrograms}.
 * @example
 * console.log(windowOf("x", { start: 64, end: 128 }, 4)); // { of: "x", offsetBytes: 256, sizeBytes: 256 }
 */
export function windowOf(of: string, window: Window, itemBytes: number): BufferPlace {
  requireArguments(
    "windowOf",
    { of, window, itemBytes },
    { of: "string", window: "object", itemBytes: "positiveCount" },
  );
  const { start, end } = window;
  requireArguments(
    "windowOf",
    { "window.start": start, "window.end": end },
    { "window.start": "count", "window.end": "count" },
  );
  return { of, offsetBytes: start * itemBytes, sizeBytes: Math.ceil(((end - start) * itemBytes) / 4) * 4 };
}
