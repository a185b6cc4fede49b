// Threads that share calls of kernels. One job at a time: the calling thread opens it, takes part, closes it, and waits
// for those who joined, so that a worker that wakes late, or never, costs nothing. Items are claimed in chunks.
import { KernelError } from "@x/base";
import type { WasmHeap } from "../heap.ts";
import { controlBytes, messageAt, mostNumbers, numbersAt, open, word } from "./control.ts";
import { startWorker, type WorkerHandle } from "./spawn.ts";

/** A call made ready for threads. */
export interface Job {
  /** of the kernel: the same number, the same module */
  readonly kernel: number;
  readonly code: Uint8Array;
  readonly name: string;
  readonly main: (...args: number[]) => void;
  /** of the calling thread, complete but for the range */
  readonly args: number[];
  readonly beginAt: number;
  readonly endAt: number;
  readonly count: number;
  readonly grain: number;
  /** arguments with an offset per thread */
  readonly own: readonly { readonly at: number; readonly strideBytes: number }[];
}

/** Chunks per thread: enough that a thread held up by something else leaves its share to the others. */
const chunksPerThread = 4;
/** Looks at a word before going to sleep: a few microseconds, in which most jobs' last chunks end. */
const looks = 2000;
const waitMs = 100;

/** Waiting, in milliseconds. */
export interface PoolTimes {
  /** how long a worker may stay in a job that everybody else has left */
  readonly patienceMs: number;
  /** how long the calling thread waits for a worker to begin before it takes part itself; 0 but for tests */
  readonly headStartMs: number;
}

export class ThreadPool {
  /** the calling one included */
  readonly threads: number;
  readonly #heap: WasmHeap;
  readonly #times: PoolTimes;
  readonly #control = new SharedArrayBuffer(controlBytes);
  readonly #words: Int32Array = new Int32Array(this.#control, 0, 16);
  readonly #numbers: Float64Array = new Float64Array(this.#control, numbersAt, mostNumbers);
  readonly #codes = new Map<number, { readonly address: number; readonly sizeBytes: number }>();
  #workers: WorkerHandle[] | undefined;
  #failure: string | undefined;
  #disposed = false;

  constructor(heap: WasmHeap, threads: number, times: PoolTimes) {
    this.#heap = heap;
    this.threads = threads;
    this.#times = times;
  }

  /** Why the workers cannot be had, where they could not be started. */
  get unavailable(): string | undefined {
    return this.#failure !== undefined && this.ready === 0 ? this.#failure : undefined;
  }

  /** Workers that have started. */
  get ready(): number {
    return Atomics.load(this.#words, word.ready);
  }

  /** Items that workers, not the calling thread, have done. */
  get sharedItems(): number {
    return Atomics.load(this.#words, word.shared) >>> 0;
  }

  /** Starts the workers unless they are. */
  start(): void {
    this.#workers ??= Array.from({ length: this.threads - 1 }, (_, k) =>
      startWorker({ memory: this.#heap.memory, control: this.#control, slot: k + 1 }, (reason) => {
        if (!this.#disposed) this.#failure ??= reason;
      }),
    );
  }

  /** Resolves when all workers have started, or cannot. */
  async started(): Promise<void> {
    this.start();
    while (this.ready < this.threads - 1 && this.#failure === undefined && !this.#disposed)
      await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** Does all items of a job. @throws KernelError when a worker failed */
  run(job: Job): void {
    if (this.#disposed || this.unavailable !== undefined) return runHere(job);
    if (this.#failure !== undefined) throw this.#failed(job, this.#failure);
    this.start();
    this.#open(job);
    const until = performance.now() + this.#times.headStartMs;
    while (performance.now() < until && Atomics.load(this.#words, word.next) === 0)
      Atomics.wait(this.#words, word.next, 0, 0.2);
    let trap: unknown;
    try {
      this.#share(job);
    } catch (error) {
      trap = error;
    }
    this.#close(job);
    if (trap !== undefined) throw trap;
    const letters = Atomics.exchange(this.#words, word.failed, 0);
    if (letters > 0)
      throw this.#failed(job, String.fromCharCode(...new Uint16Array(this.#control, messageAt, letters)));
  }

  /** Frees the copy of a module's code that workers compile from. A job of it that comes nevertheless makes another. */
  forget(kernel: number): void {
    const copy = this.#codes.get(kernel);
    if (!copy) return;
    this.#codes.delete(kernel);
    this.#heap.free(copy.address, copy.sizeBytes);
  }

  /** Ends the workers. Jobs run on the calling thread from now on. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    Atomics.store(this.#words, word.stop, 1);
    Atomics.add(this.#words, word.generation, 1);
    Atomics.notify(this.#words, word.generation);
    for (const worker of this.#workers ?? []) worker.terminate();
    this.#workers = undefined;
  }

  #open({ kernel, code, args, beginAt, endAt, count, grain, own }: Job): void {
    const words = this.#words;
    const even = Math.ceil(count / (this.threads * chunksPerThread));
    words[word.kernel] = kernel;
    words[word.codeAddress] = this.#codeAddress(kernel, code);
    words[word.codeBytes] = code.length;
    words[word.args] = args.length;
    words[word.beginAt] = beginAt;
    words[word.endAt] = endAt;
    words[word.own] = own.length;
    words[word.count] = count;
    words[word.chunk] = Math.ceil(even / grain) * grain;
    words[word.next] = 0;
    this.#numbers.set(args);
    own.forEach(({ at, strideBytes }, i) => this.#numbers.set([at, strideBytes], args.length + 2 * i));
    Atomics.store(words, word.state, open);
    Atomics.add(words, word.generation, 1);
    Atomics.notify(words, word.generation);
  }

  #share({ main, args, beginAt, endAt, count }: Job): void {
    const chunk = this.#words[word.chunk]!;
    for (
      let begin = Atomics.add(this.#words, word.next, chunk);
      begin < count;
      begin = Atomics.add(this.#words, word.next, chunk)
    ) {
      args[beginAt] = begin;
      args[endAt] = Math.min(begin + chunk, count);
      main(...args);
    }
  }

  /** Closes the job and waits for the threads that joined. */
  #close(job: Job): void {
    const words = this.#words;
    Atomics.and(words, word.state, ~open);
    for (let left = looks; left > 0; left--) if (Atomics.load(words, word.state) === 0) return;
    // Waits are counted, not time: a machine that slept is not a worker that hangs.
    for (let left = Math.ceil(this.#times.patienceMs / waitMs); left > 0;) {
      const state = Atomics.load(words, word.state);
      if (state === 0) return;
      if (Atomics.wait(words, word.state, state, waitMs) === "timed-out") left--;
    }
    this.#failure = `it has not finished its part within ${this.#times.patienceMs} ms after the others`;
    throw this.#failed(job, this.#failure);
  }

  #failed({ name }: Job, reason: string): KernelError {
    return new KernelError(
      `${name}: every thread must do its part; a worker failed: ${reason}. What it wrote is undefined. Make a new device, with threads: 1 if it happens again.`,
      { kind: "thread", kernel: name },
    );
  }

  /** Modules reach the workers through the memory they share: a waiting worker hears no messages. */
  #codeAddress(kernel: number, code: Uint8Array): number {
    let copy = this.#codes.get(kernel);
    if (!copy) {
      copy = { address: this.#heap.allocate(code.length), sizeBytes: code.length };
      new Uint8Array(this.#heap.memory.buffer, copy.address, code.length).set(code);
      this.#codes.set(kernel, copy);
    }
    return copy.address;
  }
}

/** All items on the calling thread. */
export function runHere({ main, args, beginAt, endAt, count }: Job): void {
  args[beginAt] = 0;
  args[endAt] = count;
  main(...args);
}
