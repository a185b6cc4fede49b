// Uniforms that the kernels of the scan share, optional bindings, and the formatting of WGSL assembled from pieces.
import { activationsFor } from "../elementwise/activation-text.ts";
import type { Binding } from "../kernel.ts";
import { sumFunctions } from "./formulas.ts";

/** q: chunk length and tile side. */
export interface TileConfig {
  readonly q: number;
}

/** Uniforms that every kernel of the scan has: sizes, chunks, and the first batch element of the slice at hand. */
export const sizeUniforms = { batch_start: "u32", l: "u32", h: "u32", p: "u32", g: "u32", n: "u32", c: "u32" } as const;
export type SizeUniform = keyof typeof sizeUniforms;

/** Uniforms of the kernels that sum over a block of the heads of a group. */
export const blockUniforms = { heads_per_block: "u32", blocks: "u32" } as const;
export type BlockUniform = keyof typeof blockUniforms;

/** WGSL: where token `token` of `batch` begins in the tensor of a binding. */
export function tokenStart(binding: string, batch: string, token: string): string {
  return `u.${binding}_offset + ${batch} * u.${binding}_batch + (${token}) * u.${binding}_token`;
}

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
  const sums = Object.entries(sumFunctions).filter(([name]) => wgsl.includes(`${name}(`));
  return activationsFor(wgsl) + sums.map(([, text]) => text).join("") + indented.join("\n").replace(/\n{3,}/g, "\n\n");
}
