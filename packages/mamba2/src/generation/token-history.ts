// Which tokens the sequences of a batch have read, in constant size: how often each, and the last ones. Penalties and streams of text go on from there.
import { ConfigError, requireArity, requireArray, requireCount, requireMap, requireOptions } from "@x/tensor/core";

/** How many of the last tokens are kept. They say how a text that continues must be spaced, and which character is not complete. */
export const RECENT_TOKENS = 32;

/** Sequences of a batch; more cannot be listed. */
const MOST_ROWS = 2 ** 24;

/** Counts and recent tokens of one sequence. */
export interface TokenCounts {
  /** token → how often it was read */
  readonly counts: ReadonlyMap<number, number>;
  /** token → how often it was generated, the others came in prompts; undefined where that is not known */
  readonly generated?: ReadonlyMap<number, number> | undefined;
  /** the last 32, oldest first */
  readonly recent: readonly number[];
}

/**
 * The tokens that a batch of sequences has read, as a value: appending gives another one. Tokens are counted lazily, at the first read.
 *
 * @example
 * const history = TokenHistory.empty(1).append([[5, 6]]).append([[5]]);
 * console.log(history.rows[0]!.counts.get(5), history.rows[0]!.recent); // 2 [5, 6, 5]
 */
export class TokenHistory {
  #rows: readonly TokenCounts[] | undefined;
  #before: TokenHistory | undefined;
  #added: readonly (readonly number[])[];
  #wereGenerated = false;

  constructor(rows: readonly TokenCounts[]) {
    requireArity("TokenHistory", arguments, 1);
    requireArray("TokenHistory", "rows", rows);
    for (const [i, row] of rows.entries()) {
      requireOptions("TokenHistory", row, `rows[${i}]`);
      requireMap("TokenHistory", `rows[${i}].counts`, row.counts);
      requireArray("TokenHistory", `rows[${i}].recent`, row.recent);
    }
    this.#rows = rows.map(({ counts, generated, recent }) => ({
      counts: new Map(counts),
      ...(generated && { generated: new Map(generated) }),
      recent: [...recent],
    }));
    this.#added = [];
  }

  /** Before any token. @throws ConfigError for a batch that is no whole number, or above 2^24 */
  static empty(batch: number): TokenHistory {
    requireArity("TokenHistory.empty", arguments, 1);
    requireCount("TokenHistory.empty", "batch", batch, 0, MOST_ROWS);
    return new TokenHistory(
      Array.from({ length: batch }, () => ({ counts: new Map(), generated: new Map(), recent: [] })),
    );
  }

  /** The history after more tokens of each row. @param generated whether generation chose them @throws ConfigError for lists of other rows */
  append(tokens: readonly (readonly number[])[], generated = false): TokenHistory {
    requireArity("TokenHistory.append", arguments, 2);
    requireArray("TokenHistory.append", "tokens", tokens);
    const { length } = this.#rows ?? this.#added;
    if (tokens.length !== length)
      throw ConfigError.must("TokenHistory.append", "tokens", `be a list for each of ${length} rows`, tokens);
    const next = new TokenHistory([]);
    [next.#rows, next.#before, next.#added, next.#wereGenerated] = [
      undefined,
      this,
      tokens.map((row) => [...row]),
      generated,
    ];
    return next;
  }

  get rows(): readonly TokenCounts[] {
    return (this.#rows ??= this.#count());
  }

  #count(): readonly TokenCounts[] {
    const added: TokenHistory[] = [];
    let known: TokenHistory = this; // eslint-disable-line @typescript-eslint/no-this-alias
    for (; !known.#rows; known = known.#before!) added.push(known);
    added.reverse();
    const rows = known.#rows.map(({ counts, generated, recent }, r) => {
      const tokensOf = (parts: readonly TokenHistory[]): number[] => parts.flatMap((part) => part.#added[r] ?? []);
      const tokens = tokensOf(added);
      return {
        counts: counted(counts, tokens),
        generated: generated && counted(generated, tokensOf(added.filter((part) => part.#wereGenerated))),
        recent: [...recent, ...tokens].slice(-RECENT_TOKENS),
      };
    });
    [this.#before, this.#added] = [undefined, []];
    return rows;
  }
}

function counted(before: ReadonlyMap<number, number>, tokens: readonly number[]): ReadonlyMap<number, number> {
  const total = new Map(before);
  for (const token of tokens) total.set(token, (total.get(token) ?? 0) + 1);
  return total;
}
