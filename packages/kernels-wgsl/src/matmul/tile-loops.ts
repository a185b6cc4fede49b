// The loops over k that need no workgroup memory: operands from storage, or A shared within a subgroup.
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

/**
 * The threads of a subgroup own the same rows: each loads one vector of A per as many rows as there are threads, and all take its numbers from each other. The vectors of A
 * and B of four steps of k are in registers when the multiply-adds begin, row by row: each sum is taken up and put down once for all four.
 */
export function subgroupLoop(config: StageConfig<"subgroup">): string {
  const { rows, vectors, threadsX, subgroupSize, transposeA } = config;
  // Where A's vectors lie along the rows, four threads load the four depths of four rows.
  const [row, k] = transposeA ? ["4u * (lane / 4u)", "k + lane % 4u"] : ["lane", "k"];
  const loads = [
    ...range(rows / subgroupSize).map(
      (part) => `    let own${part} = load_a(baseA, row + ${part * subgroupSize}u + ${row}, ${k});`,
    ),
    ...range(vectors).map((j) => `    let b${j} = load_b(baseB, column + ${j * 4 * threadsX}u, k);`),
  ];
  const from = (i: number, q: number): string => {
    const [part, within] = [Math.floor(i / subgroupSize), i % subgroupSize];
    const [source, place] = transposeA ? [(within & ~3) + q, i & 3] : [within, q];
    return `subgroupBroadcast(own${part}.${lanes[place]!}, ${source}u)`;
  };
  const steps = range(rows).flatMap((i) =>
    range(4).flatMap((q) => [
      `    let a${i}_${q} = vec4f(${from(i, q)});`,
      ...range(vectors).map((j) => `    c${i}_${j} = fma(a${i}_${q}, b${j}[${q}], c${i}_${j});`),
    ]),
  );
  return `  for (var k = firstDepth; k < endDepth; k += 4u) {\n${loads.join("\n")}\n${steps.join("\n")}\n  }`;
}
