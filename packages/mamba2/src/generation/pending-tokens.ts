// Tokens that the device was asked for and the host has not read yet, in the order of asking.
import type { Tensor } from "@x/tensor/core";
import { type ChosenToken, faultError, readChosen } from "./chooser.ts";
import type { Request } from "./request.ts";

interface PendingRead {
  readonly turn: number;
  readonly requests: readonly Request[];
  readonly found: Promise<readonly ChosenToken[]>;
}

export class PendingTokens {
  #reads: PendingRead[] = [];

  /** Those that tokens are on the way for; a request may come several times. */
  get requests(): Request[] {
    return this.#reads.flatMap(({ requests }) => requests);
  }

  /** One token of each request is on the way. @param report of the choice; is taken over */
  ask(requests: readonly Request[], report: Tensor, turn: number): void {
    const found = readChosen(report, -1); // the copy to the host is queued here, before any later step
    found.catch(() => undefined); // no unhandled rejection of what is dropped
    report.dispose();
    for (const request of requests) request.ask();
    this.#reads.push({ turn, requests, found });
  }

  /** Gives out the tokens that were asked for in this turn and before it. */
  async arrive(turn: number): Promise<void> {
    for (let next = this.#reads[0]; next && next.turn <= turn; next = this.#reads[0]) {
      const found = await next.found;
      if (this.#reads[0] !== next) return; // dropped meanwhile
      this.#reads.shift();
      for (const [r, { id, fault }] of found.entries()) {
        if (fault === -1) next.requests[r]!.give(id);
        else next.requests[r]!.fail(faultError(fault));
      }
    }
  }

  drop(): void {
    this.#reads = [];
  }
}
