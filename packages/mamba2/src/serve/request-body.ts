// The JSON object in a request's body, read up to a limit.
import { isPlainObject, type JsonObject, type JsonValue, parseJson } from "@x/tensor/core";
import { ApiError } from "./errors.ts";

/** @throws ApiError for a body that is too long, of another type, or no JSON object */
export async function readBody(request: Request, maxBytes: number): Promise<JsonObject> {
  const type = request.headers.get("content-type") ?? "";
  // a page of another origin can send other types without being asked whether it may
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new ApiError(
      415,
      `content-type: must be application/json; got ${type === "" ? "none" : JSON.stringify(type)}.`,
    );
  const text = new TextDecoder().decode(await readBytes(request, maxBytes));
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new ApiError(400, `The body must be JSON; ${(error as Error).message}`, { code: "invalid_json" });
  }
  if (isPlainObject(json)) return json as JsonObject;
  throw new ApiError(400, "The body must be a JSON object; got another JSON value.", { code: "invalid_json" });
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLong = (): ApiError =>
    new ApiError(413, `The body must have at most ${maxBytes} bytes; it has more.`, { code: "request_too_large" });
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLong();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const reader = request.body?.getReader(); reader;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLong();
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
