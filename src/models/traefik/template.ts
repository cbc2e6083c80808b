/** The value of a variable in Traefik's own environment; `before` is what stands in front of it (`user:`). */
export type Environment = (name: string, before: string) => string;

export type Expanded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly action: string };

/**
 * Dynamic files are Go templates before they are YAML. Only the actions that print a text as it stands or a variable
 * are known; any other one is named.
 */
export function expandTemplate(text: string, environment: Environment): Expanded {
  let unknown: string | undefined;
  const out = text.replace(/\{\{-?\s*((?:`[^`]*`|"(?:[^"\\]|\\.)*"|[^`"}])*?)\s*-?\}\}/g, (_, action: string) => {
    const value = evaluate(action, environment);
    if (value === undefined) unknown ??= action;
    return value ?? '';
  });
  return unknown === undefined ? { ok: true, text: out } : { ok: false, action: unknown };
}

function evaluate(action: string, environment: Environment): string | undefined {
  const raw = /^`([^`]*)`$/.exec(action);
  if (raw !== null) return raw[1];
  const plain = /^env "([^"]*)" \| toJson$/.exec(action);
  if (plain !== null) return JSON.stringify(environment(plain[1] ?? '', ''));
  const list = /^splitList "," \(env "([^"]*)"\) \| toJson$/.exec(action);
  if (list !== null) return JSON.stringify(environment(list[1] ?? '', '').split(','));
  const user = /^printf "([^"%]*)%s" \(env "([^"]*)"\) \| toJson$/.exec(action);
  if (user !== null) return JSON.stringify((user[1] ?? '') + environment(user[2] ?? '', user[1] ?? ''));
  return undefined;
}
