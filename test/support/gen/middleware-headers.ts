import { chance, pick, weighted, type Draw } from './draw.ts';
import type { Options, Palette } from './spec.ts';

type Part = 'request' | 'response' | 'security' | 'cors' | 'hosts';
const PARTS: readonly Part[] = ['request', 'response', 'security', 'cors', 'hosts'];
/** Kong's preflights differ and it knows no allowed hosts. */
const WEIGHTS: Readonly<Record<Palette, Readonly<Partial<Record<Part, number>>>>> = {
  portable: { request: 40, response: 35, security: 25 },
  nginx: { request: 30, response: 25, security: 18, cors: 20, hosts: 7 },
  everything: { request: 25, response: 25, security: 18, cors: 24, hosts: 8 },
};

/** One or two of the jobs of the headers middleware. */
export function drawHeaders(draw: Draw, palette: Palette): Options {
  const first = RECIPES[weighted(draw, WEIGHTS[palette], PARTS)](draw);
  return chance(draw, 30) ? { ...first, ...RECIPES[weighted(draw, WEIGHTS[palette], PARTS)](draw) } : first;
}

const RECIPES: Readonly<Record<Part, (draw: Draw) => Options>> = {
  request: (draw) => repeat(draw, () => ({ [`customrequestheaders.${pick(draw, ['X-A', 'X-Tenant', 'X-Added', 'User-Agent', 'Accept', 'Host', 'X-Forwarded-Proto', 'Cookie'])}`]: pick(draw, ['set', '1', '', 'two words', 'q"uote']) })),
  response: (draw) => repeat(draw, () => ({ [`customresponseheaders.${pick(draw, ['X-R', 'Cache-Control', 'X-Backend-Kind', 'Content-Type', 'Set-Cookie', 'X-Asked'])}`]: pick(draw, ['r', 'no-store', '', 'a; b=c', '$var']) })),
  security: (draw) => repeat(draw, () => pick(draw, SECURITY)),
  cors: (draw) => ({ ...pick(draw, ORIGINS), ...repeat(draw, () => pick(draw, CORS)) }),
  hosts: (draw) => ({ allowedhosts: pick(draw, ['a.test', 'a.test,b.test', 'www.a.test']), ...(chance(draw, 20) ? { hostsproxyheaders: 'X-Forwarded-Host' } : {}), ...(chance(draw, 15) ? { isdevelopment: 'true' } : {}) }),
};

const SECURITY: readonly Options[] = [
  { framedeny: 'true' }, { customframeoptionsvalue: 'SAMEORIGIN' }, { contenttypenosniff: 'true' }, { browserxssfilter: 'true' }, { custombrowserxssvalue: '0' }, { referrerpolicy: 'no-referrer' },
  { permissionspolicy: 'camera=()' }, { contentsecuritypolicy: "default-src 'self'; img-src *" }, { contentsecuritypolicyreportonly: "default-src 'none'" }, { stsseconds: '300', forcestsheader: 'true' },
  { stsseconds: '31536000', stsincludesubdomains: 'true', stspreload: 'true' }, { framedeny: 'true', isdevelopment: 'true', stsseconds: '10' }, { sslredirect: 'true' },
];
const ORIGINS: readonly Options[] = [
  { accesscontrolalloworiginlist: 'http://app.test' }, { accesscontrolalloworiginlist: 'http://app.test,https://b.test' }, { accesscontrolalloworiginlist: '*' }, { accesscontrolalloworiginlistregex: '^https?://[a-z]+\\.test$' },
];
const CORS: readonly Options[] = [
  { accesscontrolallowmethods: 'GET,POST' }, { accesscontrolallowmethods: '*' }, { accesscontrolallowheaders: 'X-A,Content-Type' }, { accesscontrolallowheaders: '*' }, { accesscontrolexposeheaders: 'X-R' },
  { accesscontrolallowcredentials: 'true' }, { accesscontrolmaxage: '600' }, { addvaryheader: 'true' },
];

function repeat(draw: Draw, one: () => Options): Options {
  return Array.from({ length: pick(draw, [1, 1, 2, 3]) }).reduce<Options>((all) => ({ ...all, ...one() }), {});
}
