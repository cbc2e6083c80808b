/** What an entry point says of logs, metrics and traces in its static configuration. */
export function observabilityOf(raw: unknown): unknown {
  return isTree(raw) ? Object.entries(raw).find(([key]) => key.toLowerCase() === 'observability')?.[1] : undefined;
}

/** True when nothing is asked to be written down: a target that writes nothing down does just that. */
export function asksForNothing(observability: unknown): boolean {
  const options = isTree(observability) ? Object.entries(observability) : [];
  const switches = options.filter(([name]) => ['accesslogs', 'metrics', 'tracing'].includes(name.toLowerCase()));
  return switches.every(([, value]) => String(value).toLowerCase() === 'false');
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
