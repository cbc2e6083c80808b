/** How much a change matters: what `--fail-on` compares. */
export type ChangeSeverity = 'security' | 'breaking' | 'info';

interface ClassText {
  readonly severity: ChangeSeverity;
  /** What the class says, in one sentence. */
  readonly says: string;
}

/** Every class of change. Ids are stable; the order is the order of reports. */
export const CLASSES = {
  'auth-removed': { severity: 'security', says: 'Requests that needed a login, or the agreement of an auth server, no longer do.' },
  'tls-removed': { severity: 'security', says: 'Requests that were answered over TLS are now only answered in plain text.' },
  'host-newly-public': { severity: 'security', says: 'A host that only entry points on private ports served is now served on port 80 or 443.' },
  'allowlist-widened': { severity: 'security', says: 'Clients that an address list kept out are let in.' },
  'limit-removed': { severity: 'security', says: 'A limit on rate, concurrency or body size is gone or higher.' },
  'https-redirect-removed': { severity: 'security', says: 'Plain requests that were sent on to https are no longer.' },
  'endpoint-newly-reachable': { severity: 'security', says: "A container that was there and that no route led to, or Traefik's own API, now answers." },
  'policy-weakened': { severity: 'security', says: 'The rules that changes are judged by were loosened.' },
  unproven: { severity: 'security', says: 'The change touches something that no request could show the effect of.' },
  'route-removed': { severity: 'breaking', says: 'Requests that a router took are answered with 404.' },
  'backend-changed': { severity: 'breaking', says: 'Requests go to other servers.' },
  'path-rewrite-changed': { severity: 'breaking', says: 'Servers receive another path or another Host.' },
  'redirect-changed': { severity: 'breaking', says: 'A redirection appears, goes away or leads elsewhere.' },
  'method-narrowed': { severity: 'breaking', says: 'A method that was served is no longer, while others still are.' },
  'header-removed': { severity: 'breaking', says: 'A header that was set is no longer, or has another value.' },
  'consumer-removed': { severity: 'breaking', says: 'Somebody who could call is refused.' },
  'status-changed': { severity: 'breaking', says: 'The gateway answers, or may answer, with another status.' },
  'route-added': { severity: 'info', says: 'Requests that no router took, and that got 404, are now taken by one.' },
  'consumer-added': { severity: 'info', says: 'Somebody who was refused may call.' },
  'header-added': { severity: 'info', says: 'A header is set that was not set before.' },
  'priority-changed-same-winner': { severity: 'info', says: 'A priority changed and every request still goes to the same router.' },
  renamed: { severity: 'info', says: 'A router has a new name, the same rule and the same servers.' },
  'endpoint-set-changed': { severity: 'info', says: 'Servers of a service were added or taken away while others stayed.' },
} as const satisfies Readonly<Record<string, ClassText>>;

export type ChangeClass = keyof typeof CLASSES;

const ORDER: readonly string[] = Object.keys(CLASSES);

export function severityOf(id: ChangeClass): ChangeSeverity {
  return CLASSES[id].severity;
}

/** Most important first. */
export function byImportance(a: ChangeClass, b: ChangeClass): number {
  return ORDER.indexOf(a) - ORDER.indexOf(b);
}

export const FAIL_ON = ['none', 'security', 'breaking', 'any'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** Whether a change of this severity is one that `--fail-on` speaks of. */
export function fails(severity: ChangeSeverity, threshold: FailOn): boolean {
  if (threshold === 'none') return false;
  return threshold === 'any' || severity === 'security' || (threshold === 'breaking' && severity === 'breaking');
}
