// Collects the errors that WebGPU reports asynchronously and raises the first of them at the next read or sync. None is
// lost: a report stays until a read has raised it, and reads that overlap raise the same one.
import { KernelError } from "@x/base";

export class ErrorLog {
  readonly #device: GPUDevice;
  readonly #reports = new Set<Promise<KernelError | null>>();
  #lost: KernelError | null = null;
  #destroyed = false;
  readonly #stop: () => void;

  constructor(device: GPUDevice, ownsDevice: boolean, log: (line: string) => void) {
    this.#device = device;
    void device.lost.then((info) => {
      if (this.#destroyed) return;
      this.#lost = new KernelError(
        `runner: the GPU device was lost (${info.reason ?? "unknown"}): ${info.message || "no message"}. Its buffers are gone; request a new device and load the state again.`,
        { kind: "lost" },
      );
    });
    // On a device the caller shares, an uncaptured error belongs to the caller: every call of the runner is inside
    // its own scope.
    const listener = (event: Event): void => {
      const { error } = event as GPUUncapturedErrorEvent;
      if (ownsDevice)
        this.add(
          Promise.resolve(
            new KernelError(`runner: the GPU device reported: ${error.message}`, { kind: "device", cause: error }),
          ),
        );
      else log(`uncaptured error on the shared device: ${error.message}`);
    };
    device.addEventListener("uncapturederror", listener);
    this.#stop = () => device.removeEventListener("uncapturederror", listener);
  }

  /** Adds a report; null means that all went well. */
  add(report: Promise<KernelError | null>): void {
    this.#reports.add(report);
    void report.then((error) => {
      if (error === null) this.#reports.delete(report);
    });
  }

  /**
   * Runs calls to WebGPU inside error scopes and reports what they do wrong; `explain` turns WebGPU's message into the
   * error to raise.
   */
  guard<T>(
    scopes: readonly GPUErrorFilter[],
    call: () => T,
    explain: (error: GPUError) => KernelError | Promise<KernelError>,
  ): T {
    for (const scope of scopes) this.#device.pushErrorScope(scope);
    try {
      return call();
    } finally {
      const popped = scopes.map(() => this.#device.popErrorScope());
      this.add(
        Promise.allSettled(popped).then(async (results) => {
          for (const result of results)
            if (result.status === "fulfilled" && result.value) return await explain(result.value);
          // A scope only fails to pop on a lost device, which `check` reports.
          return null;
        }),
      );
    }
  }

  /** Whether the device is lost or the runner destroyed: nothing can run on it any more. */
  get gone(): boolean {
    return this.#destroyed || this.#lost !== null;
  }

  /** Throws when the device is lost or the runner destroyed. */
  check(): void {
    if (this.#destroyed)
      throw new KernelError("runner: it was destroyed. Make a new one with createRunner.", { kind: "destroyed" });
    if (this.#lost) throw this.#lost;
  }

  /** The reports made so far. A read takes them when it starts, so that one that overlaps it cannot take them away. */
  pending(): readonly Promise<KernelError | null>[] {
    return [...this.#reports];
  }

  /** Waits for reports and throws the first error among them. */
  async raise(seen: readonly Promise<KernelError | null>[]): Promise<void> {
    let first: KernelError | null = null;
    for (const report of seen) first ??= await report;
    for (const report of seen) this.#reports.delete(report);
    this.check();
    if (first) throw first;
  }

  /** The error to raise when a wait on the device failed: the loss of the device, if that is why. */
  async explainRejection(
    doing: string,
    cause: unknown,
    seen: readonly Promise<KernelError | null>[],
  ): Promise<KernelError> {
    // The rejection can arrive before `device.lost` does.
    for (let i = 0; i < 20 && !this.#lost && !this.#destroyed; i++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    try {
      await this.raise(seen);
    } catch (error) {
      if (error instanceof KernelError) return error;
    }
    return new KernelError(`runner: ${doing} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      kind: "device",
      cause,
    });
  }

  destroy(): void {
    this.#destroyed = true;
    this.#stop();
  }
}
