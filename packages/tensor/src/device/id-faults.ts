// Ids outside of their ranges on a GPU: written down by a dispatch before the op that takes them, raised by the next read.
import {
  type BufferRange,
  bufferUsage,
  type Caps,
  idCheck,
  faultWords,
  type IndexType,
  type Program,
  type WebGPURunner,
} from "@x/kernels-wgsl";
import { sizeOf } from "../shape.ts";
import { idError } from "./id-range.ts";
import type { IdRange, Lowering, Spec } from "./lowering.ts";

/** The buffer of a program that the device gives it. No input or output is called so. */
export const faultsName = "id faults";

/** What is said about a wrong id, but for the range and the id. */
type Message = Pick<IdRange, "op" | "must" | "except" | "divisors"> & { readonly index: IndexType };

const bytes = 4 * faultWords;

export class IdFaults {
  readonly #runner: WebGPURunner;
  readonly #messages: Message[] = [];
  readonly #numbers = new Map<string, number>();
  #tickets = 0;
  #range: BufferRange | null = null;
  /** whether a program that checks ids has run since the words were read last */
  #unread = false;
  /** the last reading of the words, until it is done */
  #reading: Promise<void> | null = null;

  constructor(runner: WebGPURunner) {
    this.#runner = runner;
  }

  /** The buffer for a program that is about to run. */
  bind(): BufferRange {
    this.#unread = true;
    return (this.#range ??= {
      // not of the runner's pool, whose bytes are those of tensors
      buffer: this.#runner.device.createBuffer({
        label: "id faults",
        size: bytes,
        usage: bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst,
      }),
      offsetBytes: 0,
      sizeBytes: bytes,
    });
  }

  /** The program, after the checks of the ids that the primitive declares. */
  checked(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    params: unknown,
    program: Program,
    caps: Caps,
  ): Program {
    const checks = (primitive.ids?.(inputs, params) ?? []).flatMap(
      ({ input, size, op, must, except, divisors, known }) => {
        if (known) return [];
        const { shape, dtype } = inputs[input]!;
        const index = dtype as IndexType;
        const spec = {
          index,
          count: sizeOf(shape),
          ...(divisors ? { first: 1, size: 0xffffffff } : { size }), // modulo 2^32
          ...(except !== undefined && { except }),
        };
        const message = this.#numberOf({
          op,
          index,
          ...(must !== undefined && { must }),
          ...(except !== undefined && { except }),
          ...(divisors && { divisors }),
        });
        return idCheck.program({ ...spec, message, ticket: ++this.#tickets }, caps).dispatches.map((one) => ({
          ...one,
          buffers: { ids: input, faults: faultsName },
        }));
      },
    );
    return checks.length === 0 ? program : { ...program, dispatches: [...checks, ...program.dispatches] };
  }

  /** The bytes of a range. Rejects where a program before met a wrong id that no read has raised yet. */
  async read(range: BufferRange): Promise<ArrayBuffer> {
    if (this.#unread) return this.#readBoth(range);
    const [reading, [data]] = [this.#reading, await this.#runner.readAll([range])];
    await reading;
    return data!;
  }

  /** Rejects like {@link IdFaults.read}. */
  async settle(): Promise<void> {
    if (this.#unread) await this.#readBoth({ ...this.#range!, sizeBytes: 0 });
    else await this.#reading;
  }

  destroy(): void {
    this.#range?.buffer.destroy();
  }

  async #readBoth(range: BufferRange): Promise<ArrayBuffer> {
    this.#unread = false;
    const both = this.#runner.readAll([range, this.#range!]);
    const raising = both.then(
      ([, words]) => this.#raise(new Uint32Array(words!)),
      (cause: unknown) => {
        this.#unread = true;
        throw cause;
      },
    );
    this.#reading = raising;
    try {
      await raising;
    } finally {
      if (this.#reading === raising) this.#reading = null;
    }
    return (await both)[0]!;
  }

  #raise(words: Uint32Array): void {
    const [ticket, word, size, number] = words;
    if (ticket === 0) return;
    this.#runner.clear(this.#range!.buffer, 0, bytes);
    const message = this.#messages[number!]!;
    throw idError({ ...message, size: size! }, message.index === "i32" ? word! | 0 : word!, "");
  }

  #numberOf(message: Message): number {
    const key = JSON.stringify([message.op, message.must, message.except, message.divisors, message.index]);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      this.#numbers.set(key, (number = this.#messages.length));
      this.#messages.push(message);
    }
    return number;
  }
}
