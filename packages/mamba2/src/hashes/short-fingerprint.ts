// Hashes in errors.

/** A fingerprint as a person can read it: the first digits of its hash. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.replace(/([0-9a-f]{12})[0-9a-f]{52}/, "$1…");
}
