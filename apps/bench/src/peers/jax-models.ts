// The models of the compared training steps in jax-js: parameters by our names, a loss of them.
import type { Jax, JaxArray } from "./jax-api.ts";
import { jaxConvSilu, jaxRmsNorm } from "./jax-functions.ts";
import { jaxScan } from "./jax-scan.ts";
import type { Training, TrainOp } from "./peer.ts";

type Params = Readonly<Record<string, JaxArray>>;
type Loss = (params: Params, tokens: JaxArray, targets: JaxArray, training: Training) => JaxArray;

/** The losses; they consume everything they are given. */
export function jaxLosses(jax: Jax): Readonly<Record<TrainOp, Loss>> {
  const { numpy: np, nn } = jax;
  const linear = (x: JaxArray, weight: JaxArray): JaxArray => np.matmul(x, weight.transpose([1, 0]));
  const crossEntropy = (logits: JaxArray, targets: JaxArray): JaxArray => {
    const [b, l, v] = logits.shape as [number, number, number];
    const picked = np.multiply(nn.logSoftmax(logits, -1), nn.oneHot(targets, v));
    return np.multiply(np.sum(picked), -1 / (b * l));
  };

  const mlp: Loss = (params, tokens, targets) => {
    let x = np.take(params["embedding.weight"]!, tokens, 0);
    for (let i = 0; `blocks.${i}.up.weight` in params; i++) {
      const of = (name: string): JaxArray => params[`blocks.${i}.${name}`]!;
      const inner = nn.silu(np.add(linear(jaxRmsNorm(jax, x.ref, of("norm.weight")), of("up.weight")), of("up.bias")));
      x = np.add(x, np.add(linear(inner, of("down.weight")), of("down.bias")));
    }
    return crossEntropy(linear(jaxRmsNorm(jax, x, params["norm.weight"]!), params["head.weight"]!), targets);
  };

  const mixer = (u: JaxArray, of: (name: string) => JaxArray, headDim: number, n: number): JaxArray => {
    const [b, l] = u.shape as [number, number];
    const aLog = of("A_log");
    const h = aLog.shape[0]!;
    const inner = h * headDim;
    const projected = linear(u, of("in_proj.weight")); // [z | x B C | dt]
    const part = (from: number, to: number): JaxArray => projected.ref.slice([], [], [from, to]);
    const [z, xbc, dt] = [
      part(0, inner),
      part(inner, 2 * inner + 2 * n),
      part(2 * inner + 2 * n, 2 * inner + 2 * n + h),
    ];
    projected.dispose();
    const weight = of("conv1d.weight");
    const conv = jaxConvSilu(jax, xbc, weight.reshape([weight.shape[0]!, weight.shape.at(-1)!]), of("conv1d.bias"));
    const [x, B, C] = [
      conv.ref.slice([], [], [0, inner]),
      conv.ref.slice([], [], [inner, inner + n]),
      conv.slice([], [], [inner + n, inner + 2 * n]),
    ];
    const heads = x.reshape([b, l, h, headDim]);
    const y = jaxScan(
      jax,
      heads.ref,
      nn.softplus(np.add(dt, of("dt_bias"))),
      np.negative(np.exp(aLog)),
      B.reshape([b, l, 1, n]),
      C.reshape([b, l, 1, n]),
    );
    const skipped = np.add(y, np.multiply(heads, of("D").reshape([h, 1]))).reshape([b, l, inner]);
    return linear(jaxRmsNorm(jax, np.multiply(skipped, nn.silu(z)), of("norm.weight")), of("out_proj.weight"));
  };

  const mamba2: Loss = (params, tokens, targets, { model }) => {
    const { nLayer, headDim, dState } = model!;
    const embedding = params["backbone.embedding.weight"]!;
    let x = np.take(embedding.ref, tokens, 0);
    for (let i = 0; i < nLayer; i++) {
      const of = (name: string): JaxArray => params[`backbone.layers.${i}.${name}`]!;
      x = np.add(
        x.ref,
        mixer(jaxRmsNorm(jax, x, of("norm.weight")), (name) => of(`mixer.${name}`), headDim, dState),
      );
    }
    return crossEntropy(linear(jaxRmsNorm(jax, x, params["backbone.norm_f.weight"]!), embedding), targets);
  };
  return { train_mlp: mlp, train_mamba2: mamba2 };
}
