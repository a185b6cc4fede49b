// The smallest published Falcon-H1, whose configuration is known in parts.
import { mamba2Config, type Mamba2Config, preset } from "@x/mamba2";

/** tiiuae/Falcon-H1-Tiny-R-90M; its vocabulary, which is not stated, as that of the 0.5B, which makes 91 M parameters. */
export const falconTiny = (): Mamba2Config => {
  const { attention, multipliers, ...large } = preset("falcon-h1-0.5b");
  return mamba2Config({
    ...large,
    nLayer: 24,
    tieEmbeddings: true,
    layers: large.layers!.slice(0, 24),
    dModel: 512,
    expand: 1.5,
    dSsm: null,
    headDim: 32,
    dState: 64,
    dIntermediate: 768,
    attention: { ...attention! },
    multipliers: {
      ...multipliers,
      embedding: 0.034423828125,
      logits: 0.078125,
      key: 1,
      attentionOut: 1,
      mlpGate: 1,
      mlpOut: 1,
    },
  });
};
