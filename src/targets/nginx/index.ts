import type { Target } from '../target.ts';
import { capabilities } from './capabilities.ts';
import { lower } from './lower.ts';
import type { Plan } from './plan.ts';
import { render } from './render.ts';

/**
 * nginx, open source. What is written for 1.22 starts on every later version too; from 1.27.3 on names of endpoints are looked
 * up by the upstream itself.
 */
export const nginx: Target<Plan> = {
  name: 'nginx',
  engine: { name: 'nginx', versions: '>= 1.22' },
  flavours: { nginx: capabilities },
  defaultFlavour: 'nginx',
  defaultVersion: '1.22',
  lower,
  render,
};
