// Batch axes of a product: which matrices of A and B belong to each matrix of C, and how that is told to a kernel.
import { u32 } from "../token-uniforms.ts";

/**
 * One batch axis; strides are the distance in elements between successive matrices, 0 where one matrix serves the whole
 * axis.
 */
export interface BatchAxis {
  readonly size: number;
  readonly strideA: number;
  readonly strideB: number;
}

/**
 * What one dispatch needs to find its matrices. C's matrices are dense and in order, so its strides follow from m·n.
 */
export interface BatchUniforms {
  readonly firstMatrix: number;
  readonly innerSize: number;
  readonly outerStrideA: number;
  readonly innerStrideA: number;
  readonly outerStrideB: number;
  readonly innerStrideB: number;
  readonly offsetA: number;
  readonly offsetB: number;
  readonly offsetC: number;
}

/** Types of {@link BatchUniforms}, in the order of the uniform struct. */
export const batchUniformTypes = {
  ...u32("firstMatrix", "innerSize", "outerStrideA", "innerStrideA", "outerStrideB", "innerStrideB"),
  ...u32("offsetA", "offsetB", "offsetC"),
};

/** Uniforms that every kernel of this family has. */
export type ProductUniform = "m" | "n" | "k" | keyof BatchUniforms;

/** Consecutive matrices that one dispatch computes. */
export interface BatchPart {
  readonly matrices: number;
  readonly uniforms: BatchUniforms;
}

/** WGSL: the element offsets of the matrices number `matrix` of this dispatch, as `baseA`, `baseB` and `baseC`. */
export const batchBases: string = basesWith("u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB");

/** The same where `ids` says which of so many matrices B is. */
export function chosenBases(matrices: number): string {
  return basesWith(`u32(clamp(ids[matrix], 0, ${matrices - 1})) * u.n * u.k`);
}

function basesWith(baseB: string): string {
  return `
  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = ${baseB};
  let baseC = u.offsetC + matrix * u.m * u.n;`;
}

/**
 * Merges neighbouring axes that one stride describes and drops those of size 1: most broadcasts end with at most two
 * axes.
 */
export function mergeAxes(axes: readonly BatchAxis[]): BatchAxis[] {
  const merged: BatchAxis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const last = merged.at(-1);
    if (last && last.strideA === axis.strideA * axis.size && last.strideB === axis.strideB * axis.size) {
      merged[merged.length - 1] = { ...axis, size: last.size * axis.size };
    } else {
      merged.push(axis);
    }
  }
  return merged;
}

/**
 * Splits a batch into dispatches: the kernels count over two axes and at most `maxMatrices` matrices; the rest
 * of that is a loop here.
 */
export function batchParts(axes: readonly BatchAxis[], matrixSizeC: number, maxMatrices: number): BatchPart[] {
  const merged = mergeAxes(axes);
  const none: BatchAxis = { size: 1, strideA: 0, strideB: 0 };
  const inner = merged.pop() ?? none;
  const outer = merged.pop() ?? none;
  const perLoop = inner.size * outer.size;
  const loops = merged.reduce((count, axis) => count * axis.size, 1);
  const parts: BatchPart[] = [];
  for (let loop = 0; loop < loops; loop++) {
    let offsetA = 0,
      offsetB = 0,
      rest = loop;
    for (const axis of merged.toReversed()) {
      offsetA += (rest % axis.size) * axis.strideA;
      offsetB += (rest % axis.size) * axis.strideB;
      rest = Math.floor(rest / axis.size);
    }
    for (let firstMatrix = 0; firstMatrix < perLoop; firstMatrix += maxMatrices) {
      parts.push({
        matrices: Math.min(maxMatrices, perLoop - firstMatrix),
        uniforms: {
          firstMatrix,
          innerSize: inner.size,
          outerStrideA: outer.strideA,
          innerStrideA: inner.strideA,
          outerStrideB: outer.strideB,
          innerStrideB: inner.strideB,
          offsetA,
          offsetB,
          offsetC: loop * perLoop * matrixSizeC,
        },
      });
    }
  }
  return parts;
}
