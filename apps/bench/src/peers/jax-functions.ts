// The compared computations in jax-js, as its documentation would have one write them.
import type { Jax, JaxArray } from "./jax-api.ts";
import { jaxScan } from "./jax-scan.ts";
import { chainLength, type FunctionOp, normEps } from "./peer.ts";

type Inputs = Readonly<Record<string, JaxArray>>;

/** x / rms(x) over the last axis, times the weight. */
export function jaxRmsNorm({ numpy: np }: Jax, x: JaxArray, weight: JaxArray): JaxArray {
  const scale = np.reciprocal(np.sqrt(np.add(np.mean(np.square(x.ref), -1, { keepdims: true }), normEps)));
  return np.multiply(np.multiply(x, scale), weight);
}

/** Causal depthwise convolution along the axis before the last, bias and SiLU; x […, l, c], weight [c, w]. One fused kernel of shifted copies. */
export function jaxConvSilu({ numpy: np, nn }: Jax, x: JaxArray, weight: JaxArray, bias: JaxArray): JaxArray {
  const l = x.shape.at(-2)!;
  const w = weight.shape[1]!;
  const before = x.shape.slice(0, -2);
  const padded = np.pad(x, [...before.map(() => [0, 0] as const), [w - 1, 0], [0, 0]]);
  let y = bias;
  for (let k = 0; k < w; k++)
    y = np.add(y, np.multiply(padded.ref.slice(...before.map(() => []), [k, k + l], []), weight.ref.slice([], k)));
  padded.dispose();
  weight.dispose();
  return nn.silu(y);
}

/** Every function, from named inputs, which it consumes, to its outputs. */
export function jaxFunctions(jax: Jax): Readonly<Record<FunctionOp, (x: Inputs) => readonly JaxArray[]>> {
  const { numpy: np, nn } = jax;
  const chain = ({ x, w }: Inputs): JaxArray[] => {
    let value = x!;
    for (let i = 0; i < chainLength; i++) value = np.matmul(value, w!.ref);
    w!.dispose();
    return [value];
  };
  return {
    matmul: ({ a, b }) => [np.matmul(a!, b!)],
    softmax: ({ x }) => [nn.softmax(x!, -1)],
    rms_norm: ({ x, weight }) => [jaxRmsNorm(jax, x!, weight!)],
    layer_norm: ({ x, weight, bias }) => {
      const centred = np.subtract(x!.ref, np.mean(x!, -1, { keepdims: true }));
      const scale = np.reciprocal(np.sqrt(np.add(np.mean(np.square(centred.ref), -1, { keepdims: true }), normEps)));
      return [np.add(np.multiply(np.multiply(centred, scale), weight!), bias!)];
    },
    silu_mul_add: ({ x, y, z }) => [np.add(np.multiply(nn.silu(x!), y!), z!)],
    conv1d_silu: ({ x, weight, bias }) => [jaxConvSilu(jax, x!, weight!, bias!)],
    cumsum: ({ x }) => [np.cumsum(x!, 1)],
    rows: ({ x, index }) => [np.take(x!, index!, 0)],
    sum: ({ x }) => [np.sum(x!)],
    ssd: ({ x, dt, a, b, c }) => [jaxScan(jax, x!, dt!, a!, b!, c!)],
    ssd_grad: ({ x, dt, a, b, c, weight }) => {
      const loss = (...[x_, dt_, a_, b_, c_]: [JaxArray, JaxArray, JaxArray, JaxArray, JaxArray]): JaxArray =>
        np.sum(np.multiply(jaxScan(jax, x_, dt_, a_, b_, c_), weight!.ref));
      const [value, grads] = jax.valueAndGrad<[JaxArray, JaxArray, JaxArray, JaxArray, JaxArray], JaxArray[]>(loss, {
        argnums: [0, 1, 2, 3, 4],
      })(x!, dt!, a!, b!, c!);
      weight!.dispose();
      return [value, ...grads];
    },
    state_step: ({ state, dt, a, x, b, c }) => {
      const kept = np.multiply(state!, np.exp(np.multiply(dt!.ref, a!)));
      return [np.sum(np.multiply(np.add(kept, np.multiply(np.multiply(x!, dt!), b!)), c!), -1)];
    },
    chain,
    chain_eager: chain,
  };
}
