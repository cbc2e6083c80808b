import { isSecretField, requestText } from '../analysis/index.ts';
import { maskMessage } from '../diagnostics/mask.ts';
import type { Decision, HeaderOps, Probe } from '../ir/index.ts';
import { decodeUtf8 } from './bytes.ts';
import type { Witness } from './behaviour.ts';

/** A witness in words; secrets are hidden by the field that they stand in. */
export interface WitnessText {
  readonly request: string;
  readonly entryPoint: string;
  readonly before: string;
  readonly after: string;
  /** The command that shows it again. */
  readonly replay: string;
}

export function describeWitness({ probe, loggedIn, before, after }: Witness): WitnessText {
  const login = loggedIn ? ' with a valid login' : '';
  return { request: `${requestText(probe)}${login}`, entryPoint: probe.entryPoint, ...sides(before.decision, after.decision, probe), replay: replayOf(probe) };
}

function sides(before: Decision, after: Decision, probe: Probe): Pick<WitnessText, 'before' | 'after'> {
  const [left, right] = [headersOf(before), headersOf(after)];
  const only = (mine: readonly string[], other: readonly string[]): string => mine.filter((line) => !other.includes(line)).map((line) => `, ${line}`).join('');
  const texts = [describe(before, probe) + only(left, right), describe(after, probe) + only(right, left)].map((text) => maskMessage(decodeUtf8(text)));
  const [was = '', now = ''] = texts;
  // What an answer cannot show stands in the chain.
  return was === now ? { before: was, after: `${now} (the same answer on fresh state)` } : { before: was, after: now };
}

function describe(decision: Decision, probe: Probe): string {
  switch (decision.kind) {
    case 'forward': {
      const servers = decision.endpoints.length === 0 ? 'no server' : decision.endpoints.map(({ address }) => address.replace(/^http:\/\//, '')).join(' or ');
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

function headersOf(decision: Decision): readonly string[] {
  if (decision.kind === 'forward') return [...opsOf('', decision.requestHeaders), ...opsOf('answer ', decision.responseHeaders)];
  return decision.kind === 'respond' ? opsOf('answer ', { set: decision.headers.filter(([name]) => !/^(?:content-length|content-type|date|location|x-content-type-options)$/i.test(name)), remove: [] }) : [];
}

function opsOf(label: string, { set, remove }: HeaderOps): readonly string[] {
  return [...set.map(([name, value]) => `${label}${name}: ${isSecretField(name) ? '***' : value}`), ...remove.map((name) => `${label}without ${name}`)];
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
