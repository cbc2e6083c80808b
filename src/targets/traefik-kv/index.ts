import type { Target } from '../target.ts';
import { kvFlavours } from './capabilities.ts';
import { lower } from './lower.ts';
import type { KvPlan } from './plan.ts';
import { render } from './render.ts';

/** Keys for Traefik's key-value providers: a sorted list, and dumps that etcd and Redis import. */
export const traefikKv: Target<KvPlan> = {
  name: 'traefik-kv',
  engine: { name: 'Traefik', versions: '2.11, 3.x' },
  flavours: kvFlavours,
  defaultFlavour: '3.7',
  defaultVersion: '3.7',
  lower,
  render,
};
