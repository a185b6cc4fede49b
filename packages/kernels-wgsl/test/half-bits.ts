// Halves for tests.

/** The 16 bits of the f16 nearest to a number, ties to even. */
export function f16Bits(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const a = Math.abs(x);
  if (a >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(a)));
  const scaled = a / 2 ** (exponent - 10);
  let rounded = Math.round(scaled);
  if (rounded - scaled === 0.5 && rounded % 2 === 1) rounded--;
  return sign | (rounded + (exponent + 14) * 1024);
}
