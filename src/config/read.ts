import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv';
import { parse } from 'yaml';
import schema from '../../schemas/gateway.config.schema.json' with { type: 'json' };
import { suggest } from '../diagnostics/index.ts';
import type { Severity } from '../diagnostics/index.ts';
import type { Config, DeclaredGateway } from './config.ts';

export type ConfigRead = { readonly kind: 'read'; readonly config: Config } | { readonly kind: 'invalid'; readonly message: string };

interface RawGateway {
  readonly engine?: string;
  readonly static?: string;
  readonly dynamic?: string | readonly string[];
  readonly stacks?: readonly string[];
  readonly env?: readonly string[];
  readonly live?: string | readonly string[];
}
interface RawConfig {
  readonly gateways?: Readonly<Record<string, RawGateway>>;
  readonly build?: { readonly to?: readonly string[]; readonly out?: string };
  readonly 'fail-on'?: string;
  readonly targets?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly approximate?: Readonly<Record<string, string>>;
  readonly rules?: Readonly<Record<string, string>>;
  readonly overrides?: readonly { readonly files: readonly string[]; readonly rules: Readonly<Record<string, Severity | 'off'>> }[];
  readonly requireReason?: boolean;
}

/** Reads and checks a configuration file's text; the message of an invalid one names the key. */
export function readConfig(path: string, text: string): ConfigRead {
  let raw: unknown;
  try {
    raw = isPackage(path) ? keyOf(JSON.parse(text)) : (parse(text, { merge: true }) ?? {});
  } catch (error) {
    if (isPackage(path)) return { kind: 'invalid', message: `${path} is no JSON` };
    return { kind: 'invalid', message: `${path} is no YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}` };
  }
  if (raw === undefined) return { kind: 'invalid', message: `${path} has no key "gateway"` };
  const validate = new Ajv2020({ allErrors: true, verbose: true }).compile<RawConfig>(schema);
  if (!validate(raw)) return { kind: 'invalid', message: `${path}: ${(validate.errors ?? []).slice(0, 5).map(explain).join('; ')}` };
  return { kind: 'read', config: toConfig(path, raw) };
}

/** There the configuration stands under a key of its own. */
function isPackage(path: string): boolean {
  return /(?:^|[/\\])package\.json$/.test(path);
}

function keyOf(value: unknown): unknown {
  return isObject(value) ? value['gateway'] : undefined;
}

function explain(error: ErrorObject): string {
  const where = error.instancePath === '' ? 'the file' : error.instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/');
  const unknown: unknown = error.params['additionalProperty'];
  if (typeof unknown === 'string') return `${where} has no option "${unknown}"${meant(unknown, optionsOf(error.parentSchema))}`;
  const words: unknown = error.params['allowedValues'];
  if (Array.isArray(words)) return `${where} takes ${words.join(', ')}${got(error.data, words.map(String))}`;
  const about = isObject(error.parentSchema) && typeof error.parentSchema['description'] === 'string' ? ` (${error.parentSchema['description'].replace(/\.$/, '')})` : '';
  return `${where} ${error.message ?? 'is not valid'}${about}`;
}

function optionsOf(schema: unknown): readonly string[] {
  return isObject(schema) && isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
}

function got(value: unknown, words: readonly string[]): string {
  return typeof value === 'string' ? `, got "${value}"${meant(value, words)}` : '';
}

function meant(word: string, words: readonly string[]): string {
  const near = suggest(word, words);
  return near === undefined ? '' : `, did you mean "${near}"?`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function toConfig(path: string, raw: RawConfig): Config {
  return {
    path,
    gateways: Object.entries(raw.gateways ?? {}).map(([name, gateway]) => toGateway(name, gateway)),
    build: { to: raw.build?.to ?? [], ...(raw.build?.out === undefined ? {} : { out: raw.build.out }) },
    ...(raw['fail-on'] === undefined ? {} : { failOn: raw['fail-on'] }),
    targets: raw.targets ?? {},
    approximate: raw.approximate ?? {},
    rules: Object.fromEntries(Object.entries(raw.rules ?? {}).filter(isLevel)),
    overrides: raw.overrides ?? [],
    requireReason: raw.requireReason ?? false,
    ...(raw.rules?.['as-of'] === undefined ? {} : { asOf: raw.rules['as-of'] }),
  };
}

/** All entries of `rules` but `as-of`, which the schema has checked. */
function isLevel(entry: readonly [string, string]): entry is [string, Severity | 'off'] {
  return entry[0] !== 'as-of';
}

function toGateway(name: string, raw: RawGateway): DeclaredGateway {
  return {
    name,
    ...(raw.engine === undefined ? {} : { engine: raw.engine }),
    ...(raw.static === undefined ? {} : { static: raw.static }),
    dynamic: listOf(raw.dynamic),
    stacks: raw.stacks ?? [],
    env: raw.env ?? [],
    live: listOf(raw.live),
  };
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
