// A primitive of your own: what it computes as a reference, and WGSL for it on a GPU. Gradients, captured steps and other devices come from the reference.
//
//   node --conditions=@x/source --import=tsx examples/custom-primitive.ts      (a GPU, or a software driver: npm install webgpu)
//
//   cpu: 0.36 1.00 0.36, gradient 3.20 0.00 -3.20
//   webgpu: 0.36 1.00 0.36, gradient 3.20 0.00 -3.20
import { defineKernel, dispatch, grid1d, linearMain } from "@x/kernels-wgsl";
import { apply, cpuDevice, definePrimitive, gradientsOf, sizeOf, type Tensor, tensor, webgpuDevice } from "@x/tensor";

// One invocation per element. Bindings and uniforms are declared here, and the shader's header is written from them: `x`, `y` and `u.rate` cannot drift apart.
const logisticKernel = defineKernel({
  name: "logistic_map",
  uniforms: { count: "u32", rate: "f32" },
  bindings: () => ({ x: "read f32", y: "read_write f32" }),
  wgsl: () => linearMain(64, "  if (index < u.count) {\n    y[index] = u.rate * x[index] * (1 - x[index]);\n  }"),
});

const logisticPrimitive = definePrimitive({
  name: "logisticMap",
  inputs: ["x"],
  outputs: ["y"],
  infer: ({ x }) => ({ y: { shape: x.shape, dtype: x.dtype } }),
  reference: ({ x }: { x: Tensor }, { rate }: { rate: number }) => ({ y: x.mul(rate).mul(x.neg().add(1)) }),
  webgpu({ x }, { rate }, caps) {
    const uniforms = { count: sizeOf(x.shape), rate };
    const workgroups = grid1d(uniforms.count, 64, caps);
    const call = { config: undefined, buffers: { x: "x", y: "y" }, uniforms, workgroups };
    return { temps: {}, dispatches: [dispatch(logisticKernel, call)] };
  },
  cases: [], // shapes and parameters on which a repository's tests would run it
});
/** y = rate·x·(1 − x), any shape. */
const logisticMap = (x: Tensor, rate: number): Tensor => apply(logisticPrimitive, { x }, { rate }).y;

const show = async (t: Tensor): Promise<string> => Array.from(await t.data(), (v) => v.toFixed(2)).join(" ");
for (const device of [cpuDevice(), await webgpuDevice({ software: true })]) {
  const x = tensor([0.1, 0.5, 0.9], { device });
  const y = logisticMap(x, 4);
  const { grads } = gradientsOf(() => logisticMap(x, 4).sum(), [x]);
  console.log(`${device.kind}: ${await show(y)}, gradient ${await show(grads[0]!)}`);
}
