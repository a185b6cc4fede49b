// Which dtypes the elementwise kernels of WebAssembly know.
import type { ElementType } from "@x/kernels-wasm";
import type { DType } from "../../numbers/dtype.ts";

/** The types that elementwise kernels of WebAssembly hold. */
export function elementType(dtype: DType): ElementType | undefined {
  return dtype === "f32" || dtype === "i32" || dtype === "u32" || dtype === "bool" ? dtype : undefined;
}
