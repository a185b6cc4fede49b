// How a row chooses its settings: by what they give on validation data, never by what is measured at the end.

/** What a setting gave; smaller is better. */
export interface TrialResult<S> {
  readonly setting: S;
  readonly loss: number;
}

/**
 * Doubles and halves a setting until the best value has a worse one on both sides.
 *
 * @param lossOf what a setting gives on validation data; it must have one minimum
 */
export async function bestByFactorsOfTwo(start: number, lossOf: (setting: number) => Promise<number>): Promise<number> {
  const losses = new Map<number, number>();
  const at = async (setting: number): Promise<number> => {
    const loss = losses.get(setting) ?? (await lossOf(setting));
    losses.set(setting, loss);
    return loss;
  };
  for (let best = start; ;) {
    const loss = await at(best);
    if ((await at(2 * best)) < loss) best *= 2;
    else if ((await at(best / 2)) < loss) best /= 2;
    else return best;
  }
}
