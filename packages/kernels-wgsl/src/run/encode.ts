// Records dispatches and copies into one command encoder, consecutive dispatches into one compute pass, and submits them.
import type { Caps } from "../caps.ts";
import { KernelError } from "../errors.ts";
import type { Dispatch } from "../kernel.ts";
import type { BindGroupCache, BoundGroup } from "./bind-groups.ts";
import type { ErrorLog } from "./error-log.ts";
import type { Pipeline, PipelineCache } from "./pipelines.ts";
import type { Timing } from "./timing.ts";
import { packUniforms, type UniformRing } from "./uniforms.ts";

/** What encoding a Dispatch object again can reuse. Dispatches are immutable, so it never goes stale. */
interface Plan {
  readonly pipeline: Pipeline;
  /** names of program buffers in binding order */
  readonly names: readonly string[];
  readonly uniforms: Uint32Array;
  readonly buffers: GPUBuffer[];
  bound: BoundGroup | null;
}

export class Encoder {
  readonly #device: GPUDevice;
  readonly #caps: Caps;
  readonly #errors: ErrorLog;
  readonly #pipelines: PipelineCache;
  readonly #groups: BindGroupCache;
  readonly #ring: UniformRing;
  readonly #timing: Timing;
  readonly #flushAfter: number;
  readonly #plans = new WeakMap<Dispatch, Plan>();
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  #passPipeline: Pipeline | null = null;
  #encoded = 0;
  #number = 0;
  #doomed: GPUBuffer[] = [];
  dispatches = 0;
  submits = 0;

  constructor(parts: {
    readonly device: GPUDevice;
    readonly caps: Caps;
    readonly errors: ErrorLog;
    readonly pipelines: PipelineCache;
    readonly groups: BindGroupCache;
    readonly ring: UniformRing;
    readonly timing: Timing;
    readonly flushAfter: number;
  }) {
    this.#device = parts.device;
    this.#caps = parts.caps;
    this.#errors = parts.errors;
    this.#pipelines = parts.pipelines;
    this.#groups = parts.groups;
    this.#ring = parts.ring;
    this.#timing = parts.timing;
    this.#flushAfter = parts.flushAfter;
  }

  dispatch(dispatch: Dispatch, find: (name: string, kernel: string) => GPUBuffer): void {
    const plan = this.#plan(dispatch);
    const { pipeline, names, buffers, uniforms } = plan;
    for (let i = 0; i < names.length; i++) {
      const buffer = find(names[i] as string, dispatch.kernel.name);
      if (buffers[i] === buffer) continue;
      buffers[i] = buffer;
      plan.bound = null;
    }
    const { group, tracks } = (plan.bound ??= this.#groups.get(pipeline, buffers));
    const [x, y, z] = dispatch.workgroups;
    if (x * y * z === 0) return;
    const timed = this.#timing.active;
    const alone = timed && this.#timing.clock === "submit-to-done";
    if (alone || (timed && this.#timing.full)) this.flush();
    if (!this.#ring.fits(uniforms.byteLength)) {
      this.flush();
      this.#ring.rewind();
    }
    if (timed) this.#endPass();
    const pass = (this.#pass ??= this.#open().beginComputePass(timed && !alone ? { timestampWrites: this.#timing.writes(dispatch) } : {}));
    if (this.#passPipeline !== pipeline) pass.setPipeline(pipeline.pipeline);
    this.#passPipeline = pipeline;
    if (uniforms.length > 0) pass.setBindGroup(0, group, [this.#ring.push(uniforms)]);
    else pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(x, y, z);
    for (const track of tracks) track.encoder = this.#number;
    this.dispatches++;
    if (timed) this.#endPass();
    if (alone) {
      this.flush();
      this.#timing.submittedAlone(dispatch);
    } else if (++this.#encoded >= this.#flushAfter) {
      this.flush();
    }
  }

  copy(source: GPUBuffer, sourceOffsetBytes: number, target: GPUBuffer, targetOffsetBytes: number, sizeBytes: number): void {
    this.#endPass();
    this.#open().copyBufferToBuffer(source, sourceOffsetBytes, target, targetOffsetBytes, sizeBytes);
    this.#groups.track(source).encoder = this.#number;
    this.#groups.track(target).encoder = this.#number;
  }

  /** Whether work that is not submitted yet uses the buffer. */
  uses(buffer: GPUBuffer): boolean {
    return this.#encoder !== null && this.#groups.track(buffer).encoder === this.#number;
  }

  /** Destroys a buffer that nobody will use again, once the work that does is submitted. */
  discard(buffer: GPUBuffer): void {
    this.#groups.drop(buffer);
    if (this.uses(buffer)) this.#doomed.push(buffer);
    else buffer.destroy();
  }

  flush(): void {
    const encoder = this.#encoder;
    if (!encoder) return;
    this.#endPass();
    this.#timing.resolve(encoder);
    this.#ring.upload();
    this.#errors.guard(
      ["validation", "out-of-memory", "internal"],
      () => this.#device.queue.submit([encoder.finish()]),
      (error) => new KernelError(`runner: the device refused the encoded work: ${error.message}`, { kind: "device", cause: error }),
    );
    this.#timing.submitted();
    this.#abandon();
    this.submits++;
  }

  /** Submits what is encoded and starts over with an empty uniform ring. */
  restart(): void {
    this.flush();
    this.#ring.rewind();
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
    this.#encoder = null;
    this.#pass = null;
    this.#passPipeline = null;
    this.#encoded = 0;
    this.#number++;
    for (const buffer of this.#doomed) buffer.destroy();
    this.#doomed = [];
  }

  #open(): GPUCommandEncoder {
    return (this.#encoder ??= this.#device.createCommandEncoder());
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
    this.#passPipeline = null;
  }

  #plan(dispatch: Dispatch): Plan {
    const known = this.#plans.get(dispatch);
    if (known) {
      if (known.pipeline.error) throw known.pipeline.error;
      return known;
    }
    const { kernel, config, workgroups } = dispatch;
    const available = this.#caps.maxComputeWorkgroupsPerDimension;
    for (const count of workgroups) {
      if (!Number.isInteger(count) || count < 0) {
        throw new KernelError(`${kernel.name}: workgroup counts must be whole numbers from 0; got [${workgroups.join(", ")}].`, { kernel: kernel.name, config });
      }
      if (count > available) {
        throw new KernelError(
          `${kernel.name}: maxComputeWorkgroupsPerDimension of this device is ${available}; got the grid [${workgroups.join(", ")}]. Use a grid of two dimensions (grid1d).`,
          { kind: "limit", kernel: kernel.name, config, limit: "maxComputeWorkgroupsPerDimension", needed: count, available },
        );
      }
    }
    const pipeline = this.#pipelines.get(dispatch);
    const expected = pipeline.bindings.map(({ name }) => name);
    const given = Object.keys(dispatch.buffers);
    const missing = expected.filter((name) => dispatch.buffers[name] === undefined);
    const unknown = given.filter((name) => !expected.includes(name));
    if (missing.length > 0 || unknown.length > 0) {
      throw new KernelError(`${kernel.name}: a dispatch must name a buffer for each of ${expected.join(", ")}; got ${given.join(", ") || "none"}.`, {
        kind: "binding",
        kernel: kernel.name,
        config,
      });
    }
    const plan: Plan = {
      pipeline,
      names: expected.map((name) => dispatch.buffers[name] as string),
      uniforms: packUniforms(kernel, dispatch.uniforms),
      buffers: [],
      bound: null,
    };
    this.#plans.set(dispatch, plan);
    return plan;
  }
}
