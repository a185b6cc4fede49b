// How the clock of a device stands to that of the host. Work begins on the device after the host has submitted it, and
// has ended before the host hears of it: every submit bounds the difference from both sides.

export class DeviceClock {
  #least = -Infinity;
  #most = Infinity;

  /** Notes a piece of work: begin and end by the device, submit and news of its end by the host. */
  note(beginNs: number, endNs: number, submittedNs: number, heardNs: number): void {
    this.#least = Math.max(this.#least, submittedNs - beginNs);
    this.#most = Math.min(this.#most, heardNs - endNs);
  }

  /**
   * To be added to times of the device. The least that is possible: no work then begins before its submit, and the
   * submit that was begun soonest is where it should be.
   */
  get offsetNs(): number {
    return Number.isFinite(this.#least) ? this.#least : 0;
  }

  /** By how much the device's times may be too early; below 0 where the two clocks run at different speeds. */
  get uncertainNs(): number {
    return this.#most - this.#least;
  }
}
