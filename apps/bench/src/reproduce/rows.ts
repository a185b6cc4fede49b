// The table of published results, by tiers.
import { longParityRow, parityControlRow, parityRow } from "./tasks/parity.ts";
import { copyingRow, inductionRow, mqarRow } from "./tasks/language-model.ts";
import { decayAloneRow, descentRow, grokkingRow } from "./tasks/grokking.ts";
import { adapterRow } from "./tasks/adapters.ts";
import { resetMajorityRow } from "./tasks/reset-majority.ts";
import { domRow, shakespeareRow } from "./tasks/texts.ts";
import { zoologyRow } from "./tasks/zoology.ts";
import type { Row } from "./row.ts";

export const rows: readonly Row[] = [
  resetMajorityRow,
  parityRow,
  parityControlRow,
  mqarRow,
  copyingRow,
  inductionRow,
  grokkingRow,
  decayAloneRow,
  descentRow,
  domRow,
  shakespeareRow,
  adapterRow,
  longParityRow,
  zoologyRow,
];
