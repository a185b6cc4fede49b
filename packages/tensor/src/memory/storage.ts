// Reference-counted memory behind tensors. Internal: the public API has scopes and `dispose`, no counts.
import { requireNotRecording } from "../context.ts";
import type { Block, Device } from "../device/device.ts";
import { DeviceError, DisposedError } from "../errors.ts";

/**
 * Memory shared by a tensor, its reshapes and its views: a block of its own, or a part of another storage's, which then
 * lives as long as its parts. A storage without a block is symbolic: it represents a value of a recording.
 */
export class Storage {
  /** How often bytes of any storage were moved to another place. */
  static moves = 0;
  static #clock = 0;
  readonly device: Device;
  readonly sizeBytes: number;
  /** Whether its bytes must stay what they are: a number that the device keeps for all ops. */
  fixed = false;
  #block: Block | null;
  #references = 1;
  #borrowed: boolean;
  #parent: Storage | null = null;
  #offsetBytes = 0;
  #views = 0;
  #written = 0;
  /** of a whole: itself and its parts, those of which views are alive; absent before the first, which most never have */
  #viewed: Set<Storage> | undefined;

  constructor(device: Device, sizeBytes: number, block: Block | null, borrowed = false) {
    this.device = device;
    this.sizeBytes = sizeBytes;
    this.#block = block;
    this.#borrowed = borrowed;
  }

  static allocate(device: Device, sizeBytes: number): Storage {
    return new Storage(device, sizeBytes, device.allocate(sizeBytes));
  }

  /** A part of a storage that has a block of its own. */
  static partOf(whole: Storage, offsetBytes: number, sizeBytes: number): Storage {
    const part = new Storage(whole.device, sizeBytes, null);
    part.#lieIn(whole, offsetBytes);
    return part;
  }

  get symbolic(): boolean {
    return this.#block === null;
  }

  /** Whether the last tensor over it is gone. */
  get disposed(): boolean {
    return this.#references === 0;
  }

  /** Tensors, parts and other holders that keep it. */
  get references(): number {
    return this.#references;
  }

  /** Whether it has more than one reference. */
  get shared(): boolean {
    return this.#references > 1;
  }

  /** The block that holds the bytes now. Read it again at every use: {@link moveInto} changes it. */
  get block(): Block {
    if (this.#references === 0)
      throw new DisposedError("storage: must not be used after its last tensor was disposed.", {});
    if (this.#block === null) {
      throw new DeviceError(
        "capture: values do not exist while a function is being recorded; got a use of one. Move it out of the captured function.",
        { device: this.device.kind },
      );
    }
    return this.#block;
  }

  /** The storage that owns the block: itself, unless it is a part. */
  get whole(): Storage {
    return this.#parent ?? this;
  }

  /** Bytes before it in its {@link whole}. */
  get offsetBytes(): number {
    return this.#offsetBytes;
  }

  /** Whether the memory belongs to the application, which would not see it move. */
  get borrowed(): boolean {
    return this.#borrowed;
  }

  /** When bytes of its {@link whole} were last written in place: a number that no other write has; 0 for never. */
  get written(): number {
    return this.whole.#written;
  }

  /** To be called when something wrote to it in place: what was computed from it may be stale now. */
  markWritten(): void {
    this.whole.#written = ++Storage.#clock;
  }

  /** Overwrites its bytes from `offsetBytes` on from host memory. */
  upload(data: Parameters<Device["upload"]>[1], offsetBytes?: number): void {
    const { block, device } = this;
    device.upload(offsetBytes === undefined ? block : device.part(block, offsetBytes, data.byteLength), data);
    this.markWritten();
  }

  /** Counts a tensor that is a view of it. */
  addView(): void {
    if (this.#views++ === 0) (this.whole.#viewed ??= new Set()).add(this);
  }

  dropView(): void {
    if (--this.#views === 0) this.whole.#viewed!.delete(this);
  }

  /** Whether others would see what is written to it: a tensor is alive that is a view of this memory, or it is fixed. */
  get viewed(): boolean {
    for (const storage of this.whole.#viewed ?? []) if (storage.overlaps(this)) return true;
    return this.fixed;
  }

  overlaps(other: Storage): boolean {
    return (
      this.whole === other.whole &&
      this.#offsetBytes < other.#offsetBytes + other.sizeBytes &&
      other.#offsetBytes < this.#offsetBytes + this.sizeBytes
    );
  }

  /**
   * Moves the bytes to a part of another storage and gives up the memory they were in. Every tensor over this storage
   * sees them there.
   */
  moveInto(whole: Storage, offsetBytes: number): void {
    requireNotRecording("moveIntoArena()", this.device);
    const [block, parent, viewed] = [this.block, this.#parent, this.whole.#viewed?.delete(this) ?? false];
    Storage.moves++;
    this.#lieIn(whole, offsetBytes);
    if (viewed) (whole.#viewed ??= new Set()).add(this);
    this.device.follow(() => this.device.copy(block, this.block, this.sizeBytes), [{ block }, this], [], [this]);
    this.#give(block, parent);
    this.#borrowed = false;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0 && this.#block !== null) this.#give(this.#block, this.#parent);
  }

  #lieIn(whole: Storage, offsetBytes: number): void {
    this.#block = this.device.part(whole.block, offsetBytes, this.sizeBytes);
    this.#parent = whole.retain();
    this.#offsetBytes = offsetBytes;
  }

  #give(block: Block, parent: Storage | null): void {
    if (parent) parent.release();
    else if (!this.#borrowed) this.device.free(block);
  }
}
