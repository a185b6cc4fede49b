// What goes wrong on a GPU after the call: ids outside of their ranges, written down by a dispatch before the op that takes them, and what WebGPU reports about buffers,
// pipelines and submissions. The reads of what depends on the op raise it, and of nothing else.
import {
  type BufferRange,
  bufferUsage,
  type Caps,
  faultWords,
  idCheck,
  type IndexType,
  type Program,
  type Report,
  type WebGPURunner,
} from "@x/kernels-wgsl";
import { sizeOf } from "../shape.ts";
import { idError } from "./id-range.ts";
import type { Block, InBlock, PreparedRun } from "./device.ts";
import type { IdRange, Lowering, Spec } from "./lowering.ts";

/** The buffer of a program that the device gives it. No input or output is called so. */
export const faultsName = "id faults";

/** What is said about a wrong id, but for the range and the id. */
type Message = Omit<IdRange, "input" | "size" | "known"> & { readonly index: IndexType };

/** A run that looks at ids: of one op, or of all ops of a plan. */
interface IdCheck {
  /** where it writes down the first wrong id */
  readonly range: BufferRange;
  /** about a wrong id, once the range was read */
  error?: Error;
  /** the read that finds out */
  known?: Promise<void>;
}

/** What may turn out to be wrong with a run. */
type Check = IdCheck | Report;

/** A block, as far as ids are concerned. */
export interface Checked extends Block {
  /** the memory that it is a part of, whose runs are its own */
  readonly whole?: Checked | undefined;
  /** of the runs that its values depend on, unless all is known to be right */
  checks?: Iterable<Check> | undefined;
  /** whether it holds what changes in place, such as parameters: an error is then told by one read, for what comes after must be readable */
  rewritten?: boolean;
}

export class IdFaults {
  readonly #runner: WebGPURunner;
  /** as JSON */
  readonly #messages: string[] = [];
  #tickets = 0;
  readonly #ranges: BufferRange[] = [];
  readonly #free: BufferRange[] = [];
  /** of the op or plan that runs now: one, once a program of it takes ids */
  #current: IdCheck[] | null = null;
  /** whose range nobody reads yet, in the order of their runs */
  readonly #unread: IdCheck[] = [];
  /** those that may be wrong, and no read has said so */
  readonly #untold = new Set<Check>();

  constructor(runner: WebGPURunner) {
    this.#runner = runner;
  }

  /** The range for a program that is about to run. */
  bind(): BufferRange {
    const own = this.#current!;
    if (own.length === 0) {
      own.push({ range: this.#free.pop() ?? this.#newRange() });
      this.#unread.push(own[0]!);
      this.#untold.add(own[0]!);
    }
    return own[0]!.range;
  }

  /**
   * Runs an op, or all ops of a plan as one. What it writes depends on what it reads and on the ids that it looks at.
   *
   * @param read memory, that which it writes in place included
   * @param rewritten the memory that it writes in place
   */
  follow(run: () => void, read: readonly InBlock[], written: readonly InBlock[], rewritten: readonly InBlock[]): void {
    if (this.#current) return run(); // an op of a plan
    const own: IdCheck[] = (this.#current = []);
    let reports: Iterable<Report> = [];
    try {
      reports = this.reported(run);
    } finally {
      this.#current = null;
      const checks = this.#checksOf([...read, { block: { sizeBytes: 0, checks: [...reports, ...own] } }]);
      for (const { block } of written) (block as Checked).checks = checks;
      for (const { block } of rewritten) Object.assign((block as Checked).whole ?? block, { checks, rewritten: true });
    }
  }

  /** Runs calls of the runner. @returns what the device will say about them */
  reported(run: () => void): Iterable<Report> {
    const reports = new Set<Report>();
    this.#runner.collect(run, reports);
    for (const report of reports) {
      if (this.#untold.has(report)) continue;
      this.#untold.add(report);
      void report.known.then(() => report.error ?? this.#untold.delete(report));
    }
    return reports;
  }

  /** An op that runs as {@link IdFaults.follow} says. @param mutates the operands that it writes in place */
  prepare(run: PreparedRun, mutates: readonly string[] = []): PreparedRun {
    return (x, y, unmoved) => {
      if (this.#current) return run(x, y, unmoved);
      const rewritten = mutates.flatMap((name) => x[name] ?? []);
      this.follow(() => run(x, y), Object.values(x), Object.values(y), rewritten);
    };
  }

  /** The program, after the checks of the ids that the primitive declares. */
  checked(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    params: unknown,
    program: Program,
    caps: Caps,
  ): Program {
    const checks = (primitive.ids?.(inputs, params) ?? []).flatMap(({ input, size, known, ...said }) => {
      if (known) return [];
      const { shape, dtype } = inputs[input]!;
      const index = dtype as IndexType;
      const range = said.divisors ? { first: 1, size: 0xffffffff } : { size }; // modulo 2^32
      const message = this.#numberOf(JSON.stringify({ ...said, index }));
      const spec = { ...said, index, count: sizeOf(shape), ...range, message, ticket: ++this.#tickets };
      return idCheck
        .program(spec, caps)
        .dispatches.map((one) => ({ ...one, buffers: { ids: input, faults: faultsName } }));
    });
    return { ...program, dispatches: [...checks, ...program.dispatches] };
  }

  /** The bytes of a block. Rejects where they depend on what went wrong. */
  read(block: BufferRange & Checked): Promise<ArrayBuffer> {
    return this.#readAll([block], this.#checksOf([{ block }])) as Promise<ArrayBuffer>;
  }

  /** Rejects where something went wrong that nothing has raised yet. */
  settle(): Promise<unknown> {
    return this.#readAll([], new Set(this.#untold));
  }

  destroy(): void {
    for (const { buffer } of this.#ranges) buffer.destroy();
  }

  #checksOf(read: readonly { readonly block: Checked }[]): Set<Check> | undefined {
    let found: Set<Check> | undefined;
    for (const { block } of read) {
      const { checks = [], rewritten } = block.whole ?? block;
      for (const check of checks)
        if (this.#untold.has(check) || (check.error && !rewritten)) (found ??= new Set()).add(check);
    }
    return found;
  }

  /** Reads what is asked for beside what no read has looked at, and raises the first error of `suspects`. */
  async #readAll(ranges: readonly BufferRange[], suspects = new Set<Check>()): Promise<ArrayBuffer | undefined> {
    const checks = this.#unread.splice(0);
    const all = this.#runner.readAll([...checks.map(({ range }) => range), ...ranges], suspects);
    const reading = all.then(
      (words) => checks.forEach((check, i) => this.#close(check, new Uint32Array(words[i]!))),
      (cause: unknown) => {
        this.#unread.unshift(...checks);
        throw this.#told(suspects) ?? cause;
      },
    );
    for (const check of checks) check.known = reading;
    await reading;
    for (const { known } of suspects) await known;
    const error = this.#told(suspects);
    if (error) throw error;
    return (await all)[checks.length];
  }

  /** The first error of `suspects`, which is about to be raised: for all reports, which follow from one another. */
  #told(suspects: Set<Check>): Error | undefined {
    const first = [...suspects].find(({ error }) => error)?.error;
    for (const check of this.#untold)
      if (check.error === first || (suspects.has(check) && !("range" in check))) this.#untold.delete(check);
    return first;
  }

  /** What the range of a run says. */
  #close(check: IdCheck, [ticket, word, size, number]: Uint32Array): void {
    const { range } = check;
    this.#free.push(range);
    if (ticket === 0) return void this.#untold.delete(check);
    this.#runner.clear(range.buffer, 0, range.sizeBytes);
    const message = JSON.parse(this.#messages[number!]!) as Message;
    check.error = idError({ ...message, size: size! }, message.index === "i32" ? word! | 0 : word!, "");
  }

  #newRange(): BufferRange {
    const sizeBytes = 4 * faultWords;
    const range = {
      // not of the runner's pool, whose bytes are those of tensors
      buffer: this.#runner.device.createBuffer({
        size: sizeBytes,
        usage: bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst,
      }),
      offsetBytes: 0,
      sizeBytes,
    };
    // A loop that never reads: what has run is looked at meanwhile. Where that fails the next read fails as well.
    if (this.#ranges.push(range) % 256 === 0) this.#readAll([]).catch(() => undefined);
    return range;
  }

  #numberOf(message: string): number {
    const known = this.#messages.indexOf(message);
    return known < 0 ? this.#messages.push(message) - 1 : known;
  }
}
