import type { Capabilities } from '../target.ts';
import { traefikFlavours } from '../traefik-common/capabilities.ts';

/** Keys hold what files hold, in the same words. */
export const kvFlavours: Readonly<Record<keyof typeof traefikFlavours, Capabilities>> = traefikFlavours;
