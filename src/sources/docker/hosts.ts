import { createHash } from 'node:crypto';
import { isJsonObject, objectAt, textAt } from './json.ts';

/** A Docker daemon and how to reach it. */
export interface DockerHost {
  /** As findings call it: the endpoint, or the context's name. */
  readonly name: string;
  /** `unix:///var/run/docker.sock`, `tcp://host:2375`, `ssh://me@host`, `npipe:////./pipe/docker_engine`. */
  readonly endpoint: string;
  /** PEM texts; present = TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly verify: boolean };
}

/** What the outside says about hosts, in the order in which it counts. */
export interface HostChoice {
  /** `--docker-host`: endpoints or names of contexts. */
  readonly named: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Text of a file by its absolute path; undefined = not there. */
  readFile(path: string): string | undefined;
}

const DEFAULT = 'unix:///var/run/docker.sock';

/** Which hosts are meant, or what is wrong with a name. `--docker-host`, DOCKER_HOST, DOCKER_CONTEXT, the current context, the usual socket. */
export function chooseHosts(choice: HostChoice): { readonly hosts: readonly DockerHost[] } | { readonly problem: string } {
  const hosts: DockerHost[] = [];
  for (const name of choice.named.length === 0 ? [undefined] : choice.named) {
    const host = name === undefined ? fromEnvironment(choice) : fromName(name, choice);
    if (typeof host === 'string') return { problem: host };
    hosts.push(host);
  }
  return { hosts };
}

function fromEnvironment(choice: HostChoice): DockerHost | string {
  const { env } = choice;
  const endpoint = env['DOCKER_HOST'] ?? '';
  if (endpoint !== '') return fromEndpoint(endpoint, choice);
  const named = env['DOCKER_CONTEXT'] ?? '';
  const context = named === '' ? currentContext(choice) : named;
  return context === undefined || context === 'default' ? { name: DEFAULT, endpoint: DEFAULT } : fromContext(context, choice);
}

function fromName(name: string, choice: HostChoice): DockerHost | string {
  return name.includes('://') || /^[\w.-]+:\d+$/.test(name) ? fromEndpoint(name, choice) : fromContext(name, choice);
}

function fromEndpoint(text: string, choice: HostChoice): DockerHost | string {
  const endpoint = text.includes('://') ? text : `tcp://${text}`;
  const problem = endpointProblem(endpoint);
  if (problem !== undefined) return problem;
  const isTcp = endpoint.startsWith('tcp://') || endpoint.startsWith('https://');
  const wantsTls = isTcp && ((choice.env['DOCKER_TLS_VERIFY'] ?? '') !== '' || (choice.env['DOCKER_TLS'] ?? '') !== '' || endpoint.startsWith('https://'));
  if (!wantsTls) return { name: withoutUser(endpoint), endpoint };
  const folder = choice.env['DOCKER_CERT_PATH'] ?? `${configFolder(choice)}`;
  return { name: withoutUser(endpoint), endpoint, tls: { ...pemsIn(folder, choice), verify: (choice.env['DOCKER_TLS_VERIFY'] ?? '') !== '' || endpoint.startsWith('https://') } };
}

function endpointProblem(endpoint: string): string | undefined {
  if (/^(?:unix|npipe):\/\/.+/.test(endpoint)) return undefined;
  const found = /^(tcp|http|https|ssh):\/\/.+/.exec(endpoint);
  if (found === null || !URL.canParse(endpoint)) return `a Docker host is unix://, tcp://, https:// or ssh://, or the name of a context; got "${withoutUser(endpoint)}"`;
  const { password, hostname } = new URL(endpoint);
  if (password !== '') return `"${withoutUser(endpoint)}": a password in an address is not taken; use a key`;
  return hostname.startsWith('-') || hostname === '' ? `"${withoutUser(endpoint)}" names no host` : undefined;
}

/** User names and passwords are nobody's business. */
function withoutUser(endpoint: string): string {
  return endpoint.replace(/^(\w+:\/\/)[^/@]*@/, '$1');
}

function pemsIn(folder: string, choice: HostChoice): { readonly ca?: string; readonly cert?: string; readonly key?: string } {
  const found = (['ca', 'cert', 'key'] as const).map((name) => [name, choice.readFile(`${folder}/${name}.pem`)] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined));
}

function configFolder({ env, home }: HostChoice): string {
  const named = env['DOCKER_CONFIG'] ?? '';
  return named === '' ? `${home}/.docker` : named;
}

function currentContext(choice: HostChoice): string | undefined {
  return textAt(parsed(choice.readFile(`${configFolder(choice)}/config.json`)), 'currentContext');
}

/** A context is a folder named for the hash of its name. */
function fromContext(name: string, choice: HostChoice): DockerHost | string {
  if (name === 'default') return { name: DEFAULT, endpoint: DEFAULT };
  const hash = createHash('sha256').update(name).digest('hex');
  const folder = `${configFolder(choice)}/contexts`;
  const meta = parsed(choice.readFile(`${folder}/meta/${hash}/meta.json`));
  const docker = objectAt(meta, 'Endpoints', 'docker');
  const endpoint = textAt(docker, 'Host');
  if (endpoint === undefined) return `there is no Docker context "${name}" (docker context ls)`;
  const problem = endpointProblem(endpoint);
  if (problem !== undefined) return problem;
  const pems = pemsIn(`${folder}/tls/${hash}/docker`, choice);
  const skips = docker['SkipTLSVerify'] === true;
  const hasTls = Object.keys(pems).length > 0 || endpoint.startsWith('https://');
  return { name, endpoint, ...(hasTls ? { tls: { ...pems, verify: !skips } } : {}) };
}

function parsed(text: string | undefined): unknown {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
