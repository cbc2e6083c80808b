/** A part of the requests or connections: numerator over denominator of one level, multiplied over all levels. */
export interface Share<E> {
  readonly endpoint: E;
  readonly numerator: number;
  readonly denominator: number;
}

/** The smallest whole weights with the same ratios. */
export function wholeWeights<E>(shares: readonly Share<E>[]): readonly { readonly endpoint: E; readonly weight: number }[] {
  const common = shares.reduce((multiple, share) => lcm(multiple, share.denominator), 1);
  const weights = shares.map((share) => (share.numerator * common) / share.denominator);
  const divisor = Math.max(1, weights.reduce(gcd, 0));
  return shares.map(({ endpoint }, index) => ({ endpoint, weight: (weights[index] ?? 0) / divisor }));
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function lcm(a: number, b: number): number {
  return (a / gcd(a, b)) * b;
}
