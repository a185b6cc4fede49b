// Matrix multiplication, batched, of either operand or its transpose. `linear.ts` is the same product with bias and
// activation.
import { gemm as gemmKernel } from "@x/kernels-wasm";
import { matmul as matmulKernel, type MatmulSpec } from "@x/kernels-wgsl";
import { checkOptions, ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type HostTensor, type Primitive, type Spec } from "../primitive.ts";
import { broadcastShapes, broadcastStrides, type Shape, showShape, sizeOf, stridesOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { decoded } from "../numbers/half-precision.ts";
import { cast } from "./cast.ts";
import { gemm } from "./gemm-cpu.ts";
import { widened } from "./indexing.ts";
import { isHalf, productDType, requireProductDTypes, storageType } from "./half-weights.ts";
import { integerProduct } from "./integer-matmul.ts";
import { matmulCases, type MatmulParams } from "./matmul-cases.ts";
import { reshape } from "./reshape.ts";
import { sumTo } from "./sum.ts";
import { tidy } from "../memory/scope.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

export { halfOperand, type MatmulParams } from "./matmul-cases.ts";

/** Which operands are read transposed in their last two axes. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * Sizes of a batched product, with the element strides of each operand's matrices over the batch axes (0 where it
 * repeats).
 */
interface MatmulPlan extends MatmulParams {
  readonly batch: Shape;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batchStridesA: readonly number[];
  readonly batchStridesB: readonly number[];
}

function planOf(a: Spec, b: Spec, { transposeA, transposeB }: MatmulParams): MatmulPlan {
  const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [kOfB, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (k !== kOfB) {
    throw new ShapeError(
      `matmul: columns of ${transposeA ? "aᵀ" : "a"} must equal rows of ${transposeB ? "bᵀ" : "b"}; got ${k} and ${kOfB} (a ${showShape(a.shape)}, b ${showShape(b.shape)}). ` +
        "The options transposeA and transposeB read an operand transposed.",
      { op: "matmul", expected: k, got: kOfB, shapes: { a: a.shape, b: b.shape } },
    );
  }
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const batch = broadcastShapes("matmul", batchA, batchB);
  const matrixStrides = (own: Shape, size: number): number[] =>
    broadcastStrides(own, batch).map((stride) => stride * size);
  return {
    batch,
    m,
    n,
    k,
    transposeA,
    transposeB,
    batchStridesA: matrixStrides(batchA, m * k),
    batchStridesB: matrixStrides(batchB, k * n),
  };
}

/** The product as the WebGPU kernels take it. */
function productOf(a: Spec, b: Spec, p: MatmulParams): MatmulSpec {
  const { batch, m, n, k, transposeA, transposeB, batchStridesA, batchStridesB } = planOf(a, b, p);
  const axes = batch.map((size, i) => ({ size, strideA: batchStridesA[i]!, strideB: batchStridesB[i]! }));
  const types = { a: storageType(a.dtype), b: storageType(b.dtype) };
  return { m, n, k, transposeA, transposeB, batch: axes, types };
}

/** Offset of the matrix at batch position `index` (row-major over `batch`). */
function matrixOffset(index: number, batchSteps: readonly number[], batch: Shape, strides: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < batch.length; axis++)
    offset += (Math.floor(index / batchSteps[axis]!) % batch[axis]!) * strides[axis]!;
  return offset;
}

/** Matrices in the last two axes, batch axes before them broadcast. Inputs a and b, output c. */
export const matmulPrimitive: Primitive<"a" | "b", never, "c", MatmulParams> = definePrimitive({
  name: "matmul",
  inputs: ["a", "b"],
  outputs: ["c"],
  infer({ a, b }, p) {
    requireProductDTypes("matmul", ["a", a.dtype], ["b", b.dtype]);
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw new ShapeError(
        `matmul: operands must have two axes or more; got a ${showShape(a.shape)} and b ${showShape(b.shape)}.`,
        {
          op: "matmul",
          shapes: { a: a.shape, b: b.shape },
        },
      );
    }
    const { batch, m, n } = planOf(a, b, p);
    return { c: { shape: [...batch, m, n], dtype: productDType(a.dtype) } };
  },
  cpu({ a, b }: { a: HostTensor; b: HostTensor }, { c }, p) {
    const plan = planOf(a, b, p);
    const { batch, m, n } = plan;
    const [left, right] = [decoded(a.data, a.dtype), decoded(b.data, b.dtype)];
    const steps = stridesOf(batch);
    for (let i = 0; i < sizeOf(batch); i++) {
      gemm(c.data, left, right, plan, {
        a: matrixOffset(i, steps, batch, plan.batchStridesA),
        b: matrixOffset(i, steps, batch, plan.batchStridesB),
        c: i * m * n,
      });
    }
  },
  webgpu: ({ a, b }, p, caps) => matmulKernel.program(productOf(a, b, p), caps),
  rounds: ({ a, b }, p, caps) => (matmulKernel.rounds(productOf(a, b, p), caps) ? ["a", "b"] : []),
  wasm({ a, b }, p) {
    if (isHalf(a.dtype)) return undefined;
    const { batch, m, n, k, transposeA, transposeB, batchStridesA, batchStridesB } = planOf(a, b, p);
    // The last batch axis is a loop inside the kernel, those before it are calls.
    const count = batch.at(-1) ?? 1;
    const steps = stridesOf(batch);
    const programs = Array.from({ length: sizeOf(batch) / count }, (_, i) =>
      gemmKernel.program({
        m,
        n,
        k,
        transposeA,
        transposeB,
        types: { b: storageType(b.dtype) },
        batch: { count, strideA: batchStridesA.at(-1) ?? 0, strideB: batchStridesB.at(-1) ?? 0 },
        offsets: {
          a: matrixOffset(i * count, steps, batch, batchStridesA),
          b: matrixOffset(i * count, steps, batch, batchStridesB),
          c: i * count * m * n,
        },
      }),
    );
    return { temps: programs[0]!.temps, calls: programs.flatMap(({ calls }) => calls) };
  },
  vjp({ x: { a, b }, grad, p: { transposeA, transposeB }, needs }) {
    const g = grad.c!; // [...batch, m, n]
    const times = (left: Tensor, right: Tensor, p: MatmulParams): Tensor =>
      apply(matmulPrimitive, { a: left, b: right }, p).c;
    // With A = op(a), B = op(b): gradA = G·Bᵀ and gradB = Aᵀ·G. A transposed operand wants the transposed gradient:
    // (G·Bᵀ)ᵀ = B·Gᵀ.
    const gradA = (): Tensor =>
      transposeA
        ? times(widened(b), g, { transposeA: transposeB, transposeB: true })
        : times(g, b, { transposeA: false, transposeB: !transposeB });
    const gradB = (): Tensor =>
      transposeB
        ? times(g, a, { transposeA: true, transposeB: transposeA })
        : times(a, g, { transposeA: !transposeA, transposeB: false });
    return {
      a: needs("a") ? cast(sumTo(gradA(), a.shape), a.dtype) : undefined,
      b: needs("b") ? cast(sumTo(gradB(), b.shape), b.dtype) : undefined,
    };
  },
  cases: matmulCases,
  cost({ a, b }, p) {
    const { batch, m, n, k } = planOf(a, b, p);
    const matrices = sizeOf(batch);
    return { flops: 2 * matrices * m * n * k, bytes: 4 * (sizeOf(a.shape) + sizeOf(b.shape) + matrices * m * n) };
  },
});

/**
 * Matrix product `c[…, i, j] = Σ_k a[…, i, k] · b[…, k, j]`.
 *
 * Sums of f32 are kept in f32 (in f64 by the plain loops of a CPU without SIMD), in an order that depends on the sizes
 * alone: results repeat bit for bit.
 *
 * @param a […, m, k], or a vector [k], taken as one row that the result drops; f32 (f64 on the CPU), or i32 or u32,
 *   exact modulo 2³²
 * @param b […, k, n], or a vector [k], taken as one column that the result drops; same dtype as `a`. Either may be f16
 *   or bf16 where the other is that or f32: halves are widened as they are read, their gradients rounded to their dtype
 * @param options `transposeA`: `a` is […, k, m]; `transposeB`: `b` is […, n, k]. Nothing is copied to transpose.
 *   Ignored for vectors.
 * @returns […, m, n], where axes before the last two broadcast; f32 for halves
 * @throws ShapeError when the inner sizes differ, batch axes do not broadcast or an operand is a scalar; DTypeError
 *   when dtypes do not fit
 * @example
 * const a = tensor([[1, 2], [3, 4]]);
 * console.log(await matmul(a, tensor([1, 1])).toArray()); // [3, 7]
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  requireArity("matmul", arguments, 3);
  checkOptions("matmul", options, { transposeA: "boolean", transposeB: "boolean" });
  requireTensors("matmul", { a, b });
  const rankA = a.shape.length;
  const rankB = b.shape.length;
  if (rankA === 0 || rankB === 0) {
    throw new ShapeError(
      `matmul: operands must have at least one axis; got a ${showShape(a.shape)} and b ${showShape(b.shape)}. Scale with mul().`,
      {
        op: "matmul",
        shapes: { a: a.shape, b: b.shape },
      },
    );
  }
  const transposeA = rankA > 1 && (options.transposeA ?? false);
  const transposeB = rankB > 1 && (options.transposeB ?? false);
  return tidy(() => {
    const left = rankA === 1 ? reshape(a, [1, ...a.shape]) : a;
    const right = rankB === 1 ? reshape(b, [...b.shape, 1]) : b;
    // Many matrices times one are one tall matrix times one; its gradient is then one long sum instead of many products
    // to add up.
    const tall = left.shape.length > 2 && right.shape.length === 2 && !transposeA;
    const rows = tall ? reshape(left, [sizeOf(left.shape.slice(0, -1)), left.shape.at(-1)!]) : left;
    const integers = a.dtype === "i32" || a.dtype === "u32";
    const c = integers
      ? integerProduct(rows, right, transposeA, transposeB)
      : apply(matmulPrimitive, { a: rows, b: right }, { transposeA, transposeB }).c;
    const full = tall ? [...left.shape.slice(0, -1), c.shape.at(-1)!] : [...c.shape];
    if (rankB === 1) full.splice(-1, 1);
    if (rankA === 1) full.splice(rankB === 1 ? -1 : -2, 1);
    return full.length === c.shape.length && !tall ? c : reshape(c, full);
  });
}
