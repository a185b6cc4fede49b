// Reset-majority by one block of 62 parameters, as burn-mamba's example builds it.
import { Mamba2Mixer, mamba2Config } from "@x/mamba2";
import {
  accuracy,
  adamw,
  Builder,
  chain,
  clipByGlobalNorm,
  Linear,
  Module,
  RMSNorm,
  resetMajority,
  warmupCosine,
} from "@x/nn";
import { type Device, oneHot, type Tensor } from "@x/tensor/core";
import { fit } from "../fit.ts";
import type { Row } from "../row.ts";

/** One-hot symbols → width 2 → norm → mixer with two scalar states, no residual → two classes. */
class MajorityBlock extends Module {
  static readonly fieldsOnly = true;
  readonly input: Linear;
  readonly norm: RMSNorm;
  readonly mixer: Mamba2Mixer;
  readonly head: Linear;

  constructor(seed: number, device: Device) {
    super();
    const builder = new Builder({ seed, device });
    const config = mamba2Config({ dModel: 2, nLayer: 1, expand: 1, headDim: 1, dState: 1, dConv: 1, bias: true });
    this.input = new Linear(3, 2, { builder: builder.at("input") });
    this.norm = new RMSNorm(2, { builder: builder.at("norm") });
    this.mixer = new Mamba2Mixer(config, builder.at("mixer"));
    this.head = new Linear(2, 2, { builder: builder.at("head") });
  }

  forward(x: Tensor): Tensor {
    const { y } = this.mixer.forward(this.norm.forward(this.input.forward(oneHot(x, 3))));
    return this.head.forward(y);
  }
}

const steps = 5120;

/** Trains on the mixture and tests each family apart. */
export const resetMajorityRow: Row = {
  name: "reset-majority, one block of 62 parameters",
  tier: "ci",
  published: "100 % on every family on most seeds; others stall near 80 %",
  source: "burn-mamba, examples/reset-majority",
  claim: "every family ≥ 99.5 %",
  deviations:
    "new sequences at every step instead of 4,096 in 80 epochs; biases from 0, clipped by the norm, betas 0.9 and 0.95, no cautious decay",
  seeds: [1, 2, 0],
  enough: 2, // most seeds, as published: seed 0 stalls, as others' do
  async run(seed, { device, progress }) {
    const model = new MajorityBlock(seed, device);
    const lr = warmupCosine({ peak: 3e-2, warmup: 256, steps, end: 1e-4 });
    await fit(model, chain(clipByGlobalNorm(1), adamw({ lr })), resetMajority({ batch: 64, seed }), steps, progress);
    const families = ["random", "long-prefix", "long-suffix"] as const;
    const shares = await Promise.all(
      families.map((family) => accuracy(model, [resetMajority({ batch: 512, family, seed: seed + 1000 }).at(0)])),
    );
    model.dispose();
    return {
      value: 100 * Math.min(...shares),
      holds: Math.min(...shares) >= 0.995,
      detail: families.map((family, i) => `${family} ${(100 * shares[i]!).toFixed(1)}`).join(", "),
    };
  },
};
