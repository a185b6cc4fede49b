// Reference-counted memory behind tensors. Internal: the public API has scopes and `dispose`, no counts.
import type { Block, Device } from "./device/device.ts";
import { DeviceError, DisposedError } from "./errors.ts";

/** Memory shared by a tensor and its reshapes. A storage without a block is symbolic: it stands for a value in a recording. */
export class Storage {
  readonly device: Device;
  readonly sizeBytes: number;
  #block: Block | null;
  #references = 1;
  readonly #borrowed: boolean;

  constructor(device: Device, sizeBytes: number, block: Block | null, borrowed = false) {
    this.device = device;
    this.sizeBytes = sizeBytes;
    this.#block = block;
    this.#borrowed = borrowed;
  }

  static allocate(device: Device, sizeBytes: number): Storage {
    return new Storage(device, sizeBytes, device.allocate(sizeBytes));
  }

  get symbolic(): boolean {
    return this.#block === null;
  }

  get block(): Block {
    if (this.#references === 0) throw new DisposedError("storage: must not be used after its last tensor was disposed.", {});
    if (this.#block === null) {
      throw new DeviceError(
        "capture: values do not exist while a function is being recorded; got a read of one. Move item()/toArray() out of the captured function.",
        { device: this.device.kind },
      );
    }
    return this.#block;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0 && this.#block !== null && !this.#borrowed) this.device.free(this.#block);
  }
}
