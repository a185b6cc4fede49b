// The multiply-adds of a register tile, and the loop over k that loads its operands from storage without workgroup
// memory.
import { lanes, range, type StageConfig, type TileConfig } from "./tile-config.ts";

/** The multiply-adds of one step of k; `a(i)` is the vec4f of rows 4i … 4i+3, `b(j)` that of column vector j. */
export function multiplyAdds(
  { rows, vectors }: TileConfig,
  a: (i: number) => string,
  b: (j: number) => string,
  indent: string,
): string {
  return range(rows)
    .flatMap((i) =>
      range(vectors).map((j) => `${indent}c${i}_${j} = fma(vec4f(${a(i >> 2)}.${lanes[i & 3]}), ${b(j)}, c${i}_${j});`),
    )
    .join("\n");
}

/** Every thread loads its operands itself. */
export function directLoop(config: StageConfig<"none">): string {
  const { rows, vectors, threadsX } = config;
  const loads = [
    ...range(rows / 4).map((i) => `    let a${i} = load_a(baseA, row + ${4 * i}u, k);`),
    ...range(vectors).map((j) => `    let b${j} = load_b(baseB, column + ${j * 4 * threadsX}u, k);`),
  ];
  const steps = range(4).map((q) =>
    multiplyAdds(
      config,
      (i) => `a${i}[${q}]`,
      (j) => `b${j}[${q}]`,
      "    ",
    ),
  );
  return `  for (var k = firstDepth; k < endDepth; k += 4u) {\n${loads.join("\n")}\n${steps.join("\n")}\n  }`;
}
