import type { RuleSyntax } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { TargetOptions } from '../target.ts';
import type { Form } from './collect.ts';
import type { Names } from './names.ts';
import type { SecretForm } from './secrets.ts';
import type { TraefikVersion } from './version.ts';

interface Chosen {
  readonly version: TraefikVersion;
  readonly names: Names;
  readonly secrets: Pick<SecretForm, 'say'>;
}

/** Puts together what a form of output needs from the options of the build. */
export function formOf(options: TargetOptions, { version, names, secrets }: Chosen): Form {
  const written = (origin: OriginId): string | undefined => writtenAt(origin, options);
  return { version, sourceVersion: options.sourceVersion, defaultSyntax: defaultSyntaxOf(options), names, secrets: { inlineSecrets: options.inlineSecrets, written, ...secrets } };
}

/** The static configuration is kept, `core.defaultRuleSyntax` included. */
function defaultSyntaxOf({ gateway }: TargetOptions): RuleSyntax {
  const { static: found } = gateway.proxy;
  if (found === 'unknown') return 'v3';
  return isTree(found.raw) && isTree(found.raw['core']) && found.raw['core']['defaultRuleSyntax'] === 'v2' ? 'v2' : 'v3';
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The source text at a place. */
function writtenAt(origin: OriginId, { origins, files }: TargetOptions): string | undefined {
  const span = origins.firstSpan(origin);
  return span === undefined ? undefined : files.get(span.file)?.text.slice(span.start, span.end);
}
