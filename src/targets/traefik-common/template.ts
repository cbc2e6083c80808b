import type { Raw } from '../../text/index.ts';
import type { SecretForm } from './options.ts';

/**
 * Text of a dynamic file as its Go template must hold it: the template runs on the text of the file before YAML sees it,
 * inside of quotes and outside alike. A run of braces is taken whole, so that no two of them are left side by side.
 */
export function escapeTemplate(text: string): string {
  return text.replace(/\{{2,}/g, (run) => `{{ \`${run}\` }}`);
}

/**
 * Traefik's dynamic files are Go templates with sprig's `env`, executed when the file is read (seen on 3.7.15: an unset
 * variable disables the router).
 */
export const templateSecrets: Pick<SecretForm, 'whole' | 'part'> = {
  whole: (name, _, list) => raw(list ? `{{ splitList "," (env "${name}") | toJson }}` : `{{ env "${name}" | toJson }}`),
  part: (name, value) => {
    const user = /^([A-Za-z0-9._-]+):/.exec(value)?.[1];
    return raw(user === undefined ? `{{ env "${name}" | toJson }}` : `{{ printf "${user}:%s" (env "${name}") | toJson }}`);
  },
};

function raw(text: string): Raw {
  return { kind: 'raw', text };
}
