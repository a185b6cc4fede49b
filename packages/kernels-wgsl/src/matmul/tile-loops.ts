// The loops over k that need no workgroup memory: operands from storage, or A shared within a subgroup or a quad of it.
import { lanes, range, type TileConfig } from "./tile-config.ts";

/** The multiply-adds of one step of k; `a(i)` is the vec4f of rows 4i … 4i+3, `b(j)` that of column vector j. */
export function multiplyAdds({ rows, vectors }: TileConfig, a: (i: number) => string, b: (j: number) => string, indent: string): string {
  return range(rows)
    .flatMap((i) => range(vectors).map((j) => `${indent}c${i}_${j} = fma(vec4f(${a(i >> 2)}.${lanes[i & 3]}), ${b(j)}, c${i}_${j});`))
    .join("\n");
}

/** Every thread loads its operands itself. */
export function directLoop(config: TileConfig): string {
  const { rows, vectors, threadsX } = config;
  const loads = [
    ...range(rows / 4).map((i) => `    let a${i} = load_a(baseA, row + ${4 * i}u, k);`),
    ...range(vectors).map((j) => `    let b${j} = load_b(baseB, column + ${j * 4 * threadsX}u, k);`),
  ];
  const steps = range(4).map((q) => multiplyAdds(config, (i) => `a${i}[${q}]`, (j) => `b${j}[${q}]`, "    "));
  return `  for (var k = firstDepth; k < endDepth; k += 4u) {\n${loads.join("\n")}\n${steps.join("\n")}\n  }`;
}

/** The threads of a subgroup own the same rows: each loads a 4×4 block of A per four rows, at its own depths, and all get each other's by shuffles. */
export function subgroupLoop(config: TileConfig): string {
  const { rows, vectors, threadsX, depth } = config;
  const blocks = range(rows / 4).map((i) => `    let own${i} = load_a(baseA, row + ${4 * i}u, k + 4u * lane);`);
  const loads = range(vectors).map((j) => `      let b${j} = load_b(baseB, column + ${j * 4 * threadsX}u, k + 4u * source);`);
  const steps = range(4).map((q) => `      {
${range(rows / 4).map((i) => `        let a${i} = subgroupShuffle(own${i}[${q}], source);`).join("\n")}
${multiplyAdds(config, (i) => `a${i}`, (j) => `b${j}[${q}]`, "        ")}
      }`);
  return `  for (var k = firstDepth; k < endDepth; k += ${depth}u) {
${blocks.join("\n")}
    for (var source = 0u; source < ${depth / 4}u; source++) {
${loads.join("\n")}
${steps.join("\n")}
    }
  }`;
}

/** Like {@link subgroupLoop} among four threads: where a value comes from is baked in, which some adapters do in one instruction. */
export function quadLoop(config: TileConfig): string {
  const { rows, vectors, threadsX, depth } = config;
  const blocks = range(rows / 4).map((i) => `    let own${i} = load_a(baseA, row + ${4 * i}u, k + 4u * (lane % 4u));`);
  const sources = range(4).map((source) => {
    const loads = range(vectors).map((j) => `      let b${j} = load_b(baseB, column + ${j * 4 * threadsX}u, k + ${4 * source}u);`);
    const steps = range(4).map((q) => `      {
${range(rows / 4).map((i) => `        let a${i} = quadBroadcast(own${i}[${q}], ${source}u);`).join("\n")}
${multiplyAdds(config, (i) => `a${i}`, (j) => `b${j}[${q}]`, "        ")}
      }`);
    return `    {\n${loads.join("\n")}\n${steps.join("\n")}\n    }`;
  });
  return `  for (var k = firstDepth; k < endDepth; k += ${depth}u) {\n${blocks.join("\n")}\n${sources.join("\n")}\n  }`;
}
