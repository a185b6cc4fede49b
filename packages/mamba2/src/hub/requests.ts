// Requests to a hub: who gets the token, what is tried again, and what the hub's refusals mean.
import { hubError } from "./names.ts";

/** A hub, as one caller uses it for one repository. */
export interface Hub {
  /** its address, without a slash at the end */
  readonly endpoint: string;
  readonly repository: string;
  readonly revision: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An answer with a body, and the address that gave it. */
export interface Answer {
  readonly response: Response;
  readonly url: string;
}

/** Something that may be better in a moment. */
export class Transient extends Error {
  readonly waitMs: number | undefined;

  constructor(reason: string, waitMs?: number, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.waitMs = waitMs;
  }
}

const TRANSIENT: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MOST_HOPS = 5;
const MOST_FAILURES = 5;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 60_000;

/** How often something may fail in a row, with longer and longer waits. */
export class Patience {
  #failures = 0;
  readonly #hub: Hub;
  readonly #what: string;

  /** @param what is to arrive, for the sentence */
  constructor(hub: Hub, what: string) {
    this.#hub = hub;
    this.#what = what;
  }

  /** Something arrived: earlier failures count no more. */
  progress(): void {
    this.#failures = 0;
  }

  /** Waits until the next try, or raises what a next try would not better. */
  async failed(cause: unknown): Promise<void> {
    this.#hub.signal?.throwIfAborted();
    if (!(cause instanceof Transient)) throw cause;
    this.#failures++;
    if (this.#failures >= MOST_FAILURES) {
      throw hubError(
        `${this.#what} must arrive from ${this.#hub.endpoint}; it failed ${this.#failures} times in a row: ${cause.message}.`,
        { repository: this.#hub.repository, got: this.#failures, cause },
      );
    }
    await sleep(Math.min(cause.waitMs ?? FIRST_WAIT_MS * 2 ** (this.#failures - 1), LONGEST_WAIT_MS), this.#hub.signal);
  }
}

/**
 * One request, with the token where it belongs: to the hub itself, never to the storage that it redirects to.
 *
 * Throws {@link Transient} for what may be better in a moment, CheckpointError for what the hub refuses.
 */
export async function request(
  hub: Hub,
  url: string,
  headers: Readonly<Record<string, string>>,
  what: string,
  signal: AbortSignal | undefined = hub.signal,
): Promise<Answer> {
  const answer = await followed(hub, url, headers, signal).catch((cause: unknown) => {
    hub.signal?.throwIfAborted();
    if (cause instanceof TypeError || signal?.aborted === true)
      throw new Transient(`no connection (${reasonOf(cause)})`, undefined, cause); // fetch has no other error for the network
    throw cause;
  });
  const { response } = answer;
  if (response.ok) return answer;
  if (TRANSIENT.includes(response.status)) {
    await response.body?.cancel();
    throw new Transient(`status ${response.status}`, retryAfterMs(response));
  }
  throw await refusal(hub, response, what);
}

async function followed(
  hub: Hub,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const own = new URL(hub.endpoint);
  let at = new URL(url);
  for (let hop = 0; hop <= MOST_HOPS; hop++) {
    const withToken = hub.token !== undefined && at.origin === own.origin;
    const init: RequestInit = {
      headers: withToken ? { ...headers, Authorization: `Bearer ${hub.token}` } : headers,
      cache: "no-store", // the browser would keep gigabytes a second time
      ...(signal && { signal }),
    };
    let response = await fetch(at, { ...init, redirect: withToken ? "manual" : "follow" });
    // A page cannot see where it is redirected to; its fetch drops the token on the way to another origin.
    if (response.type === "opaqueredirect") response = await fetch(at, init);
    else if (withToken && REDIRECTS.includes(response.status)) {
      await response.body?.cancel();
      const next = new URL(response.headers.get("location") ?? "", at);
      if (own.protocol === "https:" && next.protocol !== "https:")
        throw hubError(`${hub.endpoint} must redirect to an address of https; got one of ${next.protocol}`, {
          repository: hub.repository,
          got: next.origin,
        });
      at = next;
      continue;
    }
    return { response, url: response.url === "" ? at.href : response.url };
  }
  throw hubError(`${hub.endpoint} must redirect at most ${MOST_HOPS} times; it went on.`, {
    repository: hub.repository,
    expected: MOST_HOPS,
  });
}

/** What a refusal means, as an error. */
async function refusal(hub: Hub, response: Response, what: string): Promise<Error> {
  const { endpoint, repository, revision, token } = hub;
  const { status } = response;
  const code = response.headers.get("X-Error-Code") ?? undefined;
  const said = response.headers.get("X-Error-Message") ?? (await response.text().catch(() => "")).slice(0, 200);
  const error = (sentence: string): Error =>
    hubError(sentence, { repository, status, got: said, ...(code !== undefined && { code }) });
  if (code === "GatedRepo") {
    return error(
      `"${repository}" must be open to you; its owner asks for consent first, at ${endpoint}/${repository}. ` +
        `Then give ${token === undefined ? "a token" : "the token of an account that has it"} (token, HF_TOKEN, --token).`,
    );
  }
  if (code === "RevisionNotFound")
    return error(`revision must be a branch, a tag or a commit of "${repository}"; got "${revision}".`);
  if (code === "EntryNotFound") return error(`"${repository}" at ${revision} must have ${what}; it does not.`);
  if (code === "RepoNotFound" || status === 401) {
    return error(
      `"${repository}" must be a repository that can be read; ${endpoint} has none of that name ` +
        (token === undefined
          ? "that is public. A token opens private ones (token, HF_TOKEN, --token)."
          : "that the token opens, or refuses the token."),
    );
  }
  return error(
    `${endpoint} must give ${what} of "${repository}"; got status ${status}${said === "" ? "" : `: ${said}`}.`,
  );
}

function retryAfterMs({ headers }: Response): number | undefined {
  const seconds = Number(headers.get("Retry-After") ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** What an error of fetch says, with what is behind it. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as { readonly message?: string; readonly cause?: { readonly message?: string } };
  return cause?.message ?? message ?? String(error);
}

/** Waits; raises the signal's reason when it is aborted meanwhile. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
