// Values as console.log of a terminal shows them, short.

const mostElements = 24;

function list(values: ArrayLike<unknown>): string {
  const shown = Array.from({ length: Math.min(values.length, mostElements) }, (_, i) => inner(values[i]));
  return `[${shown.join(", ")}${values.length > mostElements ? `, … ${values.length - mostElements} more` : ""}]`;
}

function inner(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : show(value);
}

/** A value as text. */
export function show(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)))
    return list(value as ArrayLike<unknown> & object);
  if (value instanceof Map) return `Map ${show(Object.fromEntries(value))}`;
  if ("toString" in value && value.toString !== Object.prototype.toString) return String(value);
  const name = value.constructor?.name ?? "Object";
  const fields = Object.entries(value).map(([key, of]) => `${key}: ${typeof of === "object" && of ? "…" : inner(of)}`);
  return `${name === "Object" ? "" : `${name} `}{ ${fields.join(", ")} }`;
}
