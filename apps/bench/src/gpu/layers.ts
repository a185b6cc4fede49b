// Part "layers": the scan and a whole block of Mamba-2 130m, forward and with gradients; kernel by kernel.
import { ssd as scanKernels, ssdBackward } from "@x/kernels-wgsl";
import { Block, mamba2Config, preset } from "@x/mamba2";
import { Builder, ssd } from "@x/nn";
import { capture, type Captured, type Shape, type Tensor, tensor, type Tree, vjp } from "@x/tensor/core";
import { digits } from "../core/format.ts";
import { addDispatches, kernelShares, patternAt, type Session, timeRuns } from "./session.ts";

interface Sizes {
  readonly b: number;
  readonly l: number;
  readonly h: number;
  readonly p: number;
  readonly g: number;
  readonly n: number;
}

const full: Sizes = { b: 8, l: 1024, h: 24, p: 64, g: 1, n: 128 };
const tiny: Sizes = { b: 1, l: 48, h: 2, p: 16, g: 1, n: 16 };

/** A tensor of pattern numbers times `scale`, plus `shift`. */
function drawn({ device }: Session, shape: Shape, scale = 1, shift = 0): Tensor {
  const size = shape.reduce((product, count) => product * count, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => scale * patternAt(i + 7 * size) + shift),
    { shape, device },
  );
}

/** Adds the time of a captured call as a row, and its kernels as rows below it. */
async function measure<A extends Tree[]>(
  session: Session,
  name: string,
  captured: Captured<A, Tensor[]>,
  args: A,
  flops?: number,
): Promise<void> {
  const { device, report } = session;
  const run = (): void => {
    for (const output of captured(...args)) output.dispose();
  };
  const times = await timeRuns(device, run);
  const { median, min, handedOver } = times;
  const rate = flops === undefined ? undefined : flops / median / 1e9;
  const note = `${digits(handedOver)} ms until encoded, least ${digits(min)}${rate === undefined ? "" : `, ${digits(rate)} TFLOP/s`}`;
  const part = report.part("layers");
  part.add(name, median, "ms", note, {
    times,
    share: rate === undefined ? undefined : report.shareOf("fma f32", rate),
  });
  part.addKernels(name, await kernelShares(device, run));
  captured.dispose();
}

/** Multiply-adds that a chunked scan needs, twice: scores, within chunks, states in and out of chunks. */
function scanFlops({ b, l, h, p, g, n }: Sizes, q: number): number {
  return 2 * b * l * (g * q * n + h * q * p + 2 * h * p * n);
}

async function measureScan(session: Session, sizes: Sizes): Promise<void> {
  const { b, l, h, p, g, n } = sizes;
  const inputs = [
    drawn(session, [b, l, h, p]),
    drawn(session, [b, l, h], 1, -4),
    drawn(session, [h], 4, -8),
    drawn(session, [b, l, g, n]),
    drawn(session, [b, l, g, n]),
    drawn(session, [h]),
    drawn(session, [h], 0.1),
  ];
  const scan = ([x, dt, A, B, C, D, dtBias]: readonly Tensor[]): Tensor => ssd(x!, dt!, A!, B!, C!, { D, dtBias }).y;
  const shape = `b${b} l${l} h${h} p${p} n${n}`;
  const q = session.device.runner.caps.adapter === "software" ? 32 : 64;
  await measure(
    session,
    `ssd forward ${shape}`,
    capture((x: Tensor[]) => [scan(x)]),
    [inputs],
    scanFlops(sizes, q),
  );
  const seed = drawn(session, [b, l, h, p]);
  const both = capture((x: Tensor[], grad: Tensor) => {
    const { value, grads } = vjp(() => [scan(x)], x, [grad]);
    return [...value, ...grads];
  });
  await measure(session, `ssd forward+backward ${shape}`, both, [inputs, seed]);
  for (const made of [...inputs, seed]) made.dispose();
}

async function measureBlock(session: Session, isTiny: boolean): Promise<void> {
  const { device } = session;
  const config = isTiny ? preset("tiny") : mamba2Config({ ...preset("mamba2-130m"), nLayer: 1 });
  const [b, l] = isTiny ? [1, 32] : [8, 512];
  const block = new Block(config, new Builder({ device, seed: 1 }));
  const [u, residual, seed] = [0, 1, 2].map(() => drawn(session, [b, l, config.dModel])) as [Tensor, Tensor, Tensor];
  const values = block.parameters().map(({ value }) => value);
  const forward = (hidden: Tensor, stream: Tensor): Tensor => block.forward({ hidden, residual: stream }).stream.hidden;
  const shape = `b${b} l${l} d${config.dModel}`;
  await measure(
    session,
    `block forward ${shape}`,
    capture((x: Tensor, r: Tensor) => [forward(x, r)]),
    [u, residual],
  );
  const both = capture((x: Tensor, r: Tensor, grad: Tensor) => {
    const { value, grads } = vjp(() => [forward(x, r)], [x, r, ...values], [grad]);
    return [...value, ...grads];
  });
  await measure(session, `block forward+backward ${shape}`, both, [u, residual, seed]);
  for (const made of [u, residual, seed]) made.dispose();
  block.dispose();
}

async function measureDispatches({ device, report }: Session, sizes: Sizes): Promise<void> {
  const { caps } = device.runner;
  const shape = { ...sizes, dtSoftplus: true, dtBias: true, D: "head" } as const;
  const floats = sizes.b * sizes.l * sizes.h * Math.max(sizes.p, 4);
  const part = report.part("layers");
  await addDispatches(device, part, "ssd forward", scanKernels.program(shape, caps), floats);
  await addDispatches(device, part, "ssd backward", ssdBackward.program(shape, caps), floats);
}

export async function measureLayers(session: Session): Promise<void> {
  const isTiny = session.scale === "tiny";
  await measureDispatches(session, isTiny ? tiny : full);
  await measureScan(session, isTiny ? tiny : full);
  await measureBlock(session, isTiny);
}
