// Builder: where a module's parameters are made. It carries the path so far, the device, the seed and the init hook, so that every
// parameter is drawn exactly once, under its final name.
import { describeValue } from "@x/base";
import {
  checkOptions,
  checkShape,
  ConfigError,
  cpuDevice,
  type Device,
  DeviceError,
  DTypeError,
  type QuantizedWeight,
  type QuantizeParams,
  requireArity,
  requireDevice,
  requireFunction,
  requireInstance,
  requireOptions,
  requireText,
  type Shape,
  sizeOf,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from "@x/tensor/core";
import { type Initializer, zerosInit } from "./init.ts";
import { integerWeights } from "./integer-weights.ts";
import { Parameter, type ParameterInfo, type ParameterRole } from "./parameter.ts";
import { QuantizedParameter } from "./quantized-parameter.ts";

/**
 * Decides how one parameter is drawn. Called once per parameter.
 *
 * @param parameter its path, role, shape, layer and the number of layers
 * @param standard how it would be drawn without the hook
 */
export type InitHook = (parameter: ParameterInfo, standard: Initializer) => Initializer;

/** Options of {@link Builder}. */
export interface BuilderOptions {
  /** default: the shared CPU device */
  readonly device?: Device;
  /** default 0 */
  readonly seed?: number;
  readonly init?: InitHook;
  /** number of layers of the model, for the hook; default 1 */
  readonly layers?: number;
  /** f64 is for gradient checks on the CPU; f16 and bf16 are how matrices are stored, frozen, while everything else stays f32. Default f32. */
  readonly dtype?: "f32" | "f64" | "f16" | "bf16";
  /** Projections become {@link QuantizedLinear}: integers of so many bits, frozen; `groupSize` 32 unless given. */
  readonly quantize?: Partial<QuantizeParams>;
}

/** What a module says about a parameter of its own. */
export interface ParameterOptions {
  readonly role: ParameterRole;
  readonly shape: Shape;
  readonly init: Initializer;
  /** default: weights of embeddings, projections, heads and convolutions decay, everything else does not */
  readonly decay?: boolean;
}

/** Roles of the weights of products, which may be stored in fewer bits. */
export const MATRIX_ROLES: ReadonlySet<ParameterRole> = new Set([
  "embedding",
  "head",
  "projection",
  "residual-projection",
]);
const DECAYING: ReadonlySet<ParameterRole> = new Set([...MATRIX_ROLES, "conv"]);
const ROLES: ReadonlySet<ParameterRole> = new Set([
  ...DECAYING,
  "norm",
  "bias",
  "A_log",
  "dt_bias",
  "D",
  "initial-state",
  "adapter",
]);

/**
 * Makes the parameters of modules. A module passes `builder.at("name")` to the modules it contains.
 *
 * @example
 * const builder = new Builder({ seed: 1 });
 * const fc = new Linear(8, 4, { builder: builder.at("fc") });   // parameters fc.weight
 */
export class Builder {
  readonly device: Device;
  readonly #options: BuilderOptions;
  readonly #prefix: string;
  readonly #layer: number | undefined;
  /** what it and the builders below it make while {@link Builder.whole} runs */
  #making: { made: { dispose(): void }[] | undefined } = { made: undefined };

  constructor(options: BuilderOptions = {}, prefix = "", layer?: number) {
    requireArity("Builder", arguments, 3);
    checkOptions<BuilderOptions>("Builder", options, {
      device: true,
      seed: true,
      init: "function",
      layers: true,
      dtype: true,
      quantize: true,
    });
    this.device = options.device ?? cpuDevice();
    requireDevice("Builder", this.device);
    if (options.quantize !== undefined) requireOptions("Builder", options.quantize, "quantize");
    this.#options = options;
    this.#prefix = prefix;
    this.#layer = layer;
  }

  /** A builder whose paths begin with `name` (which may contain dots); `layer` is the index of the layer. */
  at(name: string, layer?: number): Builder {
    const below = new Builder(this.#options, this.#join(name), layer ?? this.#layer);
    below.#making = this.#making;
    return below;
  }

  /**
   * The result of `make`, or nothing: when it throws, the parameters that were made inside are disposed of. For the constructors of modules of several parts.
   *
   * @example
   * const builder = new Builder();
   * const [up, down] = builder.whole(() => [new Linear(2, 8, { builder: builder.at("up") }), new Linear(8, 2, { builder: builder.at("down") })]);
   */
  whole<T>(make: () => T): T {
    const outer = this.#making.made;
    const made: { dispose(): void }[] = (this.#making.made = []);
    try {
      const result = make();
      outer?.push(...made);
      return result;
    } catch (error) {
      for (const one of made) one.dispose();
      throw error;
    } finally {
      this.#making.made = outer;
    }
  }

  /** Makes one parameter: asks the hook, draws the values, uploads them. @throws DeviceError when there is no memory for it */
  parameter(name: string, { role, shape, init, decay }: ParameterOptions): Parameter {
    const info = this.#info(name, role, shape, decay);
    const { dtype = "f32" } = this.#options;
    const stored = (dtype === "f16" || dtype === "bf16") && !MATRIX_ROLES.has(role) ? "f32" : dtype;
    const initializer = this.#initializer(info, init);
    const where = { dtype: stored, device: this.device };
    // zeros are made where they belong: a model that is about to be loaded takes no memory of the host's
    const make = (): Tensor =>
      initializer === zerosInit ? zeros(shape, where) : tensor(this.#draw(info, initializer), { shape, ...where });
    // a scope, so that the tensor is freed where the parameter refuses it
    return this.#noted(allocated(info.path, shape, () => tidy(() => new Parameter(info, make()))));
  }

  /** How projections are to be quantised, if at all. */
  get quantize(): Partial<QuantizeParams> | undefined {
    return this.#options.quantize;
  }

  /** Makes one quantised weight, drawn like a parameter. @throws ShapeError where groups do not divide its rows; ConfigError on a page that has "@x/nn/core" alone */
  quantized(
    name: string,
    { role, shape, init }: ParameterOptions & { readonly shape: readonly [outputs: number, inputs: number] },
  ): QuantizedParameter {
    const info = this.#info(name, role, shape);
    const initializer = this.#initializer(info, init);
    const { quantize, zeros } = integerWeights();
    const where = { ...this.#options.quantize, shape, device: this.device };
    const make = (): QuantizedWeight =>
      initializer === zerosInit ? zeros(where) : quantize(this.#draw(info, initializer), where);
    return this.#noted(allocated(info.path, shape, () => tidy(() => new QuantizedParameter(info.path, make()))));
  }

  #noted<T extends Parameter | QuantizedParameter>(made: T): T {
    this.#making.made?.push(made);
    return made;
  }

  #info(name: string, role: ParameterRole, shape: Shape, decay?: boolean): ParameterInfo {
    if (!ROLES.has(role)) throw ConfigError.must(this.#join(name), "role", `be one of ${[...ROLES].join(", ")}`, role);
    return {
      path: this.#join(name),
      role,
      shape,
      decay: decay ?? DECAYING.has(role),
      ...(this.#layer === undefined ? {} : { layer: this.#layer }),
      layers: this.#options.layers ?? 1,
    };
  }

  #initializer(info: ParameterInfo, init: Initializer): Initializer {
    requireText("Builder.parameter", "name", info.path);
    checkShape(info.path, info.shape);
    const initializer = this.#options.init?.(info, init) ?? init;
    requireFunction(info.path, "init", initializer);
    return initializer;
  }

  #draw({ path, shape }: ParameterInfo, initializer: Initializer): Float32Array {
    const values: unknown = allocated(path, shape, () =>
      initializer(shape, { seed: this.#options.seed ?? 0, stream: streamOf(path) }),
    );
    if (values instanceof Float32Array) return values;
    throw new DTypeError(
      `${path}: its initializer must return a Float32Array of ${sizeOf(shape)} values; got ${describeValue(values)}.`,
      { op: "Builder.parameter", got: values },
    );
  }

  #join(name: string): string {
    return this.#prefix === "" ? name : `${this.#prefix}.${name}`;
  }
}

/** The builder that a module was given, or one of its own. @throws ConfigError for anything else */
export function builderOf(op: string, given: Builder | undefined): Builder {
  if (given === undefined) return new Builder();
  requireInstance(op, "builder", given, Builder, "a Builder");
  return given;
}

/** What `make` allocates, or an error that says what there was no memory for. Other errors keep their sentence, RangeErrors of other causes too. */
function allocated<T>(path: string, shape: Shape, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    const sizeBytes = 4 * sizeOf(shape);
    if (!(cause instanceof RangeError || cause instanceof DeviceError) || canAllocate(sizeBytes)) throw cause;
    throw new DeviceError(
      `${path}: must fit in memory; [${shape.join(", ")}] takes ${sizeBytes} bytes, which cannot be allocated.`,
      { got: sizeBytes, cause },
    );
  }
}

/** Engines have no error of their own for memory: whether it is that, allocating shows. */
function canAllocate(sizeBytes: number): boolean {
  try {
    return new Float32Array(sizeBytes / 4).byteLength === sizeBytes;
  } catch {
    return false;
  }
}

/** A stream number of 53 bits for a path: two FNV-1a hashes of it. Streams of different paths are independent. */
function streamOf(path: string): number {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (const byte of new TextEncoder().encode(path)) {
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x01000193);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
