// Where generation begins: prompts are checked and read, each row once, on top of the state that is given.
import { describeValue } from "@x/base";
import { concat, ConfigError, reshape, type Tensor } from "@x/tensor/core";
import type { GeneratingModel } from "./generating-model.ts";
import type { State } from "../state/state.ts";
import { joinStates, selectRows, tensorRows } from "./state-rows.ts";

/** What a batch remembers, with the logits of its next tokens [b, v]. */
export interface Standing {
  readonly logits: Tensor;
  readonly state: State;
}

/** Token ids, row by row. */
export type Prompts = readonly (readonly number[])[];

/** Reads the prompts, and repeats each row `samples` times; empty prompts go on from the state's own logits. */
export function readPrompts(
  model: GeneratingModel,
  prompts: Prompts,
  start: State | undefined,
  samples: number,
): Standing {
  const read = readRows(model, prompts, start);
  if (samples === 1) return read;
  try {
    const rows = prompts.flatMap((_, r) => Array.from({ length: samples }, () => r));
    return { logits: tensorRows(read.logits, rows), state: selectRows(read.state, rows, model.device) };
  } finally {
    free(read);
  }
}

function readRows(model: GeneratingModel, prompts: Prompts, start: State | undefined): Standing {
  if (prompts[0]!.length === 0) {
    const { logits } = start!.progress;
    return { logits: reshape(logits!, logits!.shape), state: start!.clone() };
  }
  const groups = groupsOf(prompts);
  if (groups.length === 1) return readTogether(model, prompts, start);
  const read: Standing[] = [];
  let joined: Standing | undefined;
  try {
    for (const group of groups) {
      const before = start && selectRows(start, group, model.device);
      try {
        read.push(
          readTogether(
            model,
            group.map((r) => prompts[r]!),
            before,
          ),
        );
      } finally {
        before?.dispose();
      }
    }
    const [logits, states] = [read.map((part) => part.logits), read.map((part) => part.state)];
    joined = { logits: concat(logits, 0), state: joinStates(states) };
    read.splice(0).forEach(free);
    const order = groups.flat();
    const places = prompts.map((_, r) => order.indexOf(r));
    return { logits: tensorRows(joined.logits, places), state: selectRows(joined.state, places, model.device) };
  } finally {
    if (joined) free(joined);
    read.forEach(free);
  }
}

/** The rows that are read together, shortest first: as many as there can be without more padding than tokens. */
function groupsOf(prompts: Prompts): number[][] {
  const groups: number[][] = [];
  let tokens = 0;
  for (const r of [...prompts.keys()].sort((a, b) => prompts[a]!.length - prompts[b]!.length)) {
    const { length } = prompts[r]!;
    const group = groups.at(-1);
    tokens += length;
    if (group && (group.length + 1) * length <= 2 * tokens) group.push(r);
    else {
      groups.push([r]);
      tokens = length;
    }
  }
  return groups;
}

/** Prompts of any lengths as one batch, padded on the right. */
function readTogether(model: GeneratingModel, prompts: Prompts, start: State | undefined): Standing {
  const lengths = prompts.map(({ length }) => length);
  const longest = Math.max(...lengths);
  const rows = prompts.map((prompt) => [...prompt, ...Array.from({ length: longest - prompt.length }, () => 0)]);
  const { logits, state } = model.prefill(rows, {
    ...(lengths.some((length) => length < longest) && { lengths }),
    ...(start && { state: start }),
  });
  return { logits: flat(logits), state };
}

/** [b, 1, v] as [b, v]; the same memory, of which one tensor is left. */
function flat(logits: Tensor): Tensor {
  const rows = reshape(logits, [logits.shape[0]!, logits.shape.at(-1)!]);
  logits.dispose();
  return rows;
}

/** Frees the states of a batch. */
export function free({ logits, state }: Standing): void {
  logits.dispose();
  state.dispose();
}

/** The prompts, checked; empty ones where generation continues from the state alone, else the token that begins a text in their place. */
export function promptsToRead({ config }: GeneratingModel, prompts: Prompts, state: State | undefined): Prompts {
  const wrong = Array.isArray(prompts) ? prompts.findIndex((row: unknown) => !Array.isArray(row)) : 0;
  if (wrong >= 0) {
    const got: unknown = Array.isArray(prompts) ? prompts[wrong] : prompts;
    throw new ConfigError(
      `generate: prompts must be rows of token ids, such as [[1, 2]]; got ${describeValue(got)}${Array.isArray(prompts) ? ` for row ${wrong}` : ""}.`,
      { field: "prompts", got },
    );
  }
  const empty = prompts.filter(({ length }) => length === 0).length;
  if (prompts.length === 0)
    throw new ConfigError("generate: prompts must have at least one row; got none.", { field: "prompts" });
  if (state && state.batch !== prompts.length) {
    throw new ConfigError(
      `generate: prompts must have as many rows as the state, ${state.batch}; got ${prompts.length}.`,
      { field: "prompts", expected: state.batch, got: prompts.length },
    );
  }
  if (empty === 0) return prompts;
  const begins = (!state || state.isInitial) && config.bosTokenId !== null;
  if (empty < prompts.length && !begins)
    throw new ConfigError(`generate: all prompts or none must be empty; got ${empty} of ${prompts.length}.`, {
      field: "prompts",
      got: empty,
    });
  if (state?.progress.logits) return prompts;
  if (state && !state.isInitial) {
    throw new ConfigError(
      "generate: an empty prompt must come with a state that knows what its next token is chosen from; this one does not, an earlier version saved it. Give a token as the prompt.",
      {
        field: "prompts",
      },
    );
  }
  if (config.bosTokenId === null) {
    throw new ConfigError(
      "generate: prompts must have at least one token, or come with a state to go on from or a model with a token that begins a text (bosTokenId); got empty ones and neither.",
      { field: "prompts" },
    );
  }
  return prompts.map((row) => (row.length === 0 ? [config.bosTokenId!] : row));
}
