// Module: a tree of parameters with the names of its checkpoints. No registry: parameters are found in a module's own fields.
import {
  checkOptions,
  CheckpointError,
  ConfigError,
  type Device,
  sameShape,
  showShape,
  sizeOf,
  Tensor,
  requireArity,
} from "@x/tensor/core";
import type { HostCopy, RestoreTo } from "./host-copy.ts";
import { requireNumbers } from "./host-numbers.ts";
import { privateFields } from "./private-fields.ts";
import { type HostParameter, Parameter } from "./parameter.ts";
import { QuantizedParameter } from "./quantized-parameter.ts";

/** What a copy holds: the revision of its parameter. */
const copied = new WeakMap<RestoreTo, number>();

/** Values by parameter path. */
export type StateDict = ReadonlyMap<string, HostParameter>;

/** Options of {@link Module.loadStateDict}. */
export interface LoadStateOptions {
  /** Missing and unknown names are errors; default true. Shapes must fit in any case. */
  readonly strict?: boolean;
}

/**
 * Base class of everything that has parameters. Its children are found in its fields: parameters, modules, and arrays, records, Maps, Sets and other objects that contain
 * some, at any depth. Private fields (`#layer`) cannot be inspected: a class lists what they hold in {@link Module.submodules}.
 *
 * @throws ConfigError from {@link Module.parameters} for private fields that may hold modules, and for two parameters of one path
 * @example
 * class Net extends Module {
 *   readonly fc = new Linear(2, 3);
 *   forward(x: Tensor): Tensor {
 *     return this.fc.forward(x);
 *   }
 * }
 * console.log(new Net().numParameters); // 9
 */
export abstract class Module {
  /**
   * Every parameter that training changes once, in the order of the fields: all but those that are `frozen`.
   *
   * @throws ConfigError for a class with private fields that may hold modules and no {@link Module.submodules} of its own, and for two parameters of one path
   */
  parameters(): Parameter[] {
    requireArity("Module.parameters", arguments, 0);
    return this.#allParameters().filter(({ frozen }) => !frozen);
  }

  /**
   * Every parameter of the model itself, frozen or not, without those of adapters: what its checkpoints hold.
   *
   * @throws ConfigError as {@link Module.parameters}
   * @example
   * const layer = new Linear(2, 2);
   * layer.weight.frozen = true;
   * console.log(layer.parameters().length, layer.baseParameters().length); // 1 2
   */
  baseParameters(): Parameter[] {
    requireArity("Module.baseParameters", arguments, 0);
    return this.#allParameters().filter(({ role }) => role !== "adapter");
  }

  #allParameters(): Parameter[] {
    const held = this.#held(true);
    const known = new Map<string, Held>();
    for (const one of held) {
      const other = known.get(one.path);
      if (other) {
        throw new ConfigError(
          `${this.constructor.name}: every parameter must have a path of its own; two have "${one.path}". They were drawn alike, and a checkpoint could hold only one. ` +
            `Give each module a builder with its name: { builder: builder.at("name") }.`,
          { field: one.path },
        );
      }
      known.set(one.path, one);
    }
    return held.filter((one) => one instanceof Parameter);
  }

  /**
   * What may hold parameters: default the values of all fields but private ones. A class that keeps modules in private fields, or in closures, adds them.
   *
   * @example
   * class Net extends Module {
   *   #layer = new Linear(2, 2);
   *   override submodules(): unknown[] {
   *     return [...super.submodules(), this.#layer];
   *   }
   * }
   * console.log(new Net().parameters().length); // 2
   */
  submodules(): unknown[] {
    return fieldsOf(this);
  }

  /** Parameters and frozen weights, each once. @param strict raise about what cannot be looked into */
  #held(strict: boolean): Held[] {
    const found = new Set<Held>();
    collect(this, found, new Set(), strict);
    return [...found];
  }

  /** {@link Module.parameters} by path. */
  namedParameters(): Map<string, Parameter> {
    requireArity("Module.namedParameters", arguments, 0);
    return byPath(this.parameters());
  }

  /** Every frozen weight of integers once, in the order of the fields. */
  quantizedParameters(): QuantizedParameter[] {
    requireArity("Module.quantizedParameters", arguments, 0);
    return this.#held(true).filter((one) => one instanceof QuantizedParameter);
  }

  /** Number of trainable numbers. */
  get numParameters(): number {
    return this.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
  }

  /** Copies every value to the host, those of adapters aside. */
  async stateDict(): Promise<Map<string, HostParameter>> {
    requireArity("Module.stateDict", arguments, 0);
    const state = new Map<string, HostParameter>();
    const frozen = this.#held(true).find((held) => held instanceof QuantizedParameter);
    if (frozen) {
      throw new CheckpointError(
        `state: a state dict must be of floats; ${frozen.path} of this model holds integers (quantizedParameters gives them).`,
        { op: "stateDict", tensor: frozen.path },
      );
    }
    for (const parameter of this.baseParameters()) state.set(parameter.path, await parameter.hostValue());
    return state;
  }

  /**
   * Sets every value from host memory, those of adapters aside.
   *
   * @throws CheckpointError that lists every missing, unknown and misshapen name; DTypeError for data that is no Float32Array; then nothing has changed
   */
  loadStateDict(state: StateDict, options: LoadStateOptions = {}): void {
    requireArity("Module.loadStateDict", arguments, 2);
    checkOptions<LoadStateOptions>("loadStateDict", options, { strict: "boolean" });
    const { strict = true } = options;
    const parameters = byPath(this.baseParameters());
    for (const [path, { data }] of state) if (parameters.has(path)) requireNumbers(`state: ${path}`, data);
    const missing = strict ? [...parameters.keys()].filter((path) => !state.has(path)) : [];
    const unknown = strict ? [...state.keys()].filter((path) => !parameters.has(path)) : [];
    const misshapen = [...state].filter(
      ([path, { shape }]) => parameters.has(path) && !sameShape(parameters.get(path)!.shape, shape),
    );
    const unfilled = [...state].filter(
      ([path, { shape, data }]) => parameters.has(path) && data.length !== sizeOf(shape),
    );
    if (missing.length + unknown.length + misshapen.length + unfilled.length > 0) {
      const parts = [
        list("missing", missing),
        list("unknown", unknown),
        list(
          "of another shape",
          misshapen.map(
            ([path, { shape }]) => `${path} (${showShape(shape)}, must be ${showShape(parameters.get(path)!.shape)})`,
          ),
        ),
        list(
          "of other lengths",
          unfilled.map(([path, { shape, data }]) => `${path} (${data.length}, must be ${sizeOf(shape)})`),
        ),
      ].filter((part) => part !== "");
      throw new CheckpointError(`state: names and shapes must be those of the model; ${parts.join("; ")}.`, {
        op: "loadStateDict",
        tensors: [...missing, ...unknown, ...[...misshapen, ...unfilled].map(([path]) => path)],
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
    requireArity("Module.to", arguments, 1);
    for (const held of this.#held(true)) await held.to(device);
    return this;
  }

  /**
   * Copies everything that the module holds to the host, as it is stored. `for (const place of copy.values()) place(device)` takes it to a device from there: unlike
   * {@link Module.to} also when its own is lost.
   *
   * @param before an earlier copy, from which what is frozen is taken, unless it was written since
   * @throws KernelError (kind `lost`) when the device is lost already
   * @example
   * const layer = new Linear(2, 2);
   * const copy = await layer.copyToHost();
   * layer.weight.write(new Float32Array(4));
   * for (const place of copy.values()) place(cpuDevice()); // the weight of before
   */
  async copyToHost(before?: HostCopy): Promise<HostCopy> {
    const copy = new Map<object, RestoreTo>();
    for (const held of this.#held(true)) {
      const frozen = held instanceof QuantizedParameter || held.frozen;
      const earlier = frozen ? before?.get(held) : undefined;
      const { revision } = held;
      const place = earlier && copied.get(earlier) === revision ? earlier : await held.copyToHost();
      copied.set(place, revision);
      copy.set(held, place);
    }
    return copy;
  }

  /** Frees the memory of every parameter. */
  dispose(): void {
    for (const held of this.#held(false)) held.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

type Held = Parameter | QuantizedParameter;

function byPath(parameters: readonly Parameter[]): Map<string, Parameter> {
  return new Map(parameters.map((parameter) => [parameter.path, parameter]));
}

function collect(node: unknown, found: Set<Held>, seen: Set<unknown>, strict: boolean): void {
  if (typeof node !== "object" || node === null || seen.has(node) || isLeaf(node)) return;
  seen.add(node);
  if (node instanceof Parameter || node instanceof QuantizedParameter) return void found.add(node);
  if (strict && node instanceof Module) requireVisible(node);
  const inside =
    node instanceof Module
      ? node.submodules()
      : node instanceof Map
        ? [...node.keys(), ...node.values()]
        : node instanceof Set
          ? node
          : Array.isArray(node)
            ? node
            : fieldsOf(node);
  for (const child of inside) collect(child, found, seen, strict);
}

/** Values of the fields, those named by symbols and hidden from enumeration included; getters are not called. */
function fieldsOf(object: object): unknown[] {
  return Reflect.ownKeys(object).map((key) => Object.getOwnPropertyDescriptor(object, key)?.value as unknown);
}

/** What holds no modules, and may be large. */
function isLeaf(node: object): boolean {
  return node instanceof Tensor || ArrayBuffer.isView(node) || node instanceof ArrayBuffer;
}

/** Raises about a class, or one that it extends, whose private fields may hold modules that it does not list. */
function requireVisible(module: Module): void {
  for (
    let prototype = Object.getPrototypeOf(module) as object;
    prototype !== Module.prototype;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    if (Object.hasOwn(prototype, "submodules")) continue;
    const { constructor } = prototype;
    const hidden = privateFields(constructor);
    if (hidden.length > 0) {
      throw new ConfigError(
        `${constructor.name}: a module must show what it holds, or its parameters would be neither trained nor saved; ${hidden.join(", ")} cannot be looked into. ` +
          "Make the field public, or list it: submodules() { return [...super.submodules(), this.#field]; }.",
        { field: hidden[0]! },
      );
    }
  }
}

function list(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  return `${names.length} ${what}: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;
}
