import type { HeaderList } from '../../ir/index.ts';
import { ipInRange, parseIp, parseIpRange } from '../../rule-lang/index.ts';
import type { Settings } from './settings.ts';
import { credentials } from './state.ts';
import type { State } from './state.ts';
import { evaluate } from './template.ts';
import { ConfigError } from './tokens.ts';
import { passwordFits } from './users.ts';

/** allow/deny, then auth_basic: what they answer with. */
export function refusal(state: State, settings: Settings): { readonly status: number; readonly headers: HeaderList } | undefined {
  const rule = settings.access.find(({ range }) => inRange(state.probe.clientIp, range));
  if (rule !== undefined && !rule.allow) return { status: 403, headers: [] };
  const status = settings.realm === undefined ? undefined : basicAuth(state, settings);
  if (settings.realm === undefined || status === undefined) return undefined;
  return { status, headers: status === 401 ? [['WWW-Authenticate', `Basic realm="${evaluate(settings.realm, state)}"`]] : [] };
}

function inRange(address: string, range: string): boolean {
  if (range === 'all') return true;
  const ip = parseIp(address);
  const parsed = parseIpRange(range);
  if (parsed === undefined) throw new ConfigError(`allow ${range}`);
  return ip !== undefined && ipInRange(ip, parsed);
}

/** The status that refuses; undefined = the user is let in. A missing file refuses with 403. */
function basicAuth(state: State, settings: Settings): number | undefined {
  const given = credentials(state);
  if (given === undefined) return 401;
  const file = settings.usersFile === undefined ? undefined : state.config.files.get(evaluate(settings.usersFile, state));
  if (file === undefined) return 403;
  const line = file.split('\n').find((text) => text.startsWith(`${given.user}:`));
  if (line === undefined) return 401;
  const fits = passwordFits(line.slice(given.user.length + 1).split(':', 1)[0] ?? '', given.password);
  if (fits === undefined) throw new ConfigError('a hash in an htpasswd file');
  return fits ? undefined : 401;
}
