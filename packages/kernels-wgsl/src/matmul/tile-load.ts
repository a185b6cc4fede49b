// How operands are loaded, out of either orientation and every type: 4 × 4 blocks, or vectors of four.
import { readElement, readVector } from "./operand.ts";
import { type OperandConfig, range } from "./tile-config.ts";

/**
 * WGSL `load_a(base, line, k) -> mat4x4f`: the 4×4 block whose column q holds lines line … line+3 (rows of op(A), columns of op(B)) at depth k+q.
 * Lines past the edge repeat the last ones, whose results are not stored; depths past the end are zero.
 */
export function loadBlock(name: "a" | "b", config: OperandConfig & { readonly evenDepth: boolean }): string {
  const { transposeA, transposeB, vectorA, vectorB, evenDepth, groupSize = 0 } = config;
  const type = (name === "a" ? config.typeA : config.typeB) ?? "f32";
  const lines = name === "a" ? "u.m" : "u.n";
  const alongDepth = name === "a" ? !transposeA : transposeB;
  const head = `fn load_${name}(base: u32, line: u32, k: u32) -> mat4x4f {\n`;
  if (!(name === "a" ? vectorA : vectorB)) {
    const at = `base + ${alongDepth ? `min(line, ${lines} - 1u) * u.k + min(k, u.k - 1u)` : `min(k, u.k - 1u) * ${lines} + min(line, ${lines} - 1u)`}`;
    const element = `fn element_${name}(base: u32, line: u32, k: u32) -> f32 {\n  return select(0.0, ${readElement(name, type, at)}, k < u.k);\n}\n\n`;
    const columns = range(4).map((q) => `    ${range(4).map((i) => `element_${name}(base, line + ${i}u, k + ${q}u)`).join(", ")},\n`);
    return `${element}${head}  return mat4x4f(\n${columns.join("")}  );\n}\n`;
  }
  if (alongDepth) {
    const guard = evenDepth ? "" : "  if (k >= u.k) {\n    return mat4x4f();\n  }\n";
    const vectors = range(4).map((i) => {
      const own = `min(line + ${i}u, ${lines} - 1u)`;
      const numbers = readVector(name, type, `at + ${own} * stride`);
      return groupSize > 0 && name === "b" ? `${numbers} * scales[(${own} * u.k + k) / ${groupSize}u]` : numbers;
    });
    return `${head}${guard}  let stride = u.k / 4u;\n  let at = (base + k) / 4u;\n  return transpose(mat4x4f(\n    ${vectors.join(",\n    ")},\n  ));\n}\n`;
  }
  const vectors = range(4).map((q) =>
    evenDepth ? readVector(name, type, `at + (k + ${q}u) * stride`) : `select(vec4f(), ${readVector(name, type, `at + min(k + ${q}u, u.k - 1u) * stride`)}, k + ${q}u < u.k)`,
  );
  return `${head}  let stride = ${lines} / 4u;\n  let at = (base + min(line, ${lines} - 4u)) / 4u;\n  return mat4x4f(\n    ${vectors.join(",\n    ")},\n  );\n}\n`;
}

/**
 * WGSL `load_a(base, line, k) -> vec4f`: four numbers that follow each other in storage, from line `line` of op(A) (or of op(B)ᵀ) at depth k on: at depths k … k+3, or
 * of lines line … line+3 where the operand lies the other way. Lines past the edge repeat others, whose results are not stored; depths past the end are zero.
 */
export function loadVector(name: "a" | "b", config: OperandConfig & { readonly evenDepth: boolean }): string {
  const { transposeA, transposeB, vectorA, vectorB, evenDepth, groupSize = 0 } = config;
  const type = (name === "a" ? config.typeA : config.typeB) ?? "f32";
  const lines = name === "a" ? "u.m" : "u.n";
  const alongDepth = name === "a" ? !transposeA : transposeB;
  const head = `fn load_${name}(base: u32, line: u32, k: u32) -> vec4f {\n`;
  if (!(name === "a" ? vectorA : vectorB)) {
    const own = alongDepth ? "min(line, LINES - 1u) * u.k + min(k + Iu, u.k - 1u)" : "min(k, u.k - 1u) * LINES + min(line + Iu, LINES - 1u)";
    const element = (i: number): string => {
      const read = readElement(name, type, `base + ${own.replaceAll("LINES", lines).replace("Iu", `${i}u`)}`);
      return `select(0.0, ${read}, ${alongDepth ? `k + ${i}u` : "k"} < u.k)`;
    };
    return `${head}  return vec4f(\n${range(4).map((i) => `    ${element(i)},\n`).join("")}  );\n}\n`;
  }
  const own = alongDepth ? `min(line, ${lines} - 1u)` : `min(line, ${lines} - 4u)`;
  const depth = evenDepth || alongDepth ? "k" : "min(k, u.k - 1u)";
  const numbers = readVector(name, type, `(base + ${alongDepth ? `${own} * u.k + k` : `${depth} * ${lines} + ${own}`}) / 4u`);
  const scaled = groupSize > 0 && name === "b" ? `${numbers} * scales[(${own} * u.k + k) / ${groupSize}u]` : numbers;
  return `${head}  return ${evenDepth ? scaled : `select(vec4f(), ${scaled}, k < u.k)`};\n}\n`;
}
