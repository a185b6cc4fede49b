// Records dispatches and copies into one command encoder, consecutive dispatches into one compute pass, and submits
// them.
import { KernelError } from "@x/base";
import type { Bindable } from "../buffer-range.ts";
import type { BindGroupCache, BoundGroup } from "./bind-groups.ts";
import type { ErrorLog, OpenReport } from "./error-log.ts";
import type { Watch } from "./observer.ts";
import type { Pipeline } from "./pipelines.ts";
import type { BoundDispatch } from "./prepare-program.ts";
import type { Timing } from "./dispatch-timing.ts";
import type { UniformSlots } from "./uniforms.ts";

export class Encoder {
  readonly #device: GPUDevice;
  readonly #errors: ErrorLog;
  readonly #groups: BindGroupCache;
  readonly #uniforms: UniformSlots;
  readonly #timing: Timing;
  readonly #watch: Watch;
  readonly #flushAfter: number;
  #encoder: GPUCommandEncoder | null = null;
  /** about what is encoded; null while nothing is */
  report: OpenReport | null = null;
  #pass: GPUComputePassEncoder | null = null;
  #passPipeline: Pipeline | null = null;
  #encoded = 0;
  #number = 0;
  #doomed: GPUBuffer[] = [];
  dispatches = 0;
  submits = 0;

  constructor(parts: {
    readonly device: GPUDevice;
    readonly errors: ErrorLog;
    readonly groups: BindGroupCache;
    readonly uniforms: UniformSlots;
    readonly timing: Timing;
    readonly watch: Watch;
    readonly flushAfter: number;
  }) {
    this.#device = parts.device;
    this.#errors = parts.errors;
    this.#groups = parts.groups;
    this.#uniforms = parts.uniforms;
    this.#timing = parts.timing;
    this.#watch = parts.watch;
    this.#flushAfter = parts.flushAfter;
  }

  /** Encodes a dispatch over its pieces of buffers. */
  dispatch(bound: BoundDispatch): void {
    const { dispatch, pipeline, empty } = bound.plan;
    if (empty) return;
    const timed = this.#timing.active;
    const alone = timed && this.#timing.clock === "submit-to-done";
    if (alone || (timed && this.#timing.full)) this.flush();
    const { group, tracks } = this.#bind(bound);
    if (timed) this.#endPass();
    const { workgroups } = dispatch;
    const encoder = this.#open();
    const pass = (this.#pass ??= encoder.beginComputePass(
      timed && !alone ? { timestampWrites: this.#timing.writes(dispatch, this.dispatches) } : {},
    ));
    if (this.#passPipeline !== pipeline) pass.setPipeline(pipeline.pipeline);
    this.#passPipeline = pipeline;
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
    for (let i = 0; i < tracks.length; i++) tracks[i]!.encoder = this.#number;
    const number = this.dispatches++;
    this.#watch.observer?.encoded({ number, submit: this.submits, dispatch, pieces: bound.pieces });
    if (timed) this.#endPass();
    if (alone) {
      this.flush();
      this.#timing.submittedAlone(dispatch, number);
    } else if (++this.#encoded >= this.#flushAfter) {
      this.flush();
    }
  }

  /** The bind group of a dispatch: that of the last time, unless pieces or uniform slots have changed since. */
  #bind(bound: BoundDispatch): BoundGroup {
    const { pipeline } = bound.plan;
    const { uniforms } = bound;
    if (bound.group && bound.generation === this.#uniforms.generation) return bound.group;
    if (!this.#uniforms.place(uniforms)) {
      this.flush();
      this.#uniforms.clear();
      this.#uniforms.place(uniforms);
    }
    bound.generation = uniforms.generation;
    const { recent, pieces } = bound;
    const { generation, offset } = uniforms;
    const known = recent.find(
      (one) => one.generation === generation && one.offset === offset && same(one.pieces, pieces),
    );
    if (known) return (bound.group = known.group);
    const group = this.#groups.get(pipeline, pieces, offset);
    if (recent.length === mostRecent) recent.shift();
    recent.push({ group, pieces: [...pieces], generation, offset });
    return (bound.group = group);
  }

  copy(
    source: GPUBuffer,
    sourceOffsetBytes: number,
    target: GPUBuffer,
    targetOffsetBytes: number,
    sizeBytes: number,
  ): void {
    this.#endPass();
    this.#open().copyBufferToBuffer(source, sourceOffsetBytes, target, targetOffsetBytes, sizeBytes);
    this.#groups.track(source).encoder = this.#number;
    this.#groups.track(target).encoder = this.#number;
  }

  /** Zeros in a range of a buffer. */
  clear(buffer: GPUBuffer, offsetBytes: number, sizeBytes: number): void {
    this.#endPass();
    this.#open().clearBuffer(buffer, offsetBytes, sizeBytes);
    this.#groups.track(buffer).encoder = this.#number;
  }

  /** Whether work that is not submitted yet uses the buffer. */
  uses(buffer: GPUBuffer): boolean {
    return this.#encoder !== null && this.#groups.track(buffer).encoder === this.#number;
  }

  /** Destroys a buffer that is not used again, once the work that uses it is submitted. */
  discard(buffer: GPUBuffer): void {
    this.#groups.drop(buffer);
    if (this.uses(buffer)) this.#doomed.push(buffer);
    else buffer.destroy();
  }

  flush(): void {
    const encoder = this.#encoder;
    if (!encoder) return;
    const startMs = performance.now();
    this.#endPass();
    this.#timing.resolve(encoder);
    this.#uniforms.upload();
    this.#errors.guard(
      ["validation", "out-of-memory", "internal"],
      () => this.#device.queue.submit([encoder.finish()]),
      (error) =>
        new KernelError(`runner: the device refused the encoded work: ${error.message}`, {
          kind: "device",
          cause: error,
        }),
      this.report!,
    );
    this.#timing.submitted();
    this.#abandon();
    const number = this.submits++;
    this.#watch.observer?.submitted(number, startMs);
  }

  /**
   * Submits what is encoded and makes sure that the uniforms of another program find room without a submit in between.
   */
  restart(): void {
    this.flush();
    if (!this.#uniforms.roomy) this.#uniforms.clear();
  }

  /** Opens the pass that the next dispatches go to, with timestamps at its ends. */
  startPass(timestampWrites: GPUComputePassTimestampWrites): void {
    this.#endPass();
    this.#pass = this.#open().beginComputePass({ timestampWrites });
  }

  /** Forgets what is encoded. */
  destroy(): void {
    this.#abandon();
  }

  #abandon(): void {
    this.#encoder = this.report = null;
    this.#pass = null;
    this.#passPipeline = null;
    this.#encoded = 0;
    this.#number++;
    for (const buffer of this.#doomed) buffer.destroy();
    this.#doomed = [];
  }

  #open(): GPUCommandEncoder {
    this.#errors.note((this.report ??= this.#errors.open()));
    return (this.#encoder ??= this.#device.createCommandEncoder());
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
    this.#passPipeline = null;
  }
}

/** Groups that a dispatch remembers: more than there are states at a time while a few steps are made ahead. */
const mostRecent = 8;

function same(a: readonly Bindable[], b: readonly Bindable[]): boolean {
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
