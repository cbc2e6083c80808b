import type { YamlMap } from '../../text/index.ts';

export interface PlannedKey {
  readonly key: string;
  readonly value: string;
}
export interface KvPlan {
  /** Sorted by key. */
  readonly keys: readonly PlannedKey[];
  /** Absent where no store is named: then only the keys are known. */
  readonly static?: YamlMap;
  /** Traefik's Redis client loses a key whose value is empty (ran), so such keys are not written for Redis. */
  readonly redis: boolean;
  readonly secret: boolean;
}
