// What the row of an elementwise primitive says of the function of its name.
import * as tensor from "@x/tensor";
import type { DType } from "@x/tensor";

interface Row {
  readonly arity: number;
  /** absent: any float */
  readonly types?: readonly DType[];
  /** absent: the op has no gradient */
  readonly derivatives?: readonly unknown[];
}

/** The row of an exported function; undefined where it is not elementwise. */
export function elementwiseRow(name: string): Row | undefined {
  return (tensor as Readonly<Record<string, { readonly row?: Row } | undefined>>)[`${name}Primitive`]?.row;
}
