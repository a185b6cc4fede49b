// Whether a program can run here at all. Apart from the programs, which are made without the compiler: what only makes them does not hold it.
import { BoundedCache, requireArguments, KernelError } from "@x/base";
import { type WasmProgram, wasmText } from "./kernel.ts";
import { compile } from "./language/compile.ts";

/** By text. */
const known = new BoundedCache<string, boolean>(1024);

/**
 * Whether all functions that a program's expressions call have a vector form here. Programs that are not `tentative` compile.
 *
 * @throws KernelError when a kernel's text is no kernel text
 * @example
 * const program = elementwiseWasm.program({ shape: [4], inputs: { x: {} }, result: "atan2(x, 1.5)" });
 * console.log(program !== undefined && compilesWasm(program)); // false: atan2 is in WGSL only
 */
export function compilesWasm(program: WasmProgram): boolean {
  requireArguments("compilesWasm", { program }, { program: "object" });
  if (!program.tentative) return true;
  return program.calls.every(({ kernel, config }) => {
    const text = wasmText(kernel, config);
    return known.get(text, () => {
      try {
        compile(text, { fma: false, shared: false });
        return true;
      } catch (error) {
        if (error instanceof KernelError && error.kind === "unsupported") return false;
        throw error;
      }
    });
  });
}
