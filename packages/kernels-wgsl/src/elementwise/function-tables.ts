// Functions that kernels call by name and WGSL lacks: tables of them, and how a text gets those that it calls. A kernel
// names the tables that it needs, so that a page holds no other.
import { KernelError } from "@x/base";

/** A function that kernels may call by name. */
export interface WgslFunction {
  /** names of functions that the text calls */
  readonly uses?: readonly string[];
  readonly wgsl: string;
}

/** Functions by name. */
export type FunctionTable = Readonly<Record<string, WgslFunction>>;

/** The functions of the tables that a text calls, with those that these call, each once and before its callers. */
export function functionsIn(tables: readonly FunctionTable[], text: string): ReadonlyMap<string, string> {
  const table: FunctionTable = Object.assign({}, ...tables);
  const wanted = new Map<string, string>();
  const want = (name: string): void => {
    if (wanted.has(name)) return;
    const found = table[name];
    if (!found)
      throw new KernelError(
        `functions: ${name} must be in one of the tables that a kernel names, since another function calls it; it is in none.`,
        { kernel: name },
      );
    for (const used of found.uses ?? []) want(used);
    wanted.set(name, `${found.wgsl}\n`);
  };
  for (const name of Object.keys(table)) if (new RegExp(`\\b${name}\\s*\\(`).test(text)) want(name);
  return wanted;
}

/** {@link functionsIn} as text. */
export function functionText(tables: readonly FunctionTable[], text: string): string {
  return [...functionsIn(tables, text).values()].join("");
}
