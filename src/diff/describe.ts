import { isSecretField, requestText } from '../analysis/index.ts';
import { maskMessage } from '../diagnostics/mask.ts';
import type { Decision, HeaderOps, Probe } from '../ir/index.ts';
import { decodeUtf8 } from './bytes.ts';
import type { Witness } from './behaviour.ts';
import { rescaled, type Replicas } from './replicas.ts';
import type { Verdict } from './side.ts';

/** A witness in words; secrets are hidden by the field that they stand in. */
export interface WitnessText {
  readonly request: string;
  readonly entryPoint: string;
  readonly before: string;
  readonly after: string;
  /** The command that shows it again. */
  readonly replay: string;
}

export function describeWitness({ probe, loggedIn, caller, before, after }: Witness): WitnessText {
  const login = caller === undefined ? (loggedIn ? ' with a valid login' : '') : ` as ${caller}`;
  return { request: `${requestText(probe)}${login}`, entryPoint: probe.entryPoint, ...sides(before, after, probe), replay: replayOf(probe) };
}

function sides({ decision: before, replicas: had }: Verdict, { decision: after, replicas: has }: Verdict, probe: Probe): Pick<WitnessText, 'before' | 'after'> {
  const isOneStatus = before.kind === 'respond' && after.kind === 'respond' && before.status === after.status;
  const hidden = isOneStatus ? ['content-length', 'date', 'location'] : OWN;
  const [left, right] = [headersOf(before, hidden), headersOf(after, hidden)];
  const counted = rescaled(had, has);
  const texts = [describe(before, probe, countsOf(counted, had)) + only(left, right, ''), describe(after, probe, countsOf(counted, has)) + only(right, left, ' (another value)')].map((text) => maskMessage(decodeUtf8(text)));
  const [was = '', now = ''] = texts;
  // What an answer cannot show stands in the chain.
  return was === now ? { before: was, after: `${now} (the same answer on fresh state)` } : { before: was, after: now };
}

/** How many replicas a server has, where that is another number. */
function countsOf(addresses: readonly string[], replicas: Replicas): ReadonlyMap<string, string> {
  return new Map(addresses.map((address) => [address, replicas.get(address) === 1 ? ' (1 replica)' : ` (${String(replicas.get(address))} replicas)`]));
}

function describe(decision: Decision, probe: Probe, counts: ReadonlyMap<string, string>): string {
  switch (decision.kind) {
    case 'forward': {
      const servers = decision.endpoints.length === 0 ? 'no server' : decision.endpoints.map(({ address }) => `${address.replace(/^http:\/\//, '')}${counts.get(address) ?? ''}`).join(' or ');
      const path = decision.target === probe.target ? '' : `, path ${decision.target}`;
      return `${servers}${path}${decision.host === probe.host || decision.host === null ? '' : `, host ${decision.host}`}`;
    }
    case 'respond': {
      const location = decision.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
      return `${String(decision.status)}${decision.router === null ? ' no router' : ''}${location === undefined ? '' : ` to ${location}`}`;
    }
    case 'tie':
      return 'one of several routers, at random';
    case 'refused':
      return 'refused';
  }
}

/** What only dresses an answer of the gateway's own, where the status says more. */
const OWN: readonly string[] = ['content-length', 'content-type', 'date', 'location', 'x-content-type-options'];

/** Fields that only one side has; `mark` tells a secret from another one, which reads alike. */
function only(mine: readonly Field[], other: readonly Field[], mark: string): string {
  return mine.filter(({ raw }) => !other.some((one) => one.raw === raw)).map(({ text }) => `, ${text}${other.some((one) => one.text === text) ? mark : ''}`).join('');
}

/** A field of a message as it is and as it may be read. */
interface Field {
  readonly raw: string;
  readonly text: string;
}

function headersOf(decision: Decision, hidden: readonly string[]): readonly Field[] {
  if (decision.kind === 'forward') return [...opsOf('', decision.requestHeaders), ...opsOf('answer ', decision.responseHeaders)];
  return decision.kind === 'respond' ? opsOf('answer ', { set: decision.headers.filter(([name]) => !hidden.includes(name.toLowerCase())), remove: [] }) : [];
}

function opsOf(label: string, { set, remove }: HeaderOps): readonly Field[] {
  const said = (name: string, value: string): string => `${label}${name}: ${value}`;
  return [...set.map(([name, value]) => ({ raw: said(name, value), text: said(name, isSecretField(name) ? '***' : value) })), ...remove.map((name) => ({ raw: `${label}without ${name}`, text: `${label}without ${name}` }))];
}

/** `gateway explain` for it; a shell takes nothing in it for its own. */
function replayOf({ method, host, target, tls, headers, entryPoint, clientIp }: Probe): string {
  const url = `${tls === false ? 'http' : 'https'}://${host ?? ''}${target}`;
  const fields = headers.flatMap(([name, value]) => ['-H', `${name}: ${isSecretField(name) ? '***' : value}`]);
  const words = ['gateway', 'explain', ...(method === 'GET' ? [] : [method]), url, '--on', entryPoint, ...fields, ...(clientIp === '127.0.0.1' ? [] : ['--client-ip', clientIp])];
  return words.map(shellWord).join(' ');
}

/** A word that a shell takes for one. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
