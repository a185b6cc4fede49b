// The compared computations in TensorFlow.js.
import { chainLength, type DuelCase, type FunctionOp, normEps } from "./peer.ts";
import type { Tf, TfTensor } from "./tfjs-api.ts";

type Inputs = Readonly<Record<string, TfTensor>>;

/** x / rms(x) over the last axis, times the weight. */
export function tfjsRmsNorm(tf: Tf, x: TfTensor, weight: TfTensor): TfTensor {
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), normEps))), weight);
}

export function tfjsSilu(tf: Tf, x: TfTensor): TfTensor {
  return tf.mul(x, tf.sigmoid(x));
}

/** Operands in the layout that its own op wants: the filter of the depthwise convolution is [1, w, c, 1]. */
export function prepared({ op, inputs }: DuelCase): DuelCase["inputs"] {
  if (op !== "conv1d_silu") return inputs;
  const { shape, data } = inputs["weight"]!;
  const [c, w] = shape as [number, number];
  return {
    ...inputs,
    weight: {
      shape: [1, w, c, 1],
      data: Float32Array.from({ length: w * c }, (_, i) => data[(i % c) * w + Math.floor(i / c)]!),
    },
  };
}

/** Every function, from named inputs to its outputs. */
export function tfjsFunctions(tf: Tf): Readonly<Record<FunctionOp, (x: Inputs) => readonly TfTensor[]>> {
  const chain = ({ x, w }: Inputs): TfTensor[] => {
    let value = x!;
    for (let i = 0; i < chainLength; i++) value = tf.matMul(value, w!);
    return [value];
  };
  return {
    matmul: ({ a, b }) => [tf.matMul(a!, b!)],
    softmax: ({ x }) => [tf.softmax(x!, -1)],
    rms_norm: ({ x, weight }) => [tfjsRmsNorm(tf, x!, weight!)],
    layer_norm: ({ x, weight, bias }) => {
      const centred = tf.sub(x!, tf.mean(x!, -1, true));
      return [
        tf.add(
          tf.mul(tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), normEps))), weight!),
          bias!,
        ),
      ];
    },
    silu_mul_add: ({ x, y, z }) => [tf.add(tf.mul(tfjsSilu(tf, x!), y!), z!)],
    conv1d_silu: ({ x, weight, bias }) => {
      const [l, c] = x!.shape as [number, number];
      const w = weight!.shape[1]!;
      const padded = tf.reshape(
        tf.pad(x!, [
          [w - 1, 0],
          [0, 0],
        ]),
        [1, 1, l + w - 1, c],
      );
      return [tf.reshape(tfjsSilu(tf, tf.add(tf.depthwiseConv2d(padded, weight!, 1, "valid"), bias!)), [l, c])];
    },
    cumsum: ({ x }) => [tf.cumsum(x!, 1)], // its axis −1 is broken on both backends
    rows: ({ x, index }) => [tf.gather(x!, index!, 0)],
    sum: ({ x }) => [tf.sum(x!)],
    ssd: ({ x, dt, a, b, c }) => [scan(tf, x!, dt!, a!, b!, c!)],
    ssd_grad: ({ x, dt, a, b, c, weight }) => {
      const { value, grads } = tf.valueAndGrads((...[x_, dt_, a_, b_, c_]) =>
        tf.sum(tf.mul(scan(tf, x_!, dt_!, a_!, b_!, c_!), weight!)),
      )([x!, dt!, a!, b!, c!]);
      return [value, ...grads];
    },
    state_step: ({ state, dt, a, x, b, c }) => [
      tf.sum(tf.mul(tf.add(tf.mul(state!, tf.exp(tf.mul(dt!, a!))), tf.mul(tf.mul(x!, dt!), b!)), c!), -1),
    ],
    chain,
    chain_eager: chain,
  };
}

/** Tokens per chunk of the scan. */
const chunk = 64;

/** The selective scan in chunks, as batched products: it has no gradient of einsum. One batch, one group; x [1, l, h, p], y the same. */
function scan(tf: Tf, x: TfTensor, dt: TfTensor, a: TfTensor, b: TfTensor, c: TfTensor): TfTensor {
  const [, l, h, p] = x.shape as [number, number, number, number];
  const n = b.shape[3]!;
  const q = Math.min(chunk, l);
  const chunks = l / q;
  const xdt = tf.reshape(tf.mul(x, tf.reshape(dt, [1, l, h, 1])), [chunks, q, h, p]);
  const decay = tf.transpose(tf.reshape(tf.mul(dt, a), [chunks, q, h]), [2, 0, 1]); // [h, c, q]
  const [bs, cs] = [tf.reshape(b, [chunks, q, n]), tf.reshape(c, [chunks, q, n])];
  const sums = tf.cumsum(decay, 2);
  const ends = tf.slice(sums, [0, 0, q - 1], [h, chunks, 1]);

  const scores = tf.matMul(cs, bs, false, true); // [c, q, q]
  const weights = tf.mul(segmentDecay(tf, sums, q), tf.reshape(scores, [1, chunks, q, q])); // [h, c, q, q]
  const diagonal = tf.transpose(tf.matMul(weights, tf.transpose(xdt, [2, 0, 1, 3])), [1, 2, 0, 3]); // [c, q, h, p]

  const perToken = (values: TfTensor): TfTensor => tf.reshape(tf.transpose(values, [1, 2, 0]), [chunks, q, h, 1]);
  const weighted = tf.reshape(tf.mul(xdt, perToken(tf.exp(tf.sub(ends, sums)))), [chunks, q, h * p]);
  const added = tf.transpose(tf.reshape(tf.matMul(weighted, bs, true, false), [chunks, h, p * n]), [1, 0, 2]); // [h, c, p·n]
  const totals = tf.cumsum(
    tf.pad(tf.reshape(ends, [h, chunks]), [
      [0, 0],
      [1, 0],
    ]),
    1,
  );
  const across = tf.slice(segmentDecay(tf, totals, chunks + 1), [0, 0, 1], [h, chunks, chunks]); // [h, z, c]
  const states = tf.reshape(tf.transpose(tf.matMul(across, added), [1, 0, 2]), [chunks, h * p, n]);
  const fromStates = tf.mul(tf.reshape(tf.matMul(cs, states, false, true), [chunks, q, h, p]), perToken(tf.exp(sums)));
  return tf.reshape(tf.add(diagonal, fromStates), [1, l, h, p]);
}

/** e^(s_i − s_j) for j ≤ i, else 0, over the last axis; masked before and after, so that nothing overflows. */
function segmentDecay(tf: Tf, sums: TfTensor, size: number): TfTensor {
  const axes = sums.shape.slice(0, -1);
  const causal = tf.tensor(
    Float32Array.from({ length: size * size }, (_, i) => (i % size <= Math.floor(i / size) ? 1 : 0)),
    [size, size],
    "float32",
  );
  const difference = tf.sub(tf.reshape(sums, [...axes, size, 1]), tf.reshape(sums, [...axes, 1, size]));
  return tf.mul(tf.exp(tf.mul(difference, causal)), causal);
}
