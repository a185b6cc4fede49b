// Convolutions over one and two axes, as windows times weights: one product of matrices. Gradients come by composition.
import {
  add,
  checkOptions,
  ConfigError,
  matmul,
  opScope,
  pad,
  requireArity,
  requireCount,
  requireTensors,
  reshape,
  ShapeError,
  showShape,
  sizeOf,
  type Tensor,
  unfold,
  type WindowOptions,
} from "@x/tensor/core";

/** Options of {@link conv1d} and {@link conv2d}; one number applies to all axes. */
export interface ConvolutionOptions extends WindowOptions {
  /** [o] */
  readonly bias?: Tensor | undefined;
  /** zeros before and after each axis; default 0 */
  readonly padding?: number | readonly number[];
  /** channels in groups, each with weights of its own; default 1 */
  readonly groups?: number;
}

const options = { bias: true, stride: true, padding: true, dilation: true, groups: true } as const;

/** One whole number for each of `axes` axes, of one for all of them or a list. @throws ConfigError that names it */
export function perAxis(op: string, name: string, value: unknown, axes: number, least: number): readonly number[] {
  const each = Array.isArray(value) ? (value as readonly number[]) : new Array<number>(axes).fill(value as number);
  if (each.length !== axes) throw ConfigError.must(op, name, `be a number, or one for each of ${axes} axes`, value);
  for (const one of each) requireCount(op, name, one, least);
  return each;
}

/** x with `padding` elements of `value` before and after each of the last axes. */
export function padded(
  op: string,
  x: Tensor,
  axes: number,
  padding: number | readonly number[] = 0,
  value: number = 0,
): Tensor {
  const each = perAxis(op, "padding", padding, axes, 0);
  return each.reduce((y, width, i) => (width === 0 ? y : pad(y, y.shape.length - axes + i, width, width, value)), x);
}

function convolution(op: string, axes: 1 | 2, x: Tensor, weight: Tensor, given: ConvolutionOptions): Tensor {
  checkOptions<ConvolutionOptions>(op, given, options);
  const { bias, padding = 0, groups = 1, ...windows } = given;
  requireTensors(op, { x, weight }, { bias });
  requireCount(op, "groups", groups, 1);
  const [batch, channels] = x.shape as readonly [number, number];
  const [outputs, own, ...sizes] = weight.shape as readonly [number, number, ...number[]];
  if (x.shape.length !== axes + 2 || weight.shape.length !== axes + 2)
    throw new ShapeError(
      `${op}: x and weight must have ${axes + 2} axes; got ${showShape(x.shape)} and ${showShape(weight.shape)}.`,
      { op, shapes: { x: x.shape, weight: weight.shape } },
    );
  if (own * groups !== channels || outputs % groups !== 0)
    throw new ShapeError(
      `${op}: weight must have ${channels} / ${groups} channels and a multiple of ${groups} outputs; got ${showShape(weight.shape)} for x ${showShape(x.shape)}.`,
      { op, shapes: { x: x.shape, weight: weight.shape } },
    );
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outputs))
    throw new ShapeError(`${op}: bias must be [${outputs}]; got ${showShape(bias.shape)}.`, { op, got: bias.shape });
  const convolve = (): Tensor => {
    const columns = unfold(padded(op, x, axes, padding), sizes, windows); // [b, c, …sizes, …windows]
    const counts = columns.shape.slice(2 + axes);
    const inner = own * sizeOf(sizes);
    const product = matmul(
      reshape(weight, [groups, outputs / groups, inner]),
      reshape(columns, [batch, groups, inner, sizeOf(counts)]),
    );
    const y = reshape(product, [batch, outputs, ...counts]);
    return bias ? add(y, reshape(bias, [outputs, ...counts.map(() => 1)])) : y;
  };
  return opScope(op, { x, weight }, convolve, { bias });
}

/**
 * Convolution over the last axis (a cross-correlation, as PyTorch has it): y[b, o, i] = bias[o] + Σ over c, a of weight[o, c, a]·x[b, c, i·stride + a·dilation − padding].
 *
 * @param x [b, c, n], f32 or f64
 * @param weight [o, c / groups, size], x's dtype
 * @returns [b, o, ⌊(n + 2·padding − dilation·(size − 1) − 1)/stride⌋ + 1]
 * @throws ShapeError, ConfigError when shapes or options do not fit; DTypeError when dtypes differ
 * @example
 * conv1d(tensor([[[1, 2, 3, 4]]]), tensor([[[1, -1]]]));   // [[[-1, -1, -1]]]
 */
export function conv1d(x: Tensor, weight: Tensor, given: ConvolutionOptions = {}): Tensor {
  requireArity("conv1d", arguments, 3);
  return convolution("conv1d", 1, x, weight, given);
}

/**
 * Convolution over the last two axes; see {@link conv1d}.
 *
 * @param x [b, c, n, m], f32 or f64
 * @param weight [o, c / groups, size, size], x's dtype
 * @returns [b, o, …] with ⌊(n + 2·padding − dilation·(size − 1) − 1)/stride⌋ + 1 elements on each axis
 * @throws ShapeError, ConfigError when shapes or options do not fit; DTypeError when dtypes differ
 * @example
 * conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2]));   // [[[[4, 4], [4, 4]]]]
 */
export function conv2d(x: Tensor, weight: Tensor, given: ConvolutionOptions = {}): Tensor {
  requireArity("conv2d", arguments, 3);
  return convolution("conv2d", 2, x, weight, given);
}
