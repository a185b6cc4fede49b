// Collects the errors that WebGPU reports asynchronously. A read raises those of the work that it depends on where the
// caller follows it, else the first that nobody was told of. None is lost: a report stays until a read has raised it,
// and reads that overlap raise the same one.
import { KernelError } from "@x/base";

/** What WebGPU says later about a call, or about a submission. */
export interface Report {
  /** absent while nothing is known, and where all went well */
  error?: KernelError;
  /** resolves when it is known */
  readonly known: Promise<void>;
}

/** A report that its owner ends. */
export interface OpenReport extends Report {
  readonly end: (error: KernelError | undefined | Promise<KernelError | undefined>) => void;
}

export class ErrorLog {
  readonly #device: GPUDevice;
  readonly #reports = new Set<Report>();
  /** an error of no call: any read raises it */
  #stray: KernelError | undefined;
  #collected: Set<Report> | null = null;
  /** of calls since the last submission: why it is refused, if it is */
  #made: Report[] = [];
  #lost: KernelError | null = null;
  #destroyed = false;
  readonly #stop: () => void;

  constructor(device: GPUDevice, ownsDevice: boolean, log: (line: string) => void) {
    this.#device = device;
    void device.lost.then((info) => {
      if (this.#destroyed) return;
      this.#lost = new KernelError(
        `runner: the GPU device was lost (${info.reason}): ${info.message}. Its buffers are gone; request a new device and load the state again.`,
        { kind: "lost" },
      );
    });
    // On a device the caller shares, an uncaptured error belongs to the caller: every call of the runner is inside
    // its own scope.
    const listener = (event: Event): void => {
      const { error } = event as GPUUncapturedErrorEvent;
      if (ownsDevice)
        this.#stray ??= new KernelError(`runner: the GPU device reported: ${error.message}`, {
          kind: "device",
          cause: error,
        });
      else log(`uncaptured error on the shared device: ${error.message}`);
    };
    device.addEventListener("uncapturederror", listener);
    this.#stop = () => device.removeEventListener("uncapturederror", listener);
  }

  /** Adds a report. */
  open(): OpenReport {
    let end!: OpenReport["end"];
    const said = new Promise<KernelError | undefined>((resolve) => (end = resolve));
    const known = said.then((error) => {
      if (error) report.error = error;
      else this.#reports.delete(report);
    });
    const report: OpenReport = { end, known };
    this.#reports.add(report);
    return report;
  }

  /** Runs calls and adds to `reports` what will be said about them: of what they encode, about its submission. */
  collect(run: () => void, reports: Set<Report>): void {
    const outer = this.#collected;
    this.#collected = reports;
    try {
      run();
    } finally {
      this.#collected = outer;
    }
  }

  /** Whoever collects now depends on this. */
  note(report: Report): Report {
    this.#collected?.add(report);
    return report;
  }

  /**
   * Runs calls to WebGPU inside error scopes and reports what they do wrong; `explain` turns WebGPU's message into the
   * error to raise, unless a call since the last submission went wrong before: what that one made is no use. A submission
   * comes with its report.
   */
  guard<T>(
    scopes: readonly GPUErrorFilter[],
    call: () => T,
    explain: (error: GPUError) => KernelError | Promise<KernelError>,
    submission?: OpenReport,
  ): T {
    const report = submission ?? this.open();
    const before = submission ? this.#made.splice(0) : [...this.#made];
    if (!submission) this.#made.push(this.note(report));
    for (const scope of scopes) this.#device.pushErrorScope(scope);
    try {
      return call();
    } finally {
      // A scope only fails to pop on a lost device, which `check` reports.
      const popped = scopes.map(() => this.#device.popErrorScope().catch(() => null));
      report.end(
        Promise.all(popped).then(async (errors) => {
          const error = errors.find((one) => one);
          if (!error) return undefined;
          for (const one of before) {
            await one.known;
            if (one.error) return one.error;
          }
          return await explain(error);
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
    if (this.#destroyed) throw new KernelError("runner: it was destroyed.", { kind: "destroyed" });
    if (this.#lost) throw this.#lost;
  }

  /** The reports so far. A read takes them when it starts, so that one that overlaps it cannot take them away. */
  pending(): readonly Report[] {
    return [...this.#reports];
  }

  /** Waits for reports and throws the first error among them. */
  async raise(seen: readonly Report[]): Promise<void> {
    let first: KernelError | undefined;
    for (const report of seen) {
      await report.known;
      first ??= report.error;
    }
    for (const report of seen) this.#reports.delete(report);
    this.check();
    if (first) throw first;
    const stray = this.#stray;
    this.#stray = undefined;
    if (stray) throw stray;
  }

  /** The error to raise when a wait on the device failed: the loss of the device, if that is why. */
  async explainRejection(doing: string, cause: unknown, seen: readonly Report[]): Promise<KernelError> {
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
