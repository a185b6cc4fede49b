// Loads of operands, of either orientation and every element type: 4 × 4 blocks, or vectors of four.
import { readElement, readVector } from "./operand.ts";
import { type OperandConfig } from "./tile-config.ts";
import { range } from "../range.ts";

type LoadConfig = OperandConfig & { readonly evenDepth: boolean };

/**
 * One operand of a product: its type, its lines, whether its depths follow each other in storage, whether it is bound
 * by vectors.
 */
function operandOf(
  name: "a" | "b",
  { transposeA, transposeB, vectorA, vectorB, typeA = "f32", typeB = "f32" }: LoadConfig,
) {
  return name === "a"
    ? { type: typeA, lines: "u.m", alongDepth: !transposeA, vector: vectorA }
    : { type: typeB, lines: "u.n", alongDepth: transposeB, vector: vectorB };
}

/** WGSL `element_a(base, line, k) -> f32`, for operands that are not bound by vectors. */
function loadElement(name: "a" | "b", config: LoadConfig): string {
  const { type, lines, alongDepth } = operandOf(name, config);
  const at = `base + ${alongDepth ? `min(line, ${lines} - 1u) * u.k + min(k, u.k - 1u)` : `min(k, u.k - 1u) * ${lines} + min(line, ${lines} - 1u)`}`;
  return `fn element_${name}(base: u32, line: u32, k: u32) -> f32 {\n  return select(0.0, ${readElement(name, type, at)}, k < u.k);\n}\n\n`;
}

/** WGSL of a vector of an operand times the scale of its group, where it has one; `line` is the line that is read. */
function scaled(name: "a" | "b", { groupSize = 0 }: LoadConfig, numbers: string, line: string): string {
  return groupSize > 0 && name === "b" ? `${numbers} * scales[(${line} * u.k + k) / ${groupSize}u]` : numbers;
}

/**
 * WGSL `load_a(base, line, k) -> mat4x4f`: the 4×4 block whose column q holds lines line … line+3 (rows of op(A),
 * columns of op(B)) at depth k+q. Lines past the edge repeat the last ones, whose results are not stored; depths past
 * the end are zero.
 */
export function loadBlock(name: "a" | "b", config: LoadConfig): string {
  const { evenDepth } = config;
  const { type, lines, alongDepth, vector } = operandOf(name, config);
  const head = `fn load_${name}(base: u32, line: u32, k: u32) -> mat4x4f {\n`;
  if (!vector) {
    const columns = range(4).map(
      (q) =>
        `    ${range(4)
          .map((i) => `element_${name}(base, line + ${i}u, k + ${q}u)`)
          .join(", ")},\n`,
    );
    return `${loadElement(name, config)}${head}  return mat4x4f(\n${columns.join("")}  );\n}\n`;
  }
  if (alongDepth) {
    const guard = evenDepth ? "" : "  if (k >= u.k) {\n    return mat4x4f();\n  }\n";
    const vectors = range(4).map((i) => {
      const own = `min(line + ${i}u, ${lines} - 1u)`;
      return scaled(name, config, readVector(name, type, `at + ${own} * stride`), own);
    });
    return `${head}${guard}  let stride = u.k / 4u;\n  let at = (base + k) / 4u;\n  return transpose(mat4x4f(\n    ${vectors.join(",\n    ")},\n  ));\n}\n`;
  }
  const vectors = range(4).map((q) =>
    evenDepth
      ? readVector(name, type, `at + (k + ${q}u) * stride`)
      : `select(vec4f(), ${readVector(name, type, `at + min(k + ${q}u, u.k - 1u) * stride`)}, k + ${q}u < u.k)`,
  );
  return `${head}  let stride = ${lines} / 4u;\n  let at = (base + min(line, ${lines} - 4u)) / 4u;\n  return mat4x4f(\n    ${vectors.join(",\n    ")},\n  );\n}\n`;
}

/**
 * WGSL `load_a(base, line, k) -> vec4f`: four numbers that follow each other in storage, from line `line` of op(A) (or
 * of op(B)ᵀ) at depth k on: at depths k … k+3, or of lines line … line+3 where the operand is stored the other way.
 * Lines past the edge repeat others, whose results are not stored; depths past the end are zero.
 */
export function loadVector(name: "a" | "b", config: LoadConfig): string {
  const { evenDepth } = config;
  const { type, lines, alongDepth, vector } = operandOf(name, config);
  const head = `fn load_${name}(base: u32, line: u32, k: u32) -> vec4f {\n`;
  if (!vector) {
    const elements = range(4).map(
      (i) => `    element_${name}(base, ${alongDepth ? `line, k + ${i}u` : `line + ${i}u, k`}),\n`,
    );
    return `${loadElement(name, config)}${head}  return vec4f(\n${elements.join("")}  );\n}\n`;
  }
  const own = alongDepth ? `min(line, ${lines} - 1u)` : `min(line, ${lines} - 4u)`;
  const depth = evenDepth || alongDepth ? "k" : "min(k, u.k - 1u)";
  const numbers = scaled(
    name,
    config,
    readVector(name, type, `(base + ${alongDepth ? `${own} * u.k + k` : `${depth} * ${lines} + ${own}`}) / 4u`),
    own,
  );
  return `${head}  return ${evenDepth ? numbers : `select(vec4f(), ${numbers}, k < u.k)`};\n}\n`;
}
