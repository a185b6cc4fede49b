// How operands are loaded: 4 × 4 blocks out of either orientation and every type.
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
