// VALIDATE=1: every primitive that ran on the GPU runs again on the CPU (its loops, or its reference), and the results
// are compared.
import { dtypeBytes, hostArray, hostView, type HostArray } from "../numbers/dtype.ts";
import { DeviceError } from "../errors.ts";
import { apply } from "../apply.ts";
import type { Primitive } from "../primitive.ts";
import { noGrad } from "../autograd/tape.ts";
import { tensor } from "../ops/creation.ts";
import { tidy } from "../memory/scope.ts";
import { copyView } from "../ops/strided.ts";
import { extentOf, stridesOfSpec } from "../row-layout.ts";
import { sizeOf } from "../shape.ts";
import { cpuDevice } from "./cpu.ts";
import { mapValues } from "./lowering.ts";
import type { Block, Device, Operand, PreparedRun } from "./device.ts";

/** Largest rms(got − want)/rms(want) that passes: a smoke alarm for wrong kernels, looser than the tests. */
const allowedRatio = 1e-3;

type HostRecord = Record<string, HostArray>;

/** Compares runs in the order they were asked for; the first difference is raised by the next read. */
export class Validator {
  readonly #device: Device;
  readonly #readBytes: (block: Block) => Promise<ArrayBuffer>;
  #checks: Promise<void> = Promise.resolve();

  /** @param readBytes reads a whole block without waiting for the checks, as the device's own `download` does */
  constructor(device: Device, readBytes: (block: Block) => Promise<ArrayBuffer>) {
    this.#device = device;
    this.#readBytes = readBytes;
  }

  /** `run`, followed by a check of what it wrote. */
  wrap(primitive: Primitive, params: unknown, run: PreparedRun): PreparedRun {
    if (!primitive.cpu && !primitive.reference) return run;
    return (x, y) => {
      const before = mapValues(x, (operand) => this.#read(operand));
      run(x, y);
      const written = {
        ...y,
        ...Object.fromEntries((primitive.mutates ?? []).filter((name) => x[name]).map((name) => [name, x[name]!])),
      };
      const after = mapValues(written, (operand) => this.#read(operand));
      // Nobody waits for these once a check has failed.
      for (const read of [...Object.values(before), ...Object.values(after)]) read.catch(() => undefined);
      const check = async (): Promise<void> =>
        compare(primitive, params, x, await settled(before), written, await settled(after));
      this.#checks = this.#checks.then(check);
      this.#checks.catch(() => undefined); // raised by settle(); here only kept from counting as unhandled
    };
  }

  /** Resolves when everything so far agreed; rejects with the first difference. */
  settle(): Promise<void> {
    return this.#checks;
  }

  /** Copies first: what comes next may write over the original before the bytes arrive. */
  async #read(operand: Operand): Promise<HostArray> {
    const { block, shape, dtype, offset } = operand;
    const copy = this.#device.allocate(block.sizeBytes);
    this.#device.copy(block, copy, block.sizeBytes);
    try {
      const bytes = await this.#readBytes(copy);
      const values = hostView(dtype, bytes, offset * dtypeBytes(dtype), extentOf(operand));
      if (!operand.rows) return values;
      const dense = hostArray(dtype, sizeOf(shape));
      copyView(values, dense, { shape, strides: stridesOfSpec(operand), offset: 0 });
      return dense;
    } finally {
      this.#device.free(copy);
    }
  }
}

async function settled(record: Readonly<Record<string, Promise<HostArray>>>): Promise<HostRecord> {
  return Object.fromEntries(
    await Promise.all(Object.entries(record).map(async ([name, data]) => [name, await data] as const)),
  );
}

async function compare(
  primitive: Primitive,
  params: unknown,
  x: Readonly<Record<string, Operand>>,
  before: HostRecord,
  written: Readonly<Record<string, Operand>>,
  after: HostRecord,
): Promise<void> {
  const device = cpuDevice();
  const inputs = mapValues(before, (data, name) =>
    tensor(data, { shape: x[name]!.shape, dtype: x[name]!.dtype, device }),
  );
  const outputs = noGrad(() => tidy(() => apply(primitive, inputs, params)));
  for (const name in written) {
    const want = await (outputs[name] ?? inputs[name]!).data();
    const got = after[name]!;
    let [error, scale] = [0, 0];
    for (let i = 0; i < want.length; i++) {
      if (!Object.is(got[i], want[i])) error += (got[i]! - want[i]!) ** 2; // the same infinity or NaN is no difference
      scale += want[i]! ** 2;
    }
    const ratio = Math.sqrt(error / Math.max(scale, 1e-30));
    if (!(ratio <= allowedRatio) && !(Math.sqrt(error / want.length) <= 1e-6)) {
      // NaN is no agreement
      const shapes = Object.entries(x)
        .map(([key, { shape, dtype }]) => `${key} ${dtype}[${shape.join(",")}]`)
        .join(", ");
      throw new DeviceError(
        `${primitive.name}: ${name} on WebGPU must equal its CPU result within ${allowedRatio} (rms ratio); got ${ratio.toExponential(2)} for ${shapes}, params ${JSON.stringify(params)}.`,
        { device: "webgpu", needed: allowedRatio, got: ratio },
      );
    }
  }
  for (const made of [...Object.values(inputs), ...Object.values(outputs)]) made.dispose();
}
