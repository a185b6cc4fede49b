// Memory that callers hand in: views with offsets, Node's Buffer, shared, resizable and detached buffers, all made
// plain bytes.
import { XError } from "./error.ts";
import { describeValue } from "./options.ts";

/**
 * Raised for memory that cannot be read: no buffer or view of one, or one that was detached (transferred) or shrunk.
 */
export class HostMemoryError extends XError {
  get kind(): "HostMemoryError" {
    return "HostMemoryError";
  }

  override get name(): string {
    return "HostMemoryError";
  }
}

/**
 * The bytes of a buffer or a view, as a plain Uint8Array over memory that cannot be shared, resized or detached while
 * it is read: a view of the caller's where that is so (nothing is copied), else a copy. What the browser's APIs refuse
 * (WebGPU's queue, text decoders), or what ends a Node process, never reaches them.
 *
 * @param what the argument as the caller knows it, "tensor: data"
 * @throws HostMemoryError when it is no memory, or is detached or out of the bounds of its resized buffer
 * @example
 * const shared = new Float32Array(new SharedArrayBuffer(16));
 * console.log(hostBytes("tensor: data", shared).buffer instanceof ArrayBuffer); // true
 */
export function hostBytes(what: string, data: unknown): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(data);
  const buffer = view ? data.buffer : data;
  if (!isBuffer(buffer))
    throw new HostMemoryError(
      `${what} must be an ArrayBuffer or a view of one (Uint8Array, Buffer, …); got ${describeValue(data)}.`,
    );
  const bytes = viewOf(buffer, view ? data : undefined);
  if (!bytes)
    throw new HostMemoryError(
      `${what} must be memory that is still there; got ${describeValue(data)} whose buffer was detached (transferred elsewhere) or shrunk.`,
    );
  return isPlain(buffer) ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

/**
 * A copy of bytes, at the start of a buffer of its own and so aligned for every element type. (`slice` is no copy for a
 * Buffer of Node.)
 *
 * @example
 * const odd = new Uint8Array(9).subarray(1);
 * console.log(new Float32Array(copyOfBytes(odd).buffer).length); // 2
 */
export function copyOfBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hostBytes("copyOfBytes: bytes", bytes));
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  return (
    value instanceof ArrayBuffer ||
    (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer) ||
    /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value))
  );
}

/**
 * Undefined when the memory is gone. A detached or out-of-bounds view claims to have no bytes; only its methods tell.
 */
function viewOf(buffer: ArrayBufferLike, view: ArrayBufferView | undefined): Uint8Array | undefined {
  try {
    if (!view) return new Uint8Array(buffer);
    if (view.byteLength === 0 && !(view instanceof DataView)) Uint8Array.prototype.at.call(view as Uint8Array, 0);
    return new Uint8Array(buffer, view.byteOffset, view.byteLength);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Memory of one owner and one length. */
function isPlain(buffer: ArrayBufferLike): boolean {
  return (
    Object.prototype.toString.call(buffer) === "[object ArrayBuffer]" &&
    !(buffer as { readonly resizable?: boolean }).resizable
  );
}
