// Convolutions, pooling, dropout and Sequential on every device, against loops written out here.
import { avgPool, Builder, conv1d, conv2d, Conv2d, dropout, Dropout, Linear, maxPool, Sequential } from "@x/nn";
import {
  createCpuDevice,
  type Device,
  fold,
  gradientsOf,
  hostNormal,
  mul,
  ones,
  reshape,
  silu,
  sum,
  tensor,
  type Tensor,
  unfold,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";

const devices: readonly (readonly [string, Device])[] = [
  ["loops", createCpuDevice({ wasm: false })],
  ["cpu", createCpuDevice()],
  ["webgpu", await webgpuDevice({ device: await sharedGpu(), poison: true })],
];

interface Plan {
  readonly x: readonly [b: number, c: number, n: number, m: number];
  readonly w: readonly [o: number, c: number, h: number, w: number];
  readonly stride?: [number, number];
  readonly padding?: [number, number];
  readonly dilation?: [number, number];
  readonly groups?: number;
}

/** Every place of the sum, with the flat indices of what it multiplies and where the product goes. */
function* products(plan: Plan): Generator<readonly [y: number, x: number, w: number]> {
  const { x, w, stride = [1, 1], padding = [0, 0], dilation = [1, 1], groups = 1 } = plan;
  const [h, v] = sizes(plan);
  for (let b = 0; b < x[0]; b++)
    for (let o = 0; o < w[0]; o++)
      for (let i = 0; i < h; i++)
        for (let j = 0; j < v; j++)
          for (let c = 0; c < w[1]; c++)
            for (let p = 0; p < w[2]; p++)
              for (let q = 0; q < w[3]; q++) {
                const row = i * stride[0] + p * dilation[0] - padding[0];
                const column = j * stride[1] + q * dilation[1] - padding[1];
                if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
                const channel = Math.floor(o / (w[0] / groups)) * w[1] + c;
                yield [
                  ((b * w[0] + o) * h + i) * v + j,
                  ((b * x[1] + channel) * x[2] + row) * x[3] + column,
                  ((o * w[1] + c) * w[2] + p) * w[3] + q,
                ];
              }
}

function sizes({ x, w, stride = [1, 1], padding = [0, 0], dilation = [1, 1] }: Plan): [number, number] {
  const of = (a: 0 | 1): number =>
    Math.floor((x[2 + a]! + 2 * padding[a] - dilation[a] * (w[2 + a]! - 1) - 1) / stride[a]) + 1;
  return [of(0), of(1)];
}

const volume = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const plans: readonly Plan[] = [
  { x: [1, 1, 4, 4], w: [1, 1, 2, 2] },
  { x: [2, 3, 7, 6], w: [4, 3, 3, 2], stride: [2, 1], padding: [1, 0] },
  { x: [2, 4, 8, 9], w: [6, 2, 2, 3], dilation: [2, 3], groups: 2 },
  { x: [1, 3, 5, 5], w: [3, 1, 3, 3], padding: [1, 1], groups: 3 },
];

describe.each(devices)("on %s", (_name, device) => {
  it.each(plans)("conv2d of $x by $w, and its gradients", async (plan) => {
    const [xs, ws] = [
      hostNormal({ seed: 1, stream: 1 }, volume(plan.x)),
      hostNormal({ seed: 2, stream: 1 }, volume(plan.w)),
    ];
    const { x: shapeX, w: shapeW, ...options } = plan;
    const [x, w] = [tensor(xs, { shape: shapeX, device }), tensor(ws, { shape: shapeW, device })];
    const bs = hostNormal({ seed: 3, stream: 1 }, plan.w[0]);
    const bias = tensor(bs, { device });
    const y = conv2d(x, w, { ...options, bias });
    const shape = [plan.x[0], plan.w[0], ...sizes(plan)];
    expect(y.shape).toEqual(shape);
    const area = shape[2]! * shape[3]!;
    const g = hostNormal({ seed: 4, stream: 1 }, volume(shape));
    const want = Float64Array.from({ length: volume(shape) }, (_, i) => bs[Math.floor(i / area) % plan.w[0]]!);
    const [gx, gw] = [new Float64Array(xs.length), new Float64Array(ws.length)];
    for (const [to, a, b] of products(plan)) {
      want[to]! += xs[a]! * ws[b]!;
      gx[a]! += g[to]! * ws[b]!;
      gw[b]! += g[to]! * xs[a]!;
    }
    const close = async (got: Tensor, values: Float64Array): Promise<void> => {
      const data = await got.data();
      values.forEach((value, i) => expect(Math.abs(data[i]! - value)).toBeLessThan(2e-5));
    };
    await close(y, want);
    const { grads } = gradientsOf(
      () => sum(mul(conv2d(x, w, { ...options, bias }), tensor(g, { shape, device }))),
      [x, w, bias],
    );
    await close(grads[0]!, gx);
    await close(grads[1]!, gw);
    await close(
      grads[2]!,
      Float64Array.from(bs, (_, o) =>
        g.reduce((total, value, i) => total + (Math.floor(i / area) % bs.length === o ? value : 0), 0),
      ),
    );
  });

  const t = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { device });

  it("conv1d", async () => {
    const x = t([[[1, 2, 3, 4, 5]]]);
    expect(await conv1d(x, t([[[1, 0, -1]]]), { padding: 1, stride: 2 }).toArray()).toEqual([[[-2, -2, 4]]]);
    expect(await conv1d(x, t([[[1, 1]]]), { dilation: 3 }).toArray()).toEqual([[[5, 7]]]);
    expect(() => conv1d(x, t([[[1, 2]], [[1, 2]]]), { groups: 3 })).toThrow(
      "conv1d: weight must have 1 / 3 channels and a multiple of 3 outputs; got [2,1,2] for x [1,1,5].",
    );
  });

  it("pooling", async () => {
    const x = t([[1, 5, 5, -1, 2, 3]]);
    expect(await maxPool(x, 2).toArray()).toEqual([[5, 5, 3]]);
    expect(await maxPool(x, 3, { stride: 1, padding: 1 }).toArray()).toEqual([[5, 5, 5, 5, 3, 3]]);
    expect(await avgPool(x, 3).toArray()).toEqual([[expect.closeTo(11 / 3, 5), expect.closeTo(4 / 3, 5)]]);
    expect(await avgPool(x, 2, { padding: 1 }).toArray()).toEqual([[0.5, 5, 0.5, 1.5]]);
    const image = t([
      [
        [1, 2, 3],
        [4, 5, 6],
        [9, 8, 7],
      ],
    ]);
    expect(await maxPool(image, [2, 2], { stride: 1 }).toArray()).toEqual([
      [
        [5, 6],
        [9, 8],
      ],
    ]);
    expect(await avgPool(image, [3, 3]).toArray()).toEqual([[[5]]]);
    // The first of equal elements gets all of the gradient.
    const { grads } = gradientsOf(() => sum(maxPool(x, 3)), [x]);
    expect(await grads[0]!.toArray()).toEqual([[0, 1, 0, 0, 0, 1]]);
    expect(await maxPool(t([1, NaN, 2, 3]), 2).toArray()).toEqual([NaN, 3]);
  });

  it("dropout drops by its key, and only with one", async () => {
    const x = ones([4000], { device });
    const y = await dropout(x, 0.25, { seed: 1, stream: 3 }).data();
    const kept = [...y].filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.75)]));
    expect(kept.length / 4000).toBeCloseTo(0.75, 1);
    expect(await dropout(x, 0.25, { seed: 1, stream: 3 }).data()).toEqual(y);
    const layer = new Dropout(0.25);
    expect(layer.forward(x)).toBe(x);
    expect(await layer.forward(x, { seed: 1, stream: 3 }).data()).toEqual(y);
    expect(() => dropout(x, 1.5, { seed: 1 })).toThrow("dropout: rate must be from 0 to 1; got 1.5.");
  });

  it("a rate of 1 drops everything, as in PyTorch", async () => {
    const x = tensor([1, -2, Infinity, NaN], { device });
    const [grad] = gradientsOf(() => sum(dropout(x, 1, { seed: 1 })), [x]).grads;
    expect(await grad!.data()).toEqual(new Float32Array(4));
    expect(await new Dropout(1).forward(x, { seed: 1 }).data()).toEqual(Float32Array.of(0, -0, NaN, NaN));
  });

  // an empty result would be a silent one: what it should have been is asked for nowhere
  it.each([
    ["unfold", (x: Tensor) => unfold(x, 3), "unfold: a window must fit its axis of 2; got 3."],
    [
      "unfold, dilated",
      (x: Tensor) => unfold(x, 2, { dilation: 2 }),
      "unfold: a window must fit its axis of 2; got 3.",
    ],
    ["unfold, two axes", (x: Tensor) => unfold(x, [4, 1]), "unfold: a window must fit its axis of 3; got 4."],
    ["maxPool", (x: Tensor) => maxPool(x, 3), /^maxPool: .* a window must fit its axis of 2; got 3\.$/],
    ["avgPool, padded", (x: Tensor) => avgPool(x, 7, { padding: 2 }), /^avgPool: .* its axis of 6; got 7\.$/],
    ["conv1d", (x: Tensor) => conv1d(x, ones([1, 3, 3], { device })), /^conv1d: .* its axis of 2; got 3\.$/],
    [
      "conv1d, padded",
      (x: Tensor) => conv1d(x, ones([1, 3, 5], { device }), { padding: 1 }),
      /^conv1d: .* its axis of 4; got 5\.$/,
    ],
    [
      "conv2d",
      (x: Tensor) => conv2d(reshape(x, [1, 1, 3, 2]), ones([1, 1, 4, 1], { device })),
      /^conv2d: .* its axis of 3; got 4\.$/,
    ],
    ["fold", () => fold(ones([3, 0], { device }), 2), /^fold: x must end in/],
  ])("%s refuses a window that is longer than its axis", (_what, run, message) => {
    expect(() => run(ones([1, 3, 2], { device }))).toThrow(message);
  });

  it("Sequential calls its layers in turn and finds their parameters", async () => {
    const builder = new Builder({ seed: 1, device });
    const layers = [
      new Linear(2, 3, { builder: builder.at("0") }),
      silu,
      new Linear(3, 1, { builder: builder.at("2") }),
    ] as const;
    const net = new Sequential(layers);
    const x = t([[1, 2]]);
    const want = await layers[2].forward(silu(layers[0].forward(x))).data();
    expect(await net.forward(x).data()).toEqual(want);
    expect(net.parameters().length).toBe(4);
    expect(() => new Sequential([3 as never])).toThrow(
      "Sequential: layers[0] must be a module with forward, or a function; got 3.",
    );
    const conv = new Conv2d(2, 4, 3, { builder: new Builder({ device }) });
    expect(conv.weight.value.shape).toEqual([4, 2, 3, 3]);
    expect(conv.forward(ones([1, 2, 5, 5], { device })).shape).toEqual([1, 4, 3, 3]);
  });
});
