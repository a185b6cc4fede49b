// The body of a streamed answer: made as the client takes it, with little in between, and given up when the client does or takes nothing any more.
import { ApiError } from "./errors.ts";

/** Bytes that may be buffered for the client; while so many are, nothing is generated. */
const HIGH_WATER_MARK = 16 * 1024;

export interface ClientStreamOptions {
  /** milliseconds after which a client that takes nothing is given up */
  readonly stallMs: number;
  /** Aborts what makes the parts. Who reads gets the last part that comes of it; who does not, the reason. */
  readonly signal: AbortSignal;
  /** Called once, when the body has ended or was cancelled; with the reason if it did not end by itself. */
  onEnd(reason?: unknown): void;
}

export function clientStream(
  parts: AsyncGenerator<string, void, void>,
  { stallMs, signal, onEnd }: ClientStreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stalling: ReturnType<typeof setTimeout> | undefined;
  let [ended, making] = [false, false];
  const end = (reason?: unknown): void => {
    clearTimeout(stalling);
    if (ended) return;
    ended = true;
    onEnd(reason);
    parts.return().catch(() => undefined); // an error after the end has no reader
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const abort = (): void => {
          if (ended || making) return;
          end(signal.reason);
          controller.error(signal.reason);
        };
        if (signal.aborted) abort();
        else signal.addEventListener("abort", abort, { once: true });
      },
      async pull(controller) {
        clearTimeout(stalling);
        making = true;
        const next = await parts.next();
        making = false;
        if (ended) return;
        if (next.done) {
          end();
          return controller.close();
        }
        controller.enqueue(encoder.encode(next.value));
        if ((controller.desiredSize ?? 0) > 0) return;
        stalling = setTimeout(() => {
          const stalled = new ApiError(408, `The client has taken nothing for ${stallMs / 1000} s.`, {
            code: "stalled",
          });
          end(stalled);
          controller.error(stalled);
        }, stallMs);
      },
      cancel: (reason) => end(reason ?? new DOMException("The client has gone.", "AbortError")),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }),
  );
}
