/** What has to hold, from the container up, before a request can reach it. */
export type RungName = 'container' | 'running' | 'healthy' | 'enabled' | 'constraint' | 'labels' | 'router' | 'entry point' | 'TLS' | 'service' | 'network' | 'port' | 'backend';

/** `unseen`: nothing here tells. `waiting`: not asked, because a rung below it has failed. */
export type RungState = 'ok' | 'failed' | 'unseen' | 'waiting';

export interface Rung {
  readonly rung: RungName;
  readonly state: RungState;
  readonly text: string;
  readonly at: string | null;
}

/** Why a router is not there, or a service has no servers. */
export interface Ladder {
  /** `router api@docker`, `service web@docker`. */
  readonly subject: string;
  /** `shop/api`; null for what a file declares. */
  readonly container: string | null;
  readonly rungs: readonly Rung[];
  readonly failed: RungName | null;
  readonly unseen: readonly RungName[];
}

/** Above the first rung that fails nothing can be told: the engine did not get that far. */
export function ladderOf(subject: string, container: string | null, rungs: readonly Rung[]): Ladder {
  const at = rungs.findIndex(({ state }) => state === 'failed');
  const shown = at === -1 ? rungs : rungs.map((rung, index): Rung => (index > at && rung.state !== 'failed' ? { ...rung, state: 'waiting', text: 'not asked' } : rung));
  return { subject, container, rungs: shown, failed: rungs[at]?.rung ?? null, unseen: shown.filter(({ state }) => state === 'unseen').map(({ rung }) => rung) };
}
