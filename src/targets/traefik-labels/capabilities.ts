import type { Capabilities, Row } from '../target.ts';
import { traefikFlavours } from '../traefik-common/capabilities.ts';

/** Labels hold no static configuration: entry points stay as they are where the labels are read. */
const STAYS: Row<unknown> = { verdict: { kind: 'equivalent', how: 'the static configuration stays as it is, labels do not hold it' }, seen: [{ version: '3.7.15', by: 'ran' }] };
/** And a default rule stays the provider's own. */
const OWN = {
  'router.defaultRule': { verdict: { kind: 'exact' }, seen: [{ version: '3.7.15', by: 'ran' }] },
  'entryPoint.split': STAYS,
  'entryPoint.redirection': STAYS,
  'entryPoint.forwardedHeaders': STAYS,
  'entryPoint.encodedCharacters': STAYS,
  'entryPoint.sanitizePath': STAYS,
  'entryPoint.proxyProtocol': STAYS,
  'entryPoint.observability': STAYS,
} as const;

export const labelFlavours: Readonly<Record<keyof typeof traefikFlavours, Capabilities>> = {
  '3.7': { ...traefikFlavours['3.7'], ...OWN },
  '2.11': { ...traefikFlavours['2.11'], ...OWN },
  '2.11 from 2.11': { ...traefikFlavours['2.11 from 2.11'], ...OWN },
};
