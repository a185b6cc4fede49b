// What a call of a kernel is, in WGSL and in WebAssembly alike: it works on the buffers of a program, by their names.
import { requireArguments } from "./argument.ts";

/**
 * The buffers that a call sees where it says nothing else: each of its operands the one of the operand's own name.
 *
 * @throws KernelError for what is no array
 * @example
 * console.log({ ...byName(["x", "y"]), y: "sum" }); // { x: "x", y: "sum" }
 */
export function byName(operands: readonly string[]): Record<string, string> {
  requireArguments("byName", { operands }, { operands: "array" });
  return Object.fromEntries(operands.map((name) => [name, name]));
}
