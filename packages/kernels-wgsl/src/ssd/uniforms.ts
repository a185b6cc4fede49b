// What the kernels of all forms of the scan begin with: uniforms, bindings, and how their pieces become one text.
import { functionsFor } from "../elementwise/functions.ts";
import type { Binding } from "../kernel.ts";

/** q: chunk length and tile side. */
export interface TileConfig {
  readonly q: number;
}

/** Uniforms that every kernel of the scan has: sizes, chunks, and the first batch element of the slice at hand. */
export const sizeUniforms = { batch_start: "u32", l: "u32", h: "u32", p: "u32", g: "u32", n: "u32", c: "u32" } as const;
export type SizeUniform = keyof typeof sizeUniforms;

/** Uniforms that say how D is laid out: [h] or [h, p]. */
export const skipUniforms = { d_head: "u32", d_channel: "u32" } as const;

/** WGSL: a decay rate, as far from −∞ as it takes for its products with steps of 0 to be 0. */
export const finiteRate = (rate: string): string => `max(${rate}, -3.0e38)`;

/** WGSL: the log decay from which on e^x is no f32: nothing passes a token whose own is less. */
export const leastLogDecay = "-87.3";

/** Bindings of a flag. */
export function when<B extends string>(
  flag: boolean,
  bindings: Readonly<Record<B, Binding>>,
): Partial<Readonly<Record<B, Binding>>> {
  return flag ? bindings : {};
}

/** WGSL with the functions it calls, indented by its braces: pieces put together at any depth read as one text. */
export function complete(wgsl: string): string {
  let depth = 0;
  const indented = wgsl.split("\n").map((line) => {
    const text = line.trim();
    const closing = /^[)}]*/.exec(text)![0].length;
    const indent = "  ".repeat(Math.max(0, depth - closing));
    depth += (text.match(/[({]/g)?.length ?? 0) - (text.match(/[)}]/g)?.length ?? 0);
    return text === "" ? "" : indent + text;
  });
  return functionsFor(wgsl) + indented.join("\n").replace(/\n{3,}/g, "\n\n");
}
