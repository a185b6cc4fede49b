// QuantizedParameter: a frozen weight of a module, as integers with scales. It owns its tensors; optimizers and checkpoints do not see it.
import { type Device, keep, type QuantizedWeight, requireText, toDevice, requireQuantized } from "@x/tensor/core";

/** A frozen quantised weight with the name that it has in checkpoints. */
export class QuantizedParameter {
  readonly path: string;
  #value: QuantizedWeight;

  /** Takes over the tensors of `value`. */
  constructor(path: string, value: QuantizedWeight) {
    requireText("QuantizedParameter", "path", path);
    this.path = path;
    this.#value = kept(value);
  }

  get value(): QuantizedWeight {
    return this.#value;
  }

  /** Moves the value to another device. */
  async to(device: Device): Promise<void> {
    const old = this.#value;
    if (old.packed.device === device) return;
    this.#value = kept({
      ...old,
      packed: await toDevice(old.packed, device),
      scales: await toDevice(old.scales, device),
    });
    free(old);
  }

  dispose(): void {
    free(this.#value);
  }
}

function kept(value: QuantizedWeight): QuantizedWeight {
  requireQuantized("QuantizedParameter", value);
  keep(value.packed);
  keep(value.scales);
  return value;
}

function free({ packed, scales }: QuantizedWeight): void {
  packed.dispose();
  scales.dispose();
}
