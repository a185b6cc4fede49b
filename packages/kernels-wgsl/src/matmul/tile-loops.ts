// The multiply-adds of a register tile, and the loop over k that loads its operands from storage without workgroup
// memory.
import { lanes, type StageConfig, type TileConfig } from "./tile-config.ts";
import { range } from "../range.ts";

/** The multiply-adds of one step of k; `a(i)` is the vec4f of rows 4i … 4i+3, `b(j)` that of column vector j, `sum` what the sums are called. */
export function multiplyAdds(
  { rows, vectors }: TileConfig,
  a: (i: number) => string,
  b: (j: number) => string,
  indent: string,
  sum: string,
): string {
  return range(rows)
    .flatMap((i) =>
      range(vectors).map(
        (j) => `${indent}${sum}${i}_${j} = fma(vec4f(${a(i >> 2)}.${lanes[i & 3]}), ${b(j)}, ${sum}${i}_${j});`,
      ),
    )
    .join("\n");
}

/**
 * Every thread loads its operands itself. Four steps of k are added up before they join the sum of a register: it is a chain of
 * k/4 additions then, and its rounding half of what one of k has.
 */
export function directLoop({ rows, vectors, threadsX }: StageConfig<"none">): string {
  const loads = [
    ...range(rows / 4).map((i) => `    let a${i} = load_a(baseA, row + ${4 * i}u, k);`),
    ...range(vectors).map((j) => `    let b${j} = load_b(baseB, column + ${j * 4 * threadsX}u, k);`),
  ];
  const four = (i: number, j: number): string =>
    range(4).reduce((sum, q) => {
      const [a, b] = [`vec4f(a${i >> 2}[${q}].${lanes[i & 3]})`, `b${j}[${q}]`];
      return q === 0 ? `${a} * ${b}` : `fma(${a}, ${b}, ${sum})`;
    }, "");
  const sums = range(rows).flatMap((i) => range(vectors).map((j) => `    c${i}_${j} += ${four(i, j)};`));
  return `  for (var k = firstDepth; k < endDepth; k += 4u) {\n${loads.join("\n")}\n${sums.join("\n")}\n  }`;
}
