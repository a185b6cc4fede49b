// How a worker takes requests: one after the other, except "stop", which reaches the one that is being answered.

/** The request that is being answered, as far as it wants to know of "stop". */
export interface Serving {
  readonly signal: AbortSignal;
}

/** Answers this worker's messages in turn. */
export function serveRequests<R extends { readonly type: string }>(
  answer: (request: Exclude<R, { readonly type: "stop" }>) => Promise<void>,
): Serving {
  let abort = new AbortController();
  let busy: Promise<void> = Promise.resolve();
  addEventListener("message", ({ data }: MessageEvent<R>) => {
    if (data.type === "stop") {
      abort.abort();
      return;
    }
    busy = busy.then(() => {
      abort = new AbortController();
      return answer(data as Exclude<R, { readonly type: "stop" }>);
    });
  });
  return {
    get signal() {
      return abort.signal;
    },
  };
}
