// This library as a contender: the same public functions that users call, captured.
import { layerNorm, rmsNorm } from "@x/nn";
import { add, capture, cumsum, type Device, exp, grad, indexSelect, matmul, mul, silu, softmax, square, sub, sum, type Tensor, tensor } from "@x/tensor";
import { type DuelCase, type DuelOp, type Peer, type PeerCall, stepSize } from "./peer.ts";

type Inputs = Record<string, Tensor>;

const computations: Readonly<Record<DuelOp, (x: Inputs) => Tensor>> = {
  matmul: ({ a, b }) => matmul(a!, b!),
  softmax: ({ x }) => softmax(x!),
  rms_norm: ({ x, weight }) => rmsNorm(x!, weight!),
  layer_norm: ({ x, weight, bias }) => layerNorm(x!, weight!, bias!),
  silu: ({ x }) => silu(x!),
  cumsum: ({ x }) => cumsum(x!, 1),
  rows: ({ x, index }) => indexSelect(x!, 0, index!),
  sum: ({ x }) => sum(x!),
  train_step: ({ x, y, w1, w2 }) => {
    const [g1] = grad((a: Tensor, b: Tensor) => square(sub(matmul(silu(matmul(x!, a)), b), y!)).mean())(w1!, w2!);
    return sub(w1!, mul(g1!, stepSize));
  },
  state_step: ({ state, decay, x, b, c }) => sum(mul(add(mul(state!, exp(decay!)), mul(x!, b!)), c!), -1),
};

/** This library on one of its devices. */
export function ourselves(device: Device): Peer {
  return {
    name: "ours",
    version: "",
    make(duel: DuelCase): Promise<PeerCall> {
      const entries = Object.entries(duel.inputs);
      const inputs = Object.fromEntries(entries.map(([name, { shape, data }]) => [name, tensor(data, { shape, device })]));
      const captured = capture(computations[duel.op]);
      return Promise.resolve({
        run: () => captured(inputs).dispose(),
        sync: () => device.sync(),
        async result() {
          const y = captured(inputs);
          const data = (await y.data()) as Float32Array;
          y.dispose();
          return data;
        },
        dispose() {
          captured.dispose();
          for (const input of Object.values(inputs)) input.dispose();
        },
      });
    },
  };
}
