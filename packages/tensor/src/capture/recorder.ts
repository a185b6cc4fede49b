// Recording: while a function is captured, primitives are noted instead of run, and tensors stand for values to come.
import type { Device } from "../device/device.ts";
import { DeviceError } from "../errors.ts";
import { mapValues, type Primitive, type Spec, storageBytes } from "../primitive.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";

/** A value in a recording: its spec, and the storage it will lie in (symbolic while recorded, or real where it already exists). */
export interface Value extends Spec {
  readonly storage: Storage;
}

/** One primitive of a recording. */
export interface Node {
  readonly primitive: Primitive;
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Collects the nodes of one call of a captured function. Real storages it meets are retained, so that replays find them. */
export class Recorder {
  readonly nodes: Node[] = [];
  readonly externals: Set<Storage> = new Set();
  device: Device | null = null;

  record(
    primitive: Primitive,
    inputs: Readonly<Record<string, Tensor>>,
    specs: Readonly<Record<string, Spec>>,
    params: unknown,
    device: Device,
  ): Record<string, Tensor> {
    if (this.device && this.device !== device) {
      throw new DeviceError("capture: everything in a captured function must run on one device; got two.", { device: device.kind });
    }
    this.device = device;
    const outputs = mapValues(specs, (spec) => symbolic(spec, device));
    this.nodes.push({ primitive, params, inputs: mapValues(inputs, (tensor) => this.value(tensor)), outputs: mapValues(outputs, valueOf) });
    return outputs;
  }

  /** The value a tensor stands for; keeps its memory when it exists outside of the recording. */
  value(tensor: Tensor): Value {
    const value = valueOf(tensor);
    if (!value.storage.symbolic && !this.externals.has(value.storage)) this.externals.add(value.storage.retain());
    return value;
  }
}

/** A tensor without memory that stands for a value. */
export function symbolic(spec: Spec, device: Device): Tensor {
  return new Tensor(spec.shape, spec.dtype, new Storage(device, storageBytes(spec), null));
}

function valueOf(tensor: Tensor): Value {
  return { shape: tensor.shape, dtype: tensor.dtype, storage: tensor.storage };
}
