// This library as a contender: the same public functions that users call, captured; and, on doubles, the oracle of all contenders.
import { adamw, causalConv1d, layerNorm, rmsNorm, ssd, ssdStep, trainer } from "@x/nn";
import {
  add,
  capture,
  cast,
  cumsum,
  type Device,
  indexSelect,
  linear,
  matmul,
  mul,
  reshape,
  silu,
  softmax,
  sum,
  tensor,
  type Tensor,
  tidy,
  valueAndGrad,
} from "@x/tensor/core";
import { modelOf } from "./ours-models.ts";
import {
  adamBetas,
  adamEps,
  chainLength,
  type DuelCase,
  type DuelInput,
  firstLosses,
  functionCall,
  type FunctionOp,
  isTraining,
  normEps,
  parametersOf,
  type Peer,
  type PeerCall,
  type TrainOp,
} from "./peer.ts";

type Inputs = Record<string, Tensor>;
type Float = "f32" | "f64";

const chain = ({ x, w }: Inputs): Tensor[] => {
  let value = x!;
  for (let i = 0; i < chainLength; i++) value = matmul(value, w!);
  return [value];
};

const scan = ({ x, dt, a, b, c }: Inputs): Tensor => ssd(x!, dt!, a!, b!, c!, { dtSoftplus: false }).y;

const functions: Readonly<Record<FunctionOp, (x: Inputs) => Tensor[]>> = {
  matmul: ({ a, b }) => [matmul(a!, b!)],
  softmax: ({ x }) => [softmax(x!)],
  layer_norm: ({ x, weight, bias }) => [layerNorm(x!, weight!, bias!, { eps: normEps })],
  rms_norm: ({ x, weight }) => [rmsNorm(x!, weight!, { eps: normEps })],
  silu_mul_add: ({ x, y, z }) => [add(mul(silu(x!), y!), z!)],
  conv1d_silu: ({ x, weight, bias }) => {
    const [l, c] = x!.shape as [number, number];
    return [causalConv1d(reshape(x!, [1, l, c]), weight!, { bias: bias! })];
  },
  cumsum: ({ x }) => [cumsum(x!, 1)],
  rows: ({ x, index }) => [indexSelect(x!, 0, index!)],
  sum: ({ x }) => [sum(x!)],
  ssd: (inputs) => [scan(inputs)],
  ssd_grad: ({ x, dt, a, b, c, weight }) => {
    const loss = (...operands: Tensor[]): Tensor =>
      sum(mul(scan({ x: operands[0]!, dt: operands[1]!, a: operands[2]!, b: operands[3]!, c: operands[4]! }), weight!));
    const { value, grads } = valueAndGrad(loss)(x!, dt!, a!, b!, c!);
    return [value, ...grads];
  },
  state_step: ({ state, dt, a, x, b, c }) => {
    const [h, p, n] = state!.shape as [number, number, number];
    const rows = (value: Tensor | undefined, ...shape: number[]): Tensor => reshape(value!, shape);
    return [
      ssdStep(
        rows(state, 1, h, p, n),
        rows(x, 1, h, p),
        rows(dt, 1, h),
        rows(a, h),
        rows(b, 1, 1, n),
        rows(c, 1, 1, n),
        { dtSoftplus: false },
      ).y,
    ];
  },
  chain,
  chain_eager: chain,
};

/** This library on one of its devices; f64 only on the CPU. */
export function ourselves(device: Device, dtype: Float = "f32"): Peer {
  return {
    name: "ours",
    version: "",
    make: (duel) =>
      Promise.resolve(
        isTraining(duel.op)
          ? makeTraining(duel, duel.op, device, dtype)
          : makeFunction(duel, functions[duel.op], duel.op !== "chain_eager", device, dtype),
      ),
  };
}

/** in_proj and out_proj of one layer of the 130m model over 512 tokens, forward: the yardstick of the scan. */
export function layerProjections(device: Device): Promise<PeerCall> {
  const [l, d, inner, projected] = [512, 768, 1536, 3352];
  const filled = (...shape: number[]): DuelInput => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5),
  });
  const duel: DuelCase = {
    id: "projections",
    op: "matmul",
    inputs: { u: filled(1, l, d), inProj: filled(projected, d), y: filled(1, l, inner), outProj: filled(d, inner) },
  };
  return Promise.resolve(
    makeFunction(duel, ({ u, inProj, y, outProj }) => [linear(u!, inProj!), linear(y!, outProj!)], true, device, "f32"),
  );
}

function makeFunction(
  { inputs: given }: DuelCase,
  f: (x: Inputs) => Tensor[],
  record: boolean,
  device: Device,
  dtype: Float,
): PeerCall {
  const inputs = Object.fromEntries(
    Object.entries(given).map(([name, input]) => [name, onDevice(input, device, dtype)]),
  );
  const captured = record ? capture(f) : undefined;
  const call = (): Tensor[] => captured?.(inputs) ?? tidy(() => f(inputs));
  return functionCall(call, {
    sync: () => device.sync(),
    dispose() {
      captured?.dispose();
      for (const input of Object.values(inputs)) input.dispose();
    },
  });
}

function makeTraining(duel: DuelCase, op: TrainOp, device: Device, dtype: Float): PeerCall {
  const { lr, weightDecay, model: sizes } = duel.training!;
  const values = parametersOf(duel);
  const model = modelOf(op, sizes, {
    device,
    dtype,
    init:
      ({ path }) =>
      () =>
        values[path]!.data as Float32Array,
  });
  const batch = {
    ids: onDevice(duel.inputs["tokens"]!, device, dtype),
    targets: onDevice(duel.inputs["targets"]!, device, dtype),
  };
  const fit = trainer<typeof batch>(
    model,
    adamw({ lr, weightDecay, betas: adamBetas, eps: adamEps }),
    ({ ids, targets }) => model.loss(ids, targets),
  );
  return {
    run: () => fit.enqueue(batch).dispose(),
    sync: () => device.sync(),
    result: () => firstLosses(duel.training!, async () => (await fit.step(batch)).loss),
    dispose() {
      fit.dispose();
      model.dispose();
      for (const value of Object.values(batch)) value.dispose();
    },
  };
}

function onDevice({ shape, data }: DuelInput, device: Device, dtype: Float): Tensor {
  const given = tensor(data, { shape, device });
  if (dtype === "f32" || data instanceof Int32Array) return given;
  const wide = cast(given, dtype);
  given.dispose();
  return wide;
}
