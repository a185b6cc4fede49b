// Arguments of an op as the index writes them: JSON, infinity spelled in one of Python's ways, absent ones left to the op's default.
import { isJsonObject, type JsonObject, type JsonValue } from "@x/tensor";

/** Typed reading of one op's arguments. */
export class Args {
  readonly #json: JsonObject;

  constructor(json: JsonObject) {
    this.#json = json;
  }

  /** The first of the names that is there and not null. */
  #get(names: readonly string[]): JsonValue | undefined {
    const name = names.find((candidate) => this.#json[candidate] !== undefined && this.#json[candidate] !== null);
    return name === undefined ? undefined : this.#json[name];
  }

  number(...names: string[]): number | undefined {
    const value = this.#get(names);
    return value === undefined ? undefined : asNumber(names[0]!, value);
  }

  /** A list of numbers; one number is a list of one. */
  numbers(...names: string[]): number[] | undefined {
    const value = this.#get(names);
    if (value === undefined) return undefined;
    return (Array.isArray(value) ? (value as readonly JsonValue[]) : [value]).map((one) => asNumber(names[0]!, one));
  }

  flag(...names: string[]): boolean | undefined {
    const value = this.#get(names);
    return value === undefined ? undefined : Boolean(value);
  }

  text(...names: string[]): string | undefined {
    const value = this.#get(names);
    return typeof value === "string" ? value : undefined;
  }

  /** [low, high] of a clamp. */
  range(...names: string[]): readonly [number, number] | undefined {
    const values = this.numbers(...names);
    if (values === undefined) return undefined;
    if (values.length !== 2) throw new Error(`argument ${names[0]} must be two numbers; got ${JSON.stringify(values)}`);
    return [values[0]!, values[1]!];
  }
}

const INFINITE: Readonly<Record<string, number>> = {
  inf: Infinity,
  infinity: Infinity,
  "-inf": -Infinity,
  "-infinity": -Infinity,
  nan: NaN,
};

function asNumber(name: string, value: JsonValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  const spelled = isJsonObject(value) ? value["__float__"] : value;
  const number = typeof spelled === "string" ? (INFINITE[spelled.toLowerCase()] ?? Number(spelled)) : NaN;
  if (typeof spelled !== "string" || (Number.isNaN(number) && spelled.toLowerCase() !== "nan")) {
    throw new Error(`argument ${name} must be a number; got ${JSON.stringify(value)}`);
  }
  return number;
}
