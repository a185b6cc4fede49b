// Functions of one number that Math lacks, in doubles, stable over the whole range.

export function sigmoidOf(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

export function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/**
 * Gauss error function to about 1e-15: for |x| < 3 the series 2/√π · e^(−x²) · Σ 2ⁿx^(2n+1)/(2n+1)!! (Abramowitz & Stegun 7.1.6), whose terms
 * all have one sign; beyond, the continued fraction of erfc (7.1.14).
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
