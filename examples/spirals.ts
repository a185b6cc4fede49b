// Two spirals that no line can part: a small network and AdamW.
//
//   node --conditions=@x/source --import=tsx examples/spirals.ts
//
//   step 0: loss 0.69
//   step 100: loss 0.52
//   step 200: loss 0.07
//   right: 200 of 200
import { adamw, Builder, crossEntropy, Linear, Module, trainer } from "@x/nn";
import { sin, type Tensor, tensor } from "@x/tensor";

class Net extends Module {
  readonly layers: readonly Linear[];
  constructor(builder: Builder) {
    super();
    // A parameter's path is its name in checkpoints, and decides how it is drawn: layers.0.weight …
    const sizes = [2, 32, 32, 2];
    this.layers = sizes.slice(1).map((out, i) => new Linear(sizes[i]!, out, { builder: builder.at(`layers.${i}`) }));
  }
  /** @param x [points, 2] */
  forward(x: Tensor): Tensor {
    return this.layers.reduce((h, layer, i) => layer.forward(i === 0 ? h : sin(h)), x);
  }
}

const points: number[][] = [];
const arms: number[] = [];
for (let i = 0; i < 200; i++) {
  const [arm, radius] = [i % 2, 0.1 + (0.9 * i) / 200];
  points.push([radius * Math.cos(9 * radius + arm * Math.PI), radius * Math.sin(9 * radius + arm * Math.PI)]);
  arms.push(arm);
}

const net = new Net(new Builder({ seed: 1 })); // { seed, device } for a GPU
const batch = { x: points, arm: Int32Array.from(arms), shape: [200] };
// The loss is recorded at the first step and replayed at the others: one plan of kernels for loss, gradients and update.
using fit = trainer<typeof batch>(net, adamw({ lr: 0.01 }), ({ x, arm }) => crossEntropy(net.forward(x), arm));
for (let step = 0; step <= 200; step++) {
  const { loss } = await fit.step(batch);
  if (step % 100 === 0) console.log(`step ${step}: loss ${loss.toFixed(2)}`);
}
const scores = (await net.forward(tensor(points)).toArray()) as number[][];
const right = scores.filter(([a, b], i) => (b! > a! ? 1 : 0) === arms[i]).length;
console.log(`right: ${right} of 200`);
