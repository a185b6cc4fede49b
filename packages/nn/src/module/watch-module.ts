// watchModule: detects that a model changed by comparing its fields with a snapshot.
import {
  checkOptions,
  ConfigError,
  isPlainObject,
  type QuantizedWeight,
  requireArity,
  strict,
  Tensor,
} from "@x/tensor/core";
import { Module } from "./module.ts";
import { Parameter } from "./parameter.ts";
import { QuantizedParameter } from "./quantized-parameter.ts";

/**
 * A stamp for `capture`: a function whose number increases at the first call after a change of anything that the modules of a model compute with. It compares all public fields of
 * all modules, including the elements of arrays and plain objects in them; methods and accessors; and the tensors of parameters, which may have been replaced, moved to another device or
 * disposed of. What is written into a tensor in place, and memory that moves into an arena, is
 * no change, since a plan reads the current memory of a tensor; with `values` both are: what was computed from a tensor is stale then.
 *
 * A class opts in: `static readonly fieldsOnly = true` promises that the methods of a class compute with their arguments and its public fields alone, not with
 * private fields, closures, variables of its file or getters of others. A subclass must declare it again. If the model has a module of another class, or a
 * function, Map, Set, typed array or other object in a field, the number increases at every call: the captured function then runs every time, as without a stamp.
 *
 * @param options `values`: writing in place counts as a change, as caches of what a model made need it; default false
 * @returns the stamp; it begins at 0 and costs about 25 µs for 24 layers
 * @throws ConfigError when `model` is not a Module
 * @example
 * const layer = new Linear(2, 2);
 * const stamp = watchModule(layer);
 * const step = capture((x: Tensor) => layer.forward(x), { stamp });
 * layer.weight.value = ones([2, 2]);
 * console.log(stamp(), stamp()); // 1 1
 */
export function watchModule(model: Module, options: { readonly values?: boolean } = {}): () => number {
  requireArity("watchModule", arguments, 2);
  checkOptions("watchModule", options, { values: "boolean" });
  const { values = false } = options;
  if (!(model instanceof Module)) throw ConfigError.must("watchModule", "model", "be a Module", model);
  let survey = new Survey(model, values);
  let stamp = 0;
  return strict("stamp", () => {
    if (survey.holds()) return stamp;
    if (survey.complete) survey = new Survey(model, values);
    return ++stamp;
  });
}

/** The fields of an object by value, in order; hidden ones by their number. */
interface Fields {
  readonly object: Readonly<Record<string, unknown>>;
  readonly prototype: unknown;
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

/** The own properties of an object, in order, hidden ones included, and its prototype. */
interface Properties {
  readonly object: object;
  readonly prototype: unknown;
  readonly names: readonly (string | symbol)[];
  readonly descriptors: readonly PropertyDescriptor[];
}

/** A snapshot of everything in a model that can change. */
class Survey {
  /** Whether every field could be included. */
  complete = true;
  /** modules and plain objects, with fields that are all data; read, since there are many: descriptors take five times as long */
  readonly #objects: Fields[] = [];
  /** prototypes of modules' classes, each once: methods by value, accessors by getter */
  readonly #prototypes: Properties[] = [];
  readonly #arrays: { readonly array: readonly unknown[]; readonly items: readonly unknown[] }[] = [];
  readonly #parameters: {
    readonly parameter: Parameter | QuantizedParameter;
    readonly value: Tensor | QuantizedWeight;
  }[] = [];
  readonly #tensors: { readonly tensor: Tensor; readonly written: number }[] = [];
  readonly #values: boolean;
  readonly #seen = new Set<object>();

  constructor(model: Module, values: boolean) {
    this.#values = values;
    this.#look(model);
  }

  /** Whether the model still equals the snapshot. */
  holds(): boolean {
    if (!this.complete) return false;
    for (const { parameter, value } of this.#parameters) if (parameter.value !== value) return false;
    for (const { tensor, written } of this.#tensors)
      if (tensor.disposed || (this.#values && tensor.storage.written !== written)) return false;
    for (const { array, items } of this.#arrays) {
      if (array.length !== items.length) return false;
      for (let i = 0; i < items.length; i++) if (!Object.is(array[i], items[i])) return false;
    }
    for (const properties of this.#prototypes) if (!isUnchanged(properties)) return false;
    for (const fields of this.#objects) if (!areUnchanged(fields)) return false;
    return true;
  }

  #look(value: unknown): void {
    if (typeof value === "function") this.complete = false;
    if (typeof value !== "object" || value === null || this.#seen.has(value) || !this.complete) return;
    this.#seen.add(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Tensor.prototype) this.#lookAtTensor(value as Tensor);
    else if (prototype === Parameter.prototype || prototype === QuantizedParameter.prototype)
      this.#lookAtParameter(value as Parameter | QuantizedParameter);
    else if (prototype === Array.prototype) this.#lookAtArray(value as unknown[]);
    else if (value instanceof Module) {
      this.#lookAtClass(value);
      this.#lookAtFields(value);
    } else if (isPlainObject(value)) this.#lookAtFields(value);
    else this.complete = false;
  }

  #lookAtTensor(tensor: Tensor): void {
    this.#tensors.push({ tensor, written: tensor.disposed ? 0 : tensor.storage.written });
  }

  #lookAtParameter(parameter: Parameter | QuantizedParameter): void {
    const { value } = parameter;
    this.#parameters.push({ parameter, value });
    this.#look(value);
  }

  #lookAtArray(array: readonly unknown[]): void {
    if (!Object.isFrozen(array)) this.#arrays.push({ array, items: [...array] });
    for (const item of array) this.#look(item);
  }

  #lookAtFields(object: object): void {
    for (const key of Reflect.ownKeys(object)) {
      const { value, enumerable, get, set } = Object.getOwnPropertyDescriptor(object, key)!;
      if (typeof key === "symbol" || !enumerable || get || set) this.complete = false;
      else this.#look(value);
    }
    if (!this.complete || Object.isFrozen(object)) return;
    const fields = object as Readonly<Record<string, unknown>>;
    const names = Object.keys(object);
    const values = names.map((name) => fields[name]);
    this.#objects.push({ object: fields, prototype: Object.getPrototypeOf(object), names, values });
  }

  /** A module's class and its base classes, each of which must declare `fieldsOnly`. */
  #lookAtClass(module: Module): void {
    let prototype = Object.getPrototypeOf(module) as object;
    while (!this.#seen.has(prototype)) {
      this.#seen.add(prototype);
      this.#prototypes.push(propertiesOf(prototype));
      if (prototype === Module.prototype) return;
      if (!Object.hasOwn(prototype.constructor, "fieldsOnly")) this.complete = false;
      prototype = Object.getPrototypeOf(prototype) as object;
    }
  }
}

function areUnchanged({ object, prototype, names, values }: Fields): boolean {
  const now = Reflect.ownKeys(object);
  if (now.length !== names.length || Object.getPrototypeOf(object) !== prototype) return false;
  for (let i = 0; i < names.length; i++)
    if (now[i] !== names[i] || !Object.is(object[names[i]!], values[i])) return false;
  return true;
}

function propertiesOf(object: object): Properties {
  const names = Reflect.ownKeys(object);
  return {
    object,
    prototype: Object.getPrototypeOf(object),
    names,
    descriptors: names.map((name) => Object.getOwnPropertyDescriptor(object, name)!),
  };
}

const { __lookupGetter__: getterOf, __lookupSetter__: setterOf } = Object.prototype as unknown as Record<
  "__lookupGetter__" | "__lookupSetter__",
  (this: object, name: string | symbol) => unknown
>;

/**
 * Whether the properties are what they were. Values are read only where there is no getter, which may return what was there. Descriptors would be a hundred bytes each, at every token.
 */
function isUnchanged({ object, prototype, names, descriptors }: Properties): boolean {
  const now = Reflect.ownKeys(object);
  if (now.length !== names.length || Object.getPrototypeOf(object) !== prototype) return false;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (now[i] !== name) return false;
    const { value, get, set } = descriptors[i]!;
    if (getterOf.call(object, name) !== get || setterOf.call(object, name) !== set) return false;
    if (!get && !set && !Object.is((object as Record<string | symbol, unknown>)[name], value)) return false;
  }
  return true;
}
