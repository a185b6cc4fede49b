// A hash of 128 bits that tells contents apart, as fast as they are read. It keeps nobody from making contents of a hash.

/** Where the four words of a hash begin, and what they are multiplied by: odd, with bits all over. */
const BEGIN = [0x9e3779b9, 0x7f4a7c15, 0xbf58476d, 0x94d049bb] as const;
const FACTORS = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1] as const;

/**
 * A hash in hexadecimal, the same on every machine.
 *
 * @param parts whose bytes count one after another; where one part ends counts too
 */
export function wordsHash(parts: readonly ArrayBufferView[]): string {
  let [a, b, c, d] = BEGIN as readonly [number, number, number, number];
  const add = (word: number): void => {
    a = Math.imul((a ^ word) + (d >>> 15), FACTORS[0]);
    b = Math.imul((b ^ word) + (a >>> 13), FACTORS[1]);
    c = Math.imul((c ^ word) + (b >>> 16), FACTORS[2]);
    d = Math.imul((d ^ word) + (c >>> 14), FACTORS[3]);
  };
  for (const { buffer, byteOffset, byteLength } of parts) {
    const whole = byteLength >>> 2;
    const bytes = new DataView(buffer, byteOffset, byteLength);
    for (let i = 0; i < whole; i++) add(bytes.getInt32(4 * i, true));
    for (let i = 4 * whole; i < byteLength; i++) add(bytes.getUint8(i));
    add(byteLength);
  }
  for (let i = 0; i < 8; i++) add(i); // every word depends on every other
  return [a, b, c, d].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
