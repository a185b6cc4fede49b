// Module: a tree of parameters with the names of its checkpoints. No registry: parameters are found in a module's own fields.
import { checkOptions, CheckpointError, decoded, type Device, sameShape, type Shape, showShape } from "@x/tensor";
import { Parameter, type StoredDType } from "./parameter.ts";
import { QuantizedParameter } from "./quantized-parameter.ts";

/** A parameter's value on the host. */
export interface HostParameter {
  readonly shape: Shape;
  readonly data: Float32Array;
  /** the type that holds exactly these values in a checkpoint; default f32 */
  readonly storedAs?: StoredDType;
}

/** Values by parameter path. */
export type StateDict = ReadonlyMap<string, HostParameter>;

export interface LoadStateOptions {
  /** Missing and unknown names are errors; default true. Shapes must fit in any case. */
  readonly strict?: boolean;
}

/** Base of everything that has parameters. Fields that are parameters, modules, or arrays of modules are its children. */
export abstract class Module {
  /** Every parameter once, in the order of the fields. */
  parameters(): Parameter[] {
    return this.#held().filter((held) => held instanceof Parameter);
  }

  /** Parameters and frozen weights, each once. */
  #held(): Held[] {
    const found = new Set<Held>();
    for (const child of Object.values(this) as unknown[]) collect(child, found);
    return [...found];
  }

  /** {@link Module.parameters} by path. */
  namedParameters(): Map<string, Parameter> {
    return new Map(this.parameters().map((parameter) => [parameter.path, parameter]));
  }

  /** Number of trainable numbers. */
  get numParameters(): number {
    return this.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
  }

  /** Copies every value to the host. */
  async stateDict(): Promise<Map<string, HostParameter>> {
    const state = new Map<string, HostParameter>();
    const frozen = this.#held().find((held) => held instanceof QuantizedParameter);
    if (frozen) {
      throw new CheckpointError(`state: a quantised model cannot be saved; ${frozen.path} holds integers. Save the model that it was made from.`, { op: "stateDict", tensor: frozen.path });
    }
    for (const { path, shape, value, storedAs } of this.parameters()) {
      state.set(path, { shape, data: Float32Array.from(decoded(await value.data(), value.dtype)), storedAs });
    }
    return state;
  }

  /**
   * Sets every value from host memory.
   *
   * @throws CheckpointError that lists every missing, unknown and misshapen name; then nothing has changed
   */
  loadStateDict(state: StateDict, options: LoadStateOptions = {}): void {
    checkOptions<LoadStateOptions>("loadStateDict", options, { strict: true });
    const { strict = true } = options;
    const parameters = this.namedParameters();
    const missing = strict ? [...parameters.keys()].filter((path) => !state.has(path)) : [];
    const unknown = strict ? [...state.keys()].filter((path) => !parameters.has(path)) : [];
    const misshapen = [...state].filter(([path, { shape }]) => parameters.has(path) && !sameShape(parameters.get(path)!.shape, shape));
    if (missing.length + unknown.length + misshapen.length > 0) {
      const parts = [
        list("missing", missing),
        list("unknown", unknown),
        list("of another shape", misshapen.map(([path, { shape }]) => `${path} (${showShape(shape)}, must be ${showShape(parameters.get(path)!.shape)})`)),
      ].filter((part) => part !== "");
      throw new CheckpointError(`state: names and shapes must be those of the model; ${parts.join("; ")}.`, {
        op: "loadStateDict", tensors: [...missing, ...unknown, ...misshapen.map(([path]) => path)],
      });
    }
    for (const [path, { data, storedAs = "f32" }] of state) {
      const parameter = parameters.get(path);
      if (!parameter) continue;
      parameter.write(data);
      parameter.markStoredAs(storedAs);
    }
  }

  /** Moves every parameter to another device. */
  async to(device: Device): Promise<this> {
    for (const held of this.#held()) await held.to(device);
    return this;
  }

  /** Frees the memory of every parameter. */
  dispose(): void {
    for (const held of this.#held()) held.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

type Held = Parameter | QuantizedParameter;

function collect(node: unknown, found: Set<Held>): void {
  if (node instanceof Parameter || node instanceof QuantizedParameter) found.add(node);
  else if (node instanceof Module) for (const child of Object.values(node) as unknown[]) collect(child, found);
  else if (Array.isArray(node)) for (const item of node) collect(item, found);
}

function list(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  return `${names.length} ${what}: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;
}
