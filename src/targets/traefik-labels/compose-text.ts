import { quoted } from '../../text/index.ts';
import type { Raw } from '../../text/index.ts';
import type { SecretForm } from '../traefik-common/secrets.ts';

/** A value that Compose takes as it stands: one `$` is written as two. */
export function literalText(value: string): string {
  return value.replaceAll('$', '$$$$');
}

/** A label value as YAML, always quoted: no reader may take it for a number. */
export function yamlText(composeText: string): string {
  return quoted(composeText);
}

/** Compose reads the variable itself, so a secret stays where it is. An empty text means that it cannot be said. */
export const composeSecrets: Pick<SecretForm, 'say'> = {
  say: ({ expression }) => expressionText(expression),
};

/**
 * The source's own words, where they are the same in any YAML style: a quote or backslash might belong to the style.
 */
export function expressionText(written: string): Raw {
  return { kind: 'raw', text: /["'\\\n]/.test(written) ? '' : written };
}
