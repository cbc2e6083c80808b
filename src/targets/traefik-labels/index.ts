import type { Target } from '../target.ts';
import { labelFlavours } from './capabilities.ts';
import { lower } from './lower.ts';
import type { LabelsPlan } from './plan.ts';
import { render } from './render.ts';

/** The labels of each Compose service anew, as an override file: for Traefik's Docker provider of either version. */
export const traefikLabels: Target<LabelsPlan> = {
  name: 'traefik-labels',
  engine: { name: 'Traefik', versions: '2.11, 3.x' },
  flavours: labelFlavours,
  defaultFlavour: '3.7',
  defaultVersion: '3.7',
  lower,
  render,
};
