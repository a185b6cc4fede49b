// QuantizedParameter: a frozen weight of a module, as integers with scales. It owns its tensors; optimizers do not see it.
import { describeValue } from "@x/base";
import {
  type Device,
  DTypeError,
  keep,
  type QuantizedWeight,
  requireArity,
  requireNotRecording,
  requireQuantized,
  requireText,
  ShapeError,
  type Tensor,
  toDevice,
} from "@x/tensor/core";
import { copyOf, type RestoreTo } from "./host-copy.ts";
import { integerWeights } from "./integer-weights.ts";
import { Revision } from "./revision.ts";

/** A frozen quantised weight with the name that it has in checkpoints. */
export class QuantizedParameter {
  readonly path: string;
  #value: QuantizedWeight;
  readonly #revision = new Revision();

  /** Takes over the tensors of `value`. */
  constructor(path: string, value: QuantizedWeight) {
    requireArity("QuantizedParameter", arguments, 2);
    requireText("QuantizedParameter", "path", path);
    this.path = path;
    this.#value = kept(value);
  }

  get value(): QuantizedWeight {
    return this.#value;
  }

  /** A number that is another after every change of the integers or scales: what was computed of them holds while it is the same. Moving them is none. */
  get revision(): number {
    return this.#revision.of(this.#value.packed, this.#value.scales);
  }

  /**
   * Overwrites whole rows of the weight in place, from `row` on, with the integers and scales of floats: those that all rows at once would get.
   *
   * @param values row-major [rows, in]
   * @param row a multiple of 64: memory is written from multiples of 256 bytes on
   * @throws ShapeError when the rows lie beyond the weight, are not whole, or begin elsewhere; ConfigError on a page that has "@x/nn/core" alone
   */
  writeRows(values: Float32Array, row: number): void {
    const [outputs, inputs] = this.#value.shape;
    const rows = values.length / inputs;
    this.#requireRows(row, rows);
    const { packed, scales } = integerWeights().rows(values, inputs, this.#value);
    upload(this.path, this.#value.packed, packed, (row / outputs) * this.#value.packed.size);
    upload(this.path, this.#value.scales, scales, (row / outputs) * this.#value.scales.size);
  }

  /**
   * Overwrites a part of the integers or of their factors in place, the elements from `at` on, with what another weight of this shape holds.
   *
   * @param which packed, words of 32 / bits integers; or scales, a factor per group
   * @param at a multiple of 64: memory is written from multiples of 256 bytes on
   * @throws DTypeError unless `values` are words (packed) or f32 (scales); ShapeError when the part lies beyond the weight or begins elsewhere
   */
  writePart(which: "packed" | "scales", values: Uint32Array | Float32Array, at: number): void {
    const target = this.#value[which];
    const expected = which === "packed" ? Uint32Array : Float32Array;
    if (!(values instanceof expected))
      throw new DTypeError(
        `parameter ${this.path}: ${which} must be a ${expected.name}; got ${describeValue(values)}.`,
        {
          op: "parameter",
          got: values,
        },
      );
    if (!Number.isSafeInteger(at) || at < 0 || at % 64 !== 0 || at + values.length > target.size)
      throw new ShapeError(
        `parameter ${this.path}: a part of ${which} must begin at a multiple of 64 and lie within its ${target.size} elements; got ${values.length} from ${at} on.`,
        { op: "parameter", expected: target.size, got: at + values.length },
      );
    upload(this.path, target, values, at);
  }

  #requireRows(row: number, rows: number): void {
    const [outputs] = this.#value.shape;
    if (Number.isSafeInteger(row) && row >= 0 && row % 64 === 0 && Number.isInteger(rows) && row + rows <= outputs)
      return;
    throw new ShapeError(
      `parameter ${this.path}: rows must be whole, begin at a multiple of 64 and lie within its ${outputs}; got ${rows} from ${row} on.`,
      { op: "parameter", expected: outputs, got: row + rows },
    );
  }

  /** Moves the value to another device. */
  async to(device: Device): Promise<void> {
    const old = this.#value;
    if (old.packed.device === device) return;
    const [packed, scales] = [await toDevice(old.packed, device), await toDevice(old.scales, device)];
    void this.revision;
    this.#value = kept({ ...old, packed, scales });
    this.#revision.moved(packed, scales);
    free(old);
  }

  /** Copies the value to the host. @returns what takes it back to a device: the value's own may be lost by then */
  async copyToHost(): Promise<RestoreTo> {
    const { revision } = this;
    const [packed, scales] = [await copyOf(this.#value.packed), await copyOf(this.#value.scales)];
    return (device) => {
      const old = this.#value;
      const same = revision === this.revision;
      this.#value = kept({ ...old, packed: packed(device), scales: scales(device) });
      if (same) this.#revision.moved(this.#value.packed, this.#value.scales);
      else this.#revision.changed(this.#value.packed, this.#value.scales);
      free(old);
    };
  }

  dispose(): void {
    free(this.#value);
  }
}

/** Overwrites elements of a tensor from `at` on; they begin at a multiple of 256 bytes. */
function upload(path: string, { device, storage }: Tensor, values: Uint32Array | Float32Array, at: number): void {
  requireNotRecording(`parameter ${path}: writing`, device);
  if (values.length > 0) storage.upload(values, 4 * at);
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
