// Fields of a configuration by their paths, such as "attention.heads".
import type { JsonValue } from "@x/tensor/core";
import type { Mamba2Config, Mamba2Fields } from "../config/config.ts";
import type { FieldPath, NameTable } from "./names.ts";

/** The value at a path; undefined inside of a part that the model does not have. */
export function valueAt(config: Mamba2Config, path: FieldPath): unknown {
  let value: unknown = config;
  for (const name of path.split(".")) value = (value as Readonly<Record<string, unknown>> | null)?.[name];
  return value;
}

/** Fields with values at some paths. */
export function fieldsAt(values: { readonly [F in FieldPath]?: unknown }): Mamba2Fields {
  const fields: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    const [first, second] = path.split(".") as [string, string?];
    if (second === undefined) fields[first] = value;
    else fields[first] = { ...(fields[first] as object | undefined), [second]: value };
  }
  return fields as Mamba2Fields;
}

/** A configuration's fields under foreign names; those of a part that it has not are left out. */
export function namedFields(table: NameTable, config: Mamba2Config): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(table)
      .map(([name, path]) => [name, valueAt(config, path)] as const)
      .filter(([, value]) => value !== undefined),
  ) as Record<string, JsonValue>;
}
