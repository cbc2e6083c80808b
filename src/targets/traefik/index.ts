import type { Target } from '../target.ts';
import { traefikFlavours } from '../traefik-common/capabilities.ts';
import { lower } from './lower.ts';
import type { TraefikPlan } from './plan.ts';
import { render } from './render.ts';

/** Traefik's own files: a static `traefik.yml` and one dynamic file per stack for its file provider. */
export const traefik: Target<TraefikPlan> = {
  name: 'traefik',
  engine: { name: 'Traefik', versions: '2.11, 3.x' },
  flavours: traefikFlavours,
  defaultFlavour: '3.7',
  defaultVersion: '3.7',
  lower,
  render,
};
