// Functions of one number that Math lacks, in doubles, stable over the whole range.

export function sigmoidOf(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

export function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/**
 * Gauss error function to about 1e-15: for |x| < 3 the series 2/√π · e^(−x²) · Σ 2ⁿx^(2n+1)/(2n+1)!! (Abramowitz &
 * Stegun 7.1.6), whose terms all have one sign; beyond, the continued fraction of erfc (7.1.14).
 */
export function erfOf(x: number): number {
  const t = Math.abs(x);
  if (t > 6) return Math.sign(x);
  if (t < 3) {
    let term = t;
    let total = t;
    for (let n = 1; term > total * 1e-17; n++) {
      term *= (2 * t * t) / (2 * n + 1);
      total += term;
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t) * total;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (t + fraction);
  return Math.sign(x) * (1 - Math.exp(-t * t) / (Math.sqrt(Math.PI) * (t + fraction)));
}

/** The power of C and PyTorch: unlike in JavaScript, 1 to any power is 1, NaN included, and −1 to an infinite one. */
export function powOf(x: number, y: number): number {
  return x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : x ** y;
}

/** The nearest whole number, halves to the even one. Differences of doubles this near to a whole number are exact. */
export function roundOf(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest === 0.5) return below % 2 === 0 ? below : Math.ceil(x);
  return rest < 0.5 ? (Object.is(x, -0) ? x : below) : Math.ceil(x);
}

/** The remainder with the sign of y; JavaScript's has that of x. */
export function remainderOf(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/** ⌊x/y⌋ by the exact remainder: x/y itself may round up to a whole number. A result of 0 has the sign of x/y. */
export function floorDivideOf(x: number, y: number): number {
  if (y === 0) return x / y;
  const rest = x % y;
  const quotient = Math.round((x - rest) / y) - (rest !== 0 && rest < 0 !== y < 0 ? 1 : 0);
  return quotient === 0 ? ((x < 0 || Object.is(x, -0)) === y > 0 ? -0 : 0) : quotient;
}

/** Inverse of {@link erfOf}: Halley's steps from an approximation whose relative error is 2e-3 (Winitzki, 2008). */
export function erfinvOf(x: number): number {
  const t = Math.abs(x);
  if (!(t < 1)) return t === 1 ? x * Infinity : NaN;
  if (t < 1e-9) return x * (Math.sqrt(Math.PI) / 2);
  const log = Math.log1p(-t * t);
  const half = 2 / (Math.PI * 0.147) + log / 2;
  let y = Math.sqrt(Math.sqrt(half * half - log / 0.147) - half);
  for (let i = 0; i < 4; i++) {
    const step = (erfOf(y) - t) / ((2 / Math.sqrt(Math.PI)) * Math.exp(-y * y));
    y -= step / (1 + y * step);
  }
  return x < 0 ? -y : y;
}
