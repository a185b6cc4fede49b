// Gradients by hand: a line through points, fitted with nothing but tensors and `gradientsOf`.
//
//   node --conditions=@x/source --import=tsx examples/autograd.ts
//
//   step 0: loss 9.000
//   step 20: loss 0.000
//   step 40: loss 0.000
//   y = 2.00·x + 1.00, from points on y = 2·x + 1
import { add, gradientsOf, mean, mul, square, sub, tensor, tidy } from "@x/tensor";

const x = tensor([-1, 0, 1, 2]); // { device: await defaultDevice() } would put it on a GPU
const y = tensor([-1, 1, 3, 5]);

let slope = tensor(0);
let offset = tensor(0);
for (let step = 0; step < 60; step++) {
  // Everything computed inside is on a tape; `grads` are those of the tensors in the list, in its order.
  const { value, grads } = gradientsOf(() => mean(square(sub(add(mul(x, slope), offset), y))), [slope, offset]);
  if (step % 20 === 0) console.log(`step ${step}: loss ${(await value.item()).toFixed(3)}`);

  // Tensors never change: a step makes new ones. `tidy` frees what is made within it and not returned.
  const before = [slope, offset];
  [slope, offset] = tidy(() => [sub(slope, mul(grads[0]!, 0.1)), sub(offset, mul(grads[1]!, 0.1))]);
  for (const old of [...before, value, ...grads]) old?.dispose();
}
const [a, b] = [await slope.item(), await offset.item()];
console.log(`y = ${a.toFixed(2)}·x + ${b.toFixed(2)}, from points on y = 2·x + 1`);
