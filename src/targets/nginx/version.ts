/** True when an nginx version such as `1.22` is at least another; missing parts are 0. */
export function atLeast(version: string, wanted: string): boolean {
  const have = numbers(version);
  for (const [index, want] of numbers(wanted).entries()) {
    const part = have[index] ?? 0;
    if (part !== want) return part > want;
  }
  return true;
}

function numbers(version: string): readonly number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}
