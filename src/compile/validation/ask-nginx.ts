import type { Decision, HeaderList, Probe, Routing } from '../../ir/index.ts';
import { answer, readNginx, type Hop, type NginxAnswer, type NginxConfig } from '../../models/nginx/index.ts';
import { compareDecision, PASSED_FIELDS, sentFields } from '../../runtime/index.ts';
import { heardAtPlace, type Place } from '../../text/index.ts';
import { expectedOf, repeatsField } from './ambient.ts';
import { escapedRefusals } from './escaped.ts';
import { astray, placesOf, type Ipv6 } from './places.ts';
import { bothTurnDown, mayDecline } from './regular.ts';
import type { After, Asked, Exchange, Replied } from './replies/exchange.ts';
import { stickyCookies, withoutSticky } from './sticky-cookies.ts';
import { differs, endpointsDiffer, SAME, type Answer, type Asker } from './verdict.ts';

/** The rendered configuration in the model of nginx. */
export function nginxAsker(files: ReadonlyMap<string, string>, routing: Routing, ipv6?: Ipv6): { readonly ask: Asker; readonly after: After; readonly faults: readonly string[] } {
  const config = readNginx(withOperatorFiles(files));
  const places = placesOf(routing);
  const misheard = astray(routing, ipv6, (first, other) => heardAlike(config, first, other));
  const declinesEscaped = escapedRefusals(routing);
  const cookies = stickyCookies(routing);
  return {
    faults: config.unknown === undefined ? [] : [config.unknown],
    after: (probe, replied) => exchangeOf(answer(config, probe, places, replied), replied),
    ask: (probe, decision) => {
      const wrong = misheard.get(probe.entryPoint);
      if (wrong !== undefined) return wrong;
      const seen = withoutCookies(asOwn(answer(config, probe, places)), cookies);
      return seen.kind === 'respond' && declinesEscaped(seen.status, probe, decision) ? { kind: 'declined' } : declared(judge(seen, probe, expectedOf('nginx', decision), sentFields(decision)), probe);
    },
  };
}

/** The same blocks listen at both, in the same order and with the same words. */
function heardAlike({ sockets }: NginxConfig, first: Place, other: Place): boolean | undefined {
  const [one, two] = [first, other].map((place) => heardAtPlace(sockets, place)?.blocks.join('\n'));
  return two === undefined ? undefined : one === two;
}

/** Undefined too where nobody else is left whom nginx could ask, which the rows of retry say. */
function exchangeOf(seen: NginxAnswer, { statuses }: Replied): Exchange | undefined {
  if (seen.kind === 'unknown' || seen.hops.some(({ alone }) => alone)) return undefined;
  const status = seen.status ?? statuses[seen.hops.length - 1] ?? 200;
  if (seen.kind === 'respond') return { status, packing: [], hops: seen.hops.map(asked), copies: [] };
  const packing: HeaderList = seen.packed === undefined ? [] : [['Content-Encoding', 'gzip'], ...(seen.packed.vary ? [['Vary', 'Accept-Encoding'] as const] : [])];
  return { status, packing, hops: seen.hops.map(asked), copies: seen.copies.map((copy) => ({ ...asked(copy), share: copy.share })) };
}

function asked({ endpoints, method, target, headers, body }: Hop): Asked {
  return { addresses: endpoints.map(({ address }) => address), method, target, headers, body, share: 100 };
}

/** A page of another service for a status that nginx itself came to: the client sees that status. */
function asOwn(seen: NginxAnswer): NginxAnswer {
  return seen.kind === 'forward' && seen.status !== undefined ? { kind: 'respond', status: seen.status, headers: seen.added, hops: seen.hops } : seen;
}

function withoutCookies(seen: NginxAnswer, cookies: ReadonlySet<string>): NginxAnswer {
  return seen.kind === 'forward' ? { ...seen, added: withoutSticky(seen.added, cookies) } : seen;
}

/** A password file that the operator puts there is not known here: it stands empty, so that nobody gets in. */
function withOperatorFiles(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const named = [...files.values()].flatMap((text) => [...text.matchAll(/\bauth_basic_user_file\s+"?([^";\s]+)"?\s*;/g)].map((match) => match[1] ?? ''));
  return new Map([...named.filter((path) => !files.has(path)).map((path): [string, string] => [path, '']), ...files]);
}

/** nginx reads repeated fields otherwise, which stands once for the whole target. */
function declared(answered: Answer, probe: Probe): Answer {
  return answered.kind === 'differs' && repeatsField(probe) ? { kind: 'declined' } : answered;
}

function judge(seen: NginxAnswer, probe: Probe, decision: Decision, sent: HeaderList | undefined): Answer {
  if (seen.kind === 'unknown') return { kind: 'unmodelled', what: seen.directive };
  if (decision.kind === 'tie' || decision.kind === 'refused') return SAME;
  const expectedStatus = decision.kind === 'respond' ? decision.status : undefined;
  if (seen.kind === 'respond') {
    if (seen.status !== expectedStatus && (mayDecline('nginx', probe, seen.status) || bothTurnDown(probe, decision, seen.status))) return { kind: 'declined' };
    const found = compareDecision(decision, { status: seen.status, responseHeaders: seen.headers, backend: null }, { engine: 'nginx', probe });
    // What it cannot read it refuses before it looks at any location: nothing is added to that answer.
    if (found !== undefined && seen.headers.length === 0 && mayDecline('nginx', probe, seen.status)) return { kind: 'declined' };
    return fromDifference(found);
  }
  if (decision.kind !== 'forward') return differs('answered by', `the proxy, ${String(expectedStatus)}`, seen.endpoints[0]?.address ?? '');
  return forwarded(seen, probe, decision, sent);
}

/** What a backend says that nobody asked for; a field that is hidden must not come through. */
const BACKEND: HeaderList = [['X-From-Backend', 'yes']];

function forwarded(seen: Extract<NginxAnswer, { kind: 'forward' }>, probe: Probe, decision: Extract<Decision, { kind: 'forward' }>, sent: HeaderList | undefined): Answer {
  const wrong = endpointsDiffer(decision.endpoints, seen.endpoints, 0.006);
  if (wrong !== undefined) return wrong;
  const answered = [...BACKEND, ...decision.responseHeaders.remove.map((name): readonly [string, string] => [name, 'from the backend'])];
  const responseHeaders = [...answered.filter(([name]) => !seen.hidden.includes(name.toLowerCase())), ...seen.added];
  const address = seen.endpoints[0]?.address ?? '';
  const found = compareDecision(decision, { status: 200, responseHeaders, backend: { address, method: probe.method, target: seen.target, headers: seen.requestHeaders } }, { engine: 'nginx', probe, answer: { status: 200, headers: BACKEND } });
  if (found !== undefined) return fromDifference(found);
  return forwardedFields(seen.requestHeaders, sent);
}

const FORWARDED: readonly string[] = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-real-ip', ...PASSED_FIELDS];

/** Which of them a field is, as it is mostly written too: every field of every request is asked. */
const PLACES: ReadonlyMap<string, number> = new Map(FORWARDED.flatMap((name, place): readonly (readonly [string, number])[] => [[name, place], [name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase()), place]]));

/** What decisions leave out, since every engine adds it on its own account. */
function forwardedFields(seen: HeaderList, sent: HeaderList | undefined): Answer {
  if (sent === undefined) return SAME;
  const [theirs, ours] = [valuesOf(sent), valuesOf(seen)];
  const place = FORWARDED.findIndex((_, at) => (theirs[at] ?? '') !== (ours[at] ?? ''));
  return place < 0 ? SAME : differs(`request header ${FORWARDED[place] ?? ''}`, theirs[place] ?? '', ours[place] ?? '');
}

/** The values of the forwarded fields, by their places. */
function valuesOf(headers: HeaderList): readonly (string | undefined)[] {
  const out = FORWARDED.map((): string | undefined => undefined);
  for (const [name, value] of headers) {
    const place = PLACES.get(name) ?? PLACES.get(name.toLowerCase());
    if (place === undefined) continue;
    const before = out[place];
    out[place] = before === undefined ? value : `${before}, ${value}`;
  }
  return out;
}

function fromDifference(found: ReturnType<typeof compareDecision>): Answer {
  return found === undefined ? SAME : differs(found.what, found.expected, found.seen);
}
