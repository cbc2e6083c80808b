import type { Target } from '../target.ts';
import { expressions, traditionalCompatible } from './capabilities.ts';
import { lower } from './lower.ts';
import type { KongPlan } from './plan.ts';
import { render } from './render.ts';

/** Kong Gateway OSS 3.9 without a database: `kong.yml`, `kong.conf` and the two nginx files that a node includes. */
export const kong: Target<KongPlan> = {
  name: 'kong',
  engine: { name: 'Kong Gateway', versions: '3.9' },
  flavours: { expressions, traditional_compatible: traditionalCompatible },
  defaultFlavour: 'expressions',
  defaultVersion: '3.9',
  lower,
  render,
};
