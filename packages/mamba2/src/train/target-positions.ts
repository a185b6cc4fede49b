// Where targets count: a head makes logits of these places alone.
import { countTargets, IGNORE_INDEX } from "@x/nn/core";

/** Plans are made per number of places, so there are few of them: of all places a quarter, a half, three quarters, all. */
const PARTS = 4;

/**
 * The places of the targets that count, in order, filled up with others to a quarter, a half or three quarters of all; undefined where more count than that, and where none does.
 *
 * @param targets of a batch, flat
 */
export function targetPositions(targets: Int32Array): Int32Array<ArrayBuffer> | undefined {
  const count = countTargets(targets);
  const part = Math.ceil(targets.length / PARTS);
  const size = Math.ceil(count / part) * part;
  if (count === 0 || size >= targets.length) return undefined;
  const places = new Int32Array(size).fill(targets.indexOf(IGNORE_INDEX));
  let next = 0;
  for (let place = 0; place < targets.length; place++) if (targets[place] !== IGNORE_INDEX) places[next++] = place;
  return places;
}
