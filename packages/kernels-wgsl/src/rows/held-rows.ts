// Rows that are read twice, by threads that hold what they have read: a sum over the row first, then what is written.
import { range } from "../range.ts";
import { type RowConfig, rowType } from "./row-layout.ts";

/** Layout of a kernel of two passes over a row. */
export interface HeldRows extends RowConfig {
  /** Loads of a row that a thread holds from the first pass to the second; 0: it reads them again, from cache. */
  readonly held: number;
  /** Every thread has `held` loads, none fewer. */
  readonly whole: boolean;
}

/** Loads that a thread holds at most. */
export const mostHeld = 4;

/** The layout with as many loads as a thread of it has, where they are few. */
export function heldRows(layout: RowConfig, cols: number): HeldRows {
  const units = cols / layout.vec;
  const loads = Math.ceil(units / layout.threads);
  const held = layout.threads === 1 || loads > mostHeld ? 0 : loads;
  return { ...layout, held, whole: units === held * layout.threads };
}

/** WGSL of a statement for each of the `count` loads of a thread, written out, which see it as `j`. */
export function eachHeld(count: number, whole: boolean, statements: (k: number) => string): string {
  return range(count)
    .map(
      (k) =>
        `  ${whole ? "" : `if (lane + ${k}u * THREADS < u.units) `}{\n    let j = lane + ${k}u * THREADS;\n${statements(k)}  }\n`,
    )
    .join("");
}

/** Two passes: `load` reads load `j` and declares what is `held`, `first` and `second` use it. */
export interface RowPasses {
  readonly load: string;
  readonly held: string;
  readonly first: string;
  readonly second: string;
}

/** WGSL of both passes. What threads hold is written out, so that all reads are under way together. */
export function rowPasses(
  config: HeldRows,
  { load, held: name, first, second }: RowPasses,
): { readonly first: string; readonly second: string } {
  const { held, whole } = config;
  if (held === 0) {
    const loop = (statements: string): string =>
      `  for (var j = lane; j < u.units; j += THREADS) {\n${load}${statements}  }\n`;
    return { first: loop(first), second: loop(second) };
  }
  return {
    first: `${range(held)
      .map((k) => `  var ${name}_${k} = ${rowType(config)}();\n`)
      .join("")}${eachHeld(held, whole, (k) => `${load}    ${name}_${k} = ${name};\n${first}`)}`,
    second: eachHeld(held, whole, (k) => `    let ${name} = ${name}_${k};\n${second}`),
  };
}
