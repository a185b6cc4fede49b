// Rows that are decoded together: what each remembers, how its tokens are chosen, and a token that it has not read. Rows are taken out and put together on the device,
// so that the host need not know their tokens.
import { concat, indexSelect, type Tensor, tensor, tidy, zeros } from "@x/tensor/core";
import type { State } from "../state/state.ts";
import { type ChooserMemory, freeMemory } from "./chooser.ts";
import { countsTokens, type SamplingOptions } from "./sampling.ts";
import { joinStates, selectRows } from "./state-rows.ts";

export interface DecodingRows {
  /** of each row */
  readonly options: readonly SamplingOptions[];
  readonly state: State;
  /** i32 [b], what is read next */
  readonly ids: Tensor;
  readonly memory: ChooserMemory;
}

/** The named rows; what is given stays as it is. */
export function pickRows({ options, state, ids, memory }: DecodingRows, which: readonly number[]): DecodingRows {
  const { device } = ids;
  const picked = which.map((r) => options[r]!);
  const needs = needsOf(picked);
  return {
    options: picked,
    state: selectRows(state, which, device),
    ...tidy(() => {
      const index = tensor(Int32Array.from(which), { device });
      const pick = (x: Tensor): Tensor => indexSelect(x, 0, index);
      return {
        ids: pick(ids),
        memory: {
          settings: pick(memory.settings),
          draws: pick(memory.draws),
          counts: needs.counts ? pick(memory.counts!) : undefined,
          bias: needs.bias ? pick(memory.bias!) : undefined,
        },
      };
    }),
  };
}

/** The rows of all, one below the other; what is given stays as it is. */
export function joinRows(parts: readonly DecodingRows[]): DecodingRows {
  return {
    options: parts.flatMap(({ options }) => options),
    state: joinStates(parts.map(({ state }) => state)),
    ...tidy(() => ({
      ids: concat(
        parts.map(({ ids }) => ids),
        0,
      ),
      memory: {
        settings: joined(parts, "settings")!,
        draws: joined(parts, "draws")!,
        counts: joined(parts, "counts"),
        bias: joined(parts, "bias"),
      },
    })),
  };
}

export function freeRows({ state, ids, memory }: DecodingRows): void {
  state.dispose();
  ids.dispose();
  freeMemory(memory);
}

/** What choices under these options must remember beside settings and draws. */
function needsOf(options: readonly SamplingOptions[]): { readonly counts: boolean; readonly bias: boolean } {
  return { counts: options.some(countsTokens), bias: options.some(({ logitBias }) => logitBias) };
}

/** Of rows that need none beside rows that do: zeros. */
function joined(parts: readonly DecodingRows[], of: keyof ChooserMemory): Tensor | undefined {
  const known = parts.find(({ memory }) => memory[of])?.memory[of];
  if (!known) return undefined;
  const { dtype, device, shape } = known;
  return concat(
    parts.map(({ memory, options }) => memory[of] ?? zeros([options.length, shape[1]!], { dtype, device })),
    0,
  );
}
