// This library as a contender: the same public functions that users call, captured.
import { layerNorm, rmsNorm, ssdStep } from "@x/nn";
import { capture, cumsum, type Device, grad, indexSelect, matmul, mul, reshape, silu, softmax, square, sub, sum, type Tensor, tensor } from "@x/tensor";
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
  state_step: ({ state, dt, a, x, b, c }) => {
    const [h, p, n] = state!.shape as [number, number, number];
    const rows = (value: Tensor | undefined, ...shape: number[]): Tensor => reshape(value!, shape);
    const options = { dtSoftplus: false };
    return ssdStep(rows(state, 1, h, p, n), rows(x, 1, h, p), rows(dt, 1, h), rows(a, h), rows(b, 1, 1, n), rows(c, 1, 1, n), options).y;
  },
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
