// How far results are from what they should be.

/** The farthest of what was compared. */
export interface Deviation {
  /** the largest |got − want|, in parts of the largest |want| beside it */
  readonly far: number;
  /** whether all bits agree */
  readonly same: boolean;
}

/** Notes the farthest of what it compares. */
export class Comparison {
  far = 0;
  same = true;

  /** @throws Error for results of another length, or that are no numbers */
  add(got: ArrayLike<number>, want: ArrayLike<number>): void {
    if (got.length !== want.length) throw new Error(`there must be ${want.length} numbers; got ${got.length}.`);
    let [scale, far] = [0, 0];
    for (let i = 0; i < want.length; i++) {
      scale = Math.max(scale, Math.abs(want[i]!));
      far = Math.max(far, Math.abs(got[i]! - want[i]!));
      if (!Object.is(got[i], want[i])) this.same = false;
    }
    const parts = far === 0 ? 0 : far / scale;
    if (!Number.isFinite(parts)) throw new Error("numbers must be finite, and not all 0 where results differ.");
    this.far = Math.max(this.far, parts);
  }

  /** What all of several comparisons say. */
  static of(all: readonly Deviation[]): Deviation {
    return { far: Math.max(0, ...all.map(({ far }) => far)), same: all.every(({ same }) => same) };
  }
}
