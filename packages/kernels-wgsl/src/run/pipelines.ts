// From a kernel and a configuration to a compute pipeline: made once, cached by the shader's text. WGSL errors come
// back with the lines around them.
import { BoundedCache, type CacheStats, KernelError, turns } from "@x/base";
import type { Caps } from "../caps.ts";
import { type Dispatch, type Kernel, kernelKey, shader } from "../kernel.ts";
import type { ErrorLog } from "./error-log.ts";
import type { PrecompileOptions } from "./precompile-options.ts";
import { computeStage } from "./flags.ts";
import { uniformSizeBytes } from "./uniforms.ts";

/** A pipeline with what encoding needs to know about it. */
export interface Pipeline {
  readonly key: string;
  readonly kernel: Kernel;
  readonly code: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** equal for pipelines whose bind groups are interchangeable */
  readonly layoutKey: string;
  /** in binding order; `uniform`: a tensor bound as a uniform buffer */
  readonly bindings: readonly { readonly name: string; readonly writable: boolean; readonly uniform: boolean }[];
  readonly uniformSizeBytes: number;
  /** set once WebGPU has reported that the pipeline is not valid */
  error: KernelError | null;
}

/** Pipelines kept for programs to come; those that prepared programs use stay with them. */
const mostPipelines = 1024;
const mostLayouts = 256;

export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #caps: Caps;
  readonly #errors: ErrorLog;
  readonly #onCreate: (pipeline: Pipeline, startMs: number, blocking: boolean) => void;
  /**
   * By text, which is all that a pipeline is made of: two kernels of one name are two pipelines unless they say the
   * same.
   */
  readonly #pipelines = new BoundedCache<string, Pipeline>(mostPipelines);
  readonly #layouts = new BoundedCache<string, GPUBindGroupLayout>(mostLayouts);
  /** being compiled ahead, by text */
  readonly #pending = new Map<string, Promise<void>>();

  constructor(
    device: GPUDevice,
    caps: Caps,
    errors: ErrorLog,
    onCreate: (pipeline: Pipeline, startMs: number, blocking: boolean) => void,
  ) {
    this.#device = device;
    this.#caps = caps;
    this.#errors = errors;
    this.#onCreate = onCreate;
  }

  get size(): number {
    return this.#pipelines.size;
  }

  get stats(): Readonly<Record<"pipelines" | "layouts", CacheStats>> {
    return { pipelines: this.#pipelines.stats, layouts: this.#layouts.stats };
  }

  /**
   * The pipeline of a dispatch; compiled here when it is new. Its WGSL errors reach the error log, later calls throw
   * them.
   */
  get({ kernel, config }: Dispatch): Pipeline {
    const code = shader(kernel, config);
    const pipeline = this.#pipelines.get(code, () => this.#make(kernel, config, code));
    if (pipeline.error) throw pipeline.error;
    return pipeline;
  }

  #make(kernel: Kernel, config: unknown, code: string): Pipeline {
    const startMs = performance.now();
    const { module, descriptor, fields } = this.#describe(kernel, config, code);
    let made: Pipeline | undefined;
    const pipeline = this.#errors.guard(
      ["validation", "internal"],
      () => this.#device.createComputePipeline(descriptor()),
      async (error) => {
        const explained = await explainShader(kernel, config, code, error.message, module());
        if (made) made.error = explained;
        return explained;
      },
    );
    made = { ...fields, pipeline, error: null };
    this.#onCreate(made, startMs, true);
    return made;
  }

  /**
   * Compiles pipelines ahead of their first use, many at a time and off this thread; what is left to it (texts, shader
   * modules) comes in short turns. Rejects with the first WGSL error.
   */
  async precompile(dispatches: readonly Dispatch[], { onProgress, signal }: PrecompileOptions = {}): Promise<void> {
    const rest = turns();
    const wanted = new Map<string, Dispatch>();
    for (const dispatch of new Set(dispatches)) {
      signal?.throwIfAborted();
      const code = shader(dispatch.kernel, dispatch.config);
      const known = this.#pipelines.peek(code);
      if (known?.error) throw known.error;
      if (!known) wanted.set(code, dispatch);
      await rest();
    }
    const total = wanted.size;
    if (total === 0) return;
    let done = 0;
    onProgress?.({ done, total });
    const compiled: Promise<void>[] = [];
    for (const [code, { kernel, config }] of wanted) {
      signal?.throwIfAborted();
      const one = (this.#pending.get(code) ?? this.#compile(kernel, config, code)).then(() =>
        onProgress?.({ done: ++done, total }),
      );
      one.catch(() => undefined); // raised below, with all others
      compiled.push(one);
      await rest();
    }
    await Promise.all(compiled);
    signal?.throwIfAborted();
  }

  /** Compiles a pipeline off this thread; who asks for the same text meanwhile gets the same promise. */
  #compile(kernel: Kernel, config: unknown, code: string): Promise<void> {
    const pending = this.#compiled(kernel, config, code).finally(() => this.#pending.delete(code));
    this.#pending.set(code, pending);
    return pending;
  }

  async #compiled(kernel: Kernel, config: unknown, code: string): Promise<void> {
    const startMs = performance.now();
    const description = this.#describe(kernel, config, code);
    let pipeline: GPUComputePipeline;
    // The rejection of the pipeline says that the module is not valid; the scope keeps the module's own error off the
    // device.
    this.#device.pushErrorScope("validation");
    const descriptor = description.descriptor();
    const moduleError = this.#device.popErrorScope();
    try {
      pipeline = await this.#device.createComputePipelineAsync(descriptor);
    } catch (cause) {
      const error = await moduleError;
      const message = error?.message ?? (cause instanceof Error ? cause.message : String(cause));
      throw await explainShader(kernel, config, code, message, description.module());
    }
    await moduleError;
    this.#pipelines.get(code, () => {
      const made: Pipeline = { ...description.fields, pipeline, error: null };
      this.#onCreate(made, startMs, false);
      return made;
    });
  }

  #describe(kernel: Kernel, config: unknown, code: string) {
    const key = kernelKey(kernel, config);
    const { maxStorageBuffersPerShaderStage: available, features } = this.#caps;
    for (const feature of kernel.features?.(config) ?? []) {
      if (!features.has(feature)) {
        throw new KernelError(
          `${kernel.name}: this configuration needs the feature "${feature}", which the device does not have. Plan with the device's caps.`,
          {
            kind: "feature",
            kernel: kernel.name,
            config,
            limit: feature,
          },
        );
      }
    }
    const bindings = Object.entries(kernel.bindings(config)).map(([name, binding]) => ({
      name,
      writable: String(binding).startsWith("read_write"),
      uniform: String(binding).startsWith("uniform"),
    }));
    const needed = bindings.filter(({ uniform }) => !uniform).length;
    if (needed > available) {
      throw new KernelError(
        `${kernel.name}: it binds ${needed} storage buffers; maxStorageBuffersPerShaderStage of this device is ${available}. Request the device with requestDevice, or plan with its caps.`,
        {
          kind: "limit",
          kernel: kernel.name,
          config,
          limit: "maxStorageBuffersPerShaderStage",
          needed,
          available,
        },
      );
    }
    const sizeBytes = uniformSizeBytes(kernel);
    const layoutKey = `${sizeBytes} ${bindings.map(({ writable, uniform }) => (uniform ? "u" : writable ? "w" : "r")).join("")}`;
    const layout = this.#layout(layoutKey, sizeBytes, bindings);
    let made: GPUShaderModule | undefined;
    const module = (): GPUShaderModule => (made ??= this.#device.createShaderModule({ label: key, code }));
    const descriptor = (): GPUComputePipelineDescriptor => ({
      label: key,
      layout: this.#device.createPipelineLayout({ label: key, bindGroupLayouts: [layout] }),
      compute: { module: module(), entryPoint: "main" },
    });
    return {
      module,
      descriptor,
      fields: { key, kernel, code, layout, layoutKey, bindings, uniformSizeBytes: sizeBytes },
    };
  }

  #layout(key: string, sizeBytes: number, bindings: Pipeline["bindings"]): GPUBindGroupLayout {
    return this.#layouts.get(key, () => this.#makeLayout(key, sizeBytes, bindings));
  }

  #makeLayout(key: string, sizeBytes: number, bindings: Pipeline["bindings"]): GPUBindGroupLayout {
    const entries: GPUBindGroupLayoutEntry[] = bindings.map(({ writable, uniform }, i) => ({
      binding: i + 1,
      visibility: computeStage,
      buffer: { type: uniform ? "uniform" : writable ? "storage" : "read-only-storage" },
    }));
    if (sizeBytes > 0) {
      entries.unshift({ binding: 0, visibility: computeStage, buffer: { type: "uniform", minBindingSize: sizeBytes } });
    }
    return this.#device.createBindGroupLayout({ label: key, entries });
  }
}

async function explainShader(
  kernel: Kernel,
  config: unknown,
  code: string,
  message: string,
  module: GPUShaderModule,
): Promise<KernelError> {
  const compilation = await module.getCompilationInfo();
  const faults = compilation.messages.filter(({ type }) => type === "error");
  const parts = faults.map((fault) => `line ${fault.lineNum}: ${fault.message}\n${numberedLines(code, fault.lineNum)}`);
  // Without a fault in the text the message itself says what the device refused (workgroup memory, invocations,
  // bindings).
  if (parts.length === 0) parts.push(message);
  return new KernelError(
    `${kernel.name}: the device refused its WGSL. Config ${JSON.stringify(config)}\n${parts.join("\n")}`,
    {
      kind: "compile",
      kernel: kernel.name,
      config,
    },
  );
}

/** The lines around one line of a text, numbered, that line marked. */
export function numberedLines(code: string, line: number, around: number = 3): string {
  const lines = code.split("\n");
  const first = Math.max(1, line - around);
  const last = Math.min(lines.length, line + around);
  const numbered: string[] = [];
  for (let n = first; n <= last; n++)
    numbered.push(`${n === line ? ">" : " "} ${String(n).padStart(4)} | ${lines[n - 1]}`);
  return numbered.join("\n");
}
