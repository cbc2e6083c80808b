import type { SecretForm, SecretPart } from './secrets.ts';

const BRACES = /\{{2,}/g;

/**
 * Text of a dynamic file as its Go template must hold it: the template runs on the text of the file before YAML sees it,
 * inside of quotes and outside alike. A run of braces is taken whole, so that no two of them are left side by side.
 */
export function escapeTemplate(text: string): string {
  return text.replace(BRACES, (run) => `{{ \`${run}\` }}`);
}

/**
 * Traefik's dynamic files are Go templates with sprig's `env`, executed when the file is read (seen on 3.7.15: an unset
 * variable disables the router).
 */
export const templateSecrets: Pick<SecretForm, 'say'> = {
  say: ({ parts, list }) => {
    const variables = parts.flatMap((part) => (part.kind === 'variable' ? [`env "${part.name}"`] : []));
    const [only] = variables;
    const text = parts.length === 1 && only !== undefined ? only : `printf ${JSON.stringify(formatOf(parts))} ${variables.map((one) => `(${one})`).join(' ')}`;
    return { kind: 'raw', text: list ? `{{ splitList "," (${text}) | toJson }}` : `{{ ${text} | toJson }}` };
  },
};

/** Go's format: a percent sign is written as two. */
function formatOf(parts: readonly SecretPart[]): string {
  return parts.map((part) => (part.kind === 'variable' ? '%s' : part.text.replaceAll('%', '%%'))).join('');
}
