// A training step of the small language model in TensorFlow.js. It has no AdamW: without decay, its Adam is the same.
import {
  adamBetas,
  adamEps,
  type DuelCase,
  firstLosses,
  parametersOf,
  type PeerCall,
  type TrainOp,
  UnsupportedError,
} from "./peer.ts";
import type { Tf, TfTensor, TfVariable } from "./tfjs-api.ts";
import { tfjsRmsNorm, tfjsSilu } from "./tfjs-functions.ts";

/** @param oneHotRows embed by a product with one-hot rows */
export function makeTraining(
  tf: Tf,
  duel: DuelCase,
  op: TrainOp,
  sync: () => Promise<void>,
  oneHotRows: boolean,
): PeerCall {
  const { lr, weightDecay } = duel.training!;
  if (op === "train_mamba2")
    throw new UnsupportedError("not written: einsum has no gradient here; the scan by itself is compared above");
  if (weightDecay > 0) throw new UnsupportedError("no AdamW");
  const upload = (name: string): TfTensor => tf.tensor(duel.inputs[name]!.data, duel.inputs[name]!.shape, "int32");
  const [b, l] = duel.inputs["tokens"]!.shape as [number, number];
  const [tokens, targets] = [upload("tokens"), upload("targets")];
  const params: Record<string, TfVariable> = {};
  for (const [name, { shape, data }] of Object.entries(parametersOf(duel)))
    params[name] = tf.tidy(() => tf.variable(tf.tensor(data, shape, "float32")));
  const [vocabulary, width] = params["embedding.weight"]!.shape as [number, number];
  const optimizer = tf.train.adam(lr, ...adamBetas, adamEps);

  const oneHot = (ids: TfTensor): TfTensor => tf.cast(tf.oneHot(tf.reshape(ids, [b * l]), vocabulary), "float32");
  const linear = (x: TfTensor, weight: TfTensor): TfTensor => tf.matMul(x, weight, false, true);
  const loss = (): TfTensor => {
    const embedding = params["embedding.weight"]!;
    let x = oneHotRows
      ? tf.matMul(oneHot(tokens), embedding)
      : tf.reshape(tf.gather(embedding, tokens, 0), [b * l, width]);
    for (let i = 0; `blocks.${i}.up.weight` in params; i++) {
      const of = (name: string): TfTensor => params[`blocks.${i}.${name}`]!;
      const inner = tfjsSilu(tf, tf.add(linear(tfjsRmsNorm(tf, x, of("norm.weight")), of("up.weight")), of("up.bias")));
      x = tf.add(x, tf.add(linear(inner, of("down.weight")), of("down.bias")));
    }
    const logits = linear(tfjsRmsNorm(tf, x, params["norm.weight"]!), params["head.weight"]!);
    return tf.mean(tf.sub(tf.logSumExp(logits, -1), tf.sum(tf.mul(oneHot(targets), logits), -1)));
  };
  const step = (): TfTensor => optimizer.minimize(loss, true, Object.values(params));
  return {
    run: () => step().dispose(),
    sync,
    result: () =>
      firstLosses(duel.training!, async () => {
        const value = step();
        const [loss] = await value.data();
        value.dispose();
        return loss!;
      }),
    dispose() {
      optimizer.dispose();
      for (const value of [tokens, targets, ...Object.values(params)]) value.dispose();
    },
  };
}
