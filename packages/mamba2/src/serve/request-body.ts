// The JSON object in a request's body, read up to a limit.
import { isPlainObject, type JsonObject, type JsonValue, parseJson } from "@x/tensor/core";
import { ApiError } from "./errors.ts";

/** How much of a body is read, and how long it is waited for. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** milliseconds after which a client that sends nothing more is given up */
  readonly stallMs: number;
  /** Ends the reading, with its reason. */
  readonly signal: AbortSignal;
}

/** @throws ApiError for a body that is too long, of another type, no JSON object in UTF-8, or that does not come; the signal's reason */
export async function readBody(request: Request, limits: BodyLimits): Promise<JsonObject> {
  const type = request.headers.get("content-type") ?? "";
  // a page of another origin can send other types without being asked whether it may
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new ApiError(
      415,
      `content-type: must be application/json; got ${type === "" ? "none" : JSON.stringify(type)}.`,
    );
  const bytes = await readBytes(request, limits);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError(400, "The body must be text in UTF-8; it has other bytes.", { code: "invalid_json" });
  }
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new ApiError(400, `The body must be JSON; ${(error as Error).message}`, { code: "invalid_json" });
  }
  if (isPlainObject(json)) return json as JsonObject;
  throw new ApiError(400, "The body must be a JSON object; got another JSON value.", { code: "invalid_json" });
}

async function readBytes(request: Request, { maxBytes, stallMs, signal }: BodyLimits): Promise<Uint8Array> {
  const tooLong = (): ApiError =>
    new ApiError(413, `The body must have at most ${maxBytes} bytes; it has more.`, { code: "request_too_large" });
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLong();
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  try {
    while (reader) {
      const { done, value } = await within(reader.read(), stallMs, signal);
      if (done) break;
      size += value.length;
      if (size > maxBytes) throw tooLong();
      parts.push(value);
    }
  } catch (error) {
    reader?.cancel(error).catch(() => undefined); // what is left of it is nobody's; it may never come
    throw error;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** What a promise gives, unless the signal is aborted or `ms` pass before. */
function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort);
    const stall = (): void =>
      reject(new ApiError(408, `The body must come; nothing came of it for ${ms / 1000} s.`, { code: "stalled" }));
    const stalling = setTimeout(stall, ms);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(stalling);
      signal.removeEventListener("abort", abort);
    });
  });
}
