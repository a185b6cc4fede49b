// What this JavaScript engine can do: SIMD, relaxed SIMD, and whether a page's content security policy lets WebAssembly
// compile at all.
import { compile } from "./language/compile.ts";

/** What was found. `reason` says why kernels cannot run, when they cannot. */
export interface WasmSupport {
  readonly simd: boolean;
  /** relaxed SIMD's fused multiply-add */
  readonly fma: boolean;
  readonly reason?: string;
}

let found: WasmSupport | undefined;

/** Probes once. In Node 20 it switches relaxed SIMD on, which works until the first module is compiled. */
export function wasmSupport(): WasmSupport {
  return (found ??= probe());
}

function probe(): WasmSupport {
  if (typeof WebAssembly === "undefined")
    return { simd: false, fma: false, reason: "this JavaScript engine has no WebAssembly" };
  const text = "@call fn main(p: ptr) { let v = load4(p); store4(p, fma(v, v, v)); }";
  const plain = compile(text, { fma: false, shared: false });
  if (!WebAssembly.validate(plain))
    return { simd: false, fma: false, reason: "this JavaScript engine has no WebAssembly SIMD" };
  try {
    enableRelaxedSimd();
    new WebAssembly.Module(plain);
  } catch (error) {
    // Only a content security policy forbids compiling what is valid.
    return {
      simd: false,
      fma: false,
      reason: `WebAssembly may not compile here: script-src of a content security policy must have 'wasm-unsafe-eval' (${error instanceof Error ? error.message : String(error)})`,
    };
  }
  return { simd: true, fma: WebAssembly.validate(compile(text, { fma: true, shared: false })) };
}

interface NodeProcess {
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: string): unknown;
}

/** Node 20 has relaxed SIMD behind a flag; later engines have it anyway. */
function enableRelaxedSimd(): void {
  const process = (globalThis as { readonly process?: NodeProcess }).process;
  if (!process?.versions?.node?.startsWith("20.")) return;
  const v8 = process.getBuiltinModule?.("node:v8") as { setFlagsFromString?(flag: string): void } | undefined;
  v8?.setFlagsFromString?.("--experimental-wasm-relaxed-simd");
}
