/** `Regexp.Expand`: `$1`, `$name`, `${name}`, `$$`; a name is as long as possible, so `$1x` is the group called `1x`. */
export function expandTemplate(template: string, groups: readonly (string | undefined)[], names: readonly (string | undefined)[]): string {
  let out = '';
  let rest = template;
  for (let dollar = rest.indexOf('$'); dollar >= 0; dollar = rest.indexOf('$')) {
    out += rest.slice(0, dollar);
    rest = rest.slice(dollar);
    const reference = readReference(rest);
    out += reference === undefined ? '$' : reference.name === '$' ? '$' : valueOf(reference.name, groups, names);
    rest = rest.slice(reference?.length ?? 1);
  }
  return out + rest;
}

function readReference(text: string): { readonly name: string; readonly length: number } | undefined {
  if (text.startsWith('$$')) return { name: '$', length: 2 };
  const found = /^\$(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/u.exec(text);
  const name = found?.[1] ?? found?.[2];
  return found === null || name === undefined ? undefined : { name, length: found[0].length };
}

/** A group that took no part and a group that does not exist are both empty. */
function valueOf(name: string, groups: readonly (string | undefined)[], names: readonly (string | undefined)[]): string {
  if (/^(?:0|[1-9][0-9]{0,8})$/.test(name)) return groups[Number(name)] ?? '';
  const index = names.findIndex((candidate, at) => candidate === name && groups[at] !== undefined);
  return index < 0 ? '' : (groups[index] ?? '');
}

/** The group references of a replacement, for lint: `$1x` is one, of the group `1x`. */
export function templateReferences(template: string): readonly string[] {
  const out: string[] = [];
  let rest = template;
  for (let dollar = rest.indexOf('$'); dollar >= 0; dollar = rest.indexOf('$')) {
    const reference = readReference(rest.slice(dollar));
    if (reference !== undefined && reference.name !== '$') out.push(reference.name);
    rest = rest.slice(dollar + (reference?.length ?? 1));
  }
  return out;
}
