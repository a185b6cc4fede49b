// Hashes in errors.

/** A mark as a person can read it: the first digits of its hash. */
export function shortened(mark: string): string {
  return mark.replace(/([0-9a-f]{12})[0-9a-f]{52}/, "$1…");
}
