// Several prompts in one row, a state for each: documents are read as rows of their own, those of like lengths together.
import { concat, ConfigError, type Device, reshape, slice, Tensor, tidy } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { progressAfter } from "../generation/generation-progress.ts";
import type { GeneratingModel } from "../generation/generating-model.ts";
import { joinStates, selectRows, tensorRows } from "../generation/state-rows.ts";
import { documentRows, hostRows, idRows, type Rows } from "../inputs/inputs.ts";
import type { State } from "../state/state.ts";

/** The documents of rows, in their order: runs of one number, which is not negative. */
function documentsOf(ids: Rows, seqIdx: Rows, config: Mamba2Config, device: Device): number[][] {
  if (ids instanceof Tensor || seqIdx instanceof Tensor)
    throw new ConfigError(
      "prefill: ids and seqIdx must be given as numbers with statePerDocument, since how many documents there are is the size of the result; got a tensor.",
      { field: "statePerDocument" },
    );
  tidy(() => void documentRows(seqIdx, idRows("ids", ids, config, device), device)); // checks them
  const numbers = hostRows(seqIdx)!;
  const documents: number[][] = [];
  for (const [r, row] of hostRows(ids)!.entries())
    for (const [i, id] of row.entries()) {
      const number = numbers[r]![i]!;
      if (number < 0) continue;
      if (i === 0 || numbers[r]![i - 1] !== number) documents.push([]);
      documents.at(-1)!.push(id);
    }
  if (documents.length > 0) return documents;
  throw new ConfigError("prefill: seqIdx must name a document, a number of at least 0; got padding alone.", {
    field: "seqIdx",
  });
}

/** Indices of rows, longest first, in groups in which none is shorter than half of the longest: at most as much padding as tokens. */
function groupsByLength(rows: readonly (readonly number[])[]): number[][] {
  const groups: number[][] = [];
  let longest = Infinity;
  for (const i of [...rows.keys()].sort((a, b) => rows[b]!.length - rows[a]!.length)) {
    if (2 * rows[i]!.length < longest) {
      longest = rows[i]!.length;
      groups.push([]);
    }
    groups.at(-1)!.push(i);
  }
  return groups;
}

/** Logits [documents, k, v] of the last tokens of each document, and the states after them, rows in the order of the documents: each as if it had been alone. */
export function prefillDocuments(
  model: GeneratingModel,
  ids: Rows,
  seqIdx: Rows,
  logitsToKeep: number,
): { readonly logits: Tensor; readonly state: State } {
  const documents = documentsOf(ids, seqIdx, model.config, model.device);
  const kept = Math.min(logitsToKeep, Math.max(...documents.map(({ length }) => length)));
  const groups = groupsByLength(documents);
  const back = new Array<number>(documents.length);
  for (const [place, document] of groups.flat().entries()) back[document] = place;
  const made: { dispose(): void }[] = [];
  try {
    const read = groups.map((group) => {
      const lengths = group.map((i) => documents[i]!.length);
      const width = Math.max(kept, ...lengths);
      const rows = group.map((i) => [...documents[i]!, ...new Array<number>(width - documents[i]!.length).fill(0)]);
      const part = model.prefill(rows, { lengths, logitsToKeep: kept });
      made.push(part.logits, part.state);
      return part;
    });
    const joined = joinStates(read.map(({ state }) => state));
    made.push(joined);
    const sorted = selectRows(joined, back, model.device);
    made.push(sorted);
    const { logits, last } = tidy(() => {
      const all = tensorRows(
        concat(
          read.map((part) => part.logits),
          0,
        ),
        back,
      );
      const [n, k, v] = all.shape as [number, number, number];
      return { logits: all, last: reshape(slice(all, 1, k - 1), [n, v]) };
    });
    return { logits, state: sorted.clone(progressAfter(undefined, last, documents)) };
  } finally {
    for (const one of made) one.dispose();
  }
}
