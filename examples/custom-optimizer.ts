// An optimizer of your own: sign descent with momentum, in the three functions that every optimizer here consists of.
//
//   node --conditions=@x/source --import=tsx examples/custom-optimizer.ts
//
//   step 0: loss 4.39
//   step 40: loss 0.20
//   step 80: loss 0.00
//   step 120: loss 0.00
import { Builder, chain, clipByGlobalNorm, Linear, mseLoss, type Optimizer, trainer } from "@x/nn";
import { add, assign, mul, reshape, sign, slice, sub, tidy, zeros } from "@x/tensor";

function signDescent(lr: (step: number) => number, momentum = 0.9): Optimizer {
  return {
    // What is kept from step to step, by name: it is saved and restored with the run.
    init: (parameters) => ({
      step: 0,
      tensors: Object.fromEntries(
        parameters.map(({ path, value }) => [`m.${path}`, zeros(value.shape, { device: value.device })]),
      ),
    }),
    // Numbers that change with the step reach the device as a tensor, so the recorded step stays good.
    hyper: (step) => Float32Array.of(lr(step)),
    // Runs once, while the step is recorded: no values are read here, everything is written in place.
    update({ parameters, grads, scale, state, hyper, norm }) {
      tidy(() => {
        const rate = reshape(slice(hyper, 0, 0, 1), []);
        for (const [i, { path, value }] of parameters.entries()) {
          const m = state.tensors[`m.${path}`]!;
          const grad = scale ? mul(grads[i]!, scale) : grads[i]!; // transforms such as clipping leave a factor
          assign(m, add(mul(m, momentum), mul(grad, 1 - momentum)));
          assign(value, sub(value, mul(sign(m), rate)));
        }
      });
      return norm ? { norm } : {};
    },
  };
}

const layer = new Linear(3, 1, { builder: new Builder({ seed: 1 }) });
const x = Array.from({ length: 32 }, (_, i) => [Math.sin(i), Math.cos(3 * i), Math.sin(5 * i)]);
const batch = { x, y: x.map(([a, b, c]) => [2 * a! - b! + 0.5 * c! + 1]) };
const optimizer = chain(
  clipByGlobalNorm(1),
  signDescent((step) => 0.1 / (1 + step / 10)),
);
using fit = trainer<typeof batch>(layer, optimizer, ({ x, y }) => mseLoss(layer.forward(x), y));
for (let step = 0; step <= 120; step++) {
  const { loss } = await fit.step(batch);
  if (step % 40 === 0) console.log(`step ${step}: loss ${loss.toFixed(2)}`);
}
