import type { Fix, TextEdit } from '../../diagnostics/index.ts';
import { containerSymbol } from '../../ir/index.ts';
import type { Container, RawLabel } from '../../ir/index.ts';
import { hashHoles } from '../../text/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { Example, LintContext, LintRule } from '../rule.ts';
import { writtenAt } from '../support/edits.ts';
import { beside, web } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { reportFound } from '../support/model.ts';

const HASH = '$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/';

function withEnv(title: string, value: string, ...marker: readonly string[]): Example {
  const { files } = web(title, 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.middlewares.auth.basicauth.users=${USERS}', ...marker);
  return { title, files: { ...files, '.env': `USERS=${value}\n` } };
}

const rule: LintRule = {
  id: 'dollar-interpolated',
  meta: {
    summary: 'a dollar sign that Compose takes for a variable',
    why: 'Compose replaces $name in every value before Docker sees it. The dollars of a password hash or of a replacement are gone then: nobody can log in, and every path is redirected to one URL. A dollar that is meant as such is written twice.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      web('a hash with single dollars', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.middlewares.auth.basicauth.users=admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/', '                                                    ^^^^^ dollar-interpolated'),
      web('a named group', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.replacepathregex.regex=^/(?P<rest>.*)', 'traefik.http.middlewares.m.replacepathregex.replacement=/$rest', '                                                         ^^^^^ dollar-interpolated'),
      withEnv('a hash from .env without quotes', `admin:${HASH}`, '                                              ^^^^^^^^ dollar-interpolated'),
      web('a hash without a name', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', `traefik.http.middlewares.auth.basicauth.users=${HASH}`, '                                              ^^^^^ dollar-interpolated'),
      beside('a hash for another program', '  web:', '    image: example/web:1', '    environment:', `      - LOGIN=admin:${HASH}`, '#                   ^^^^^ dollar-interpolated'),
    ],
    good: [withEnv('a hash from .env in single quotes', `'admin:${HASH}'`), web('every dollar twice', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.middlewares.auth.basicauth.users=admin:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/')],
  },
  check(context) {
    for (const container of containersOf(context)) for (const label of container.labels) checkLabel(context, container, label);
    for (const { name, cutHashes = [] } of context.workspace.stacks) for (const origin of cutHashes) if (!isInLabel(context, origin)) reportElsewhere(context, name, origin);
  },
};
export default rule;

/** Where a dollar is meant as such: hashes, patterns and what replaces them. */
const HASHES = /\.(?:basicauth|digestauth)\.users$/i;
const PATTERNS = /\.(?:regex|replacement|rule|expression)(?:\[\d+\])?$/i;

/** Whether it is said at a label already. */
function isInLabel(context: LintContext, origin: OriginId): boolean {
  const place = context.origins.firstSpan(origin);
  return place === undefined || containersOf(context).some(({ labels }) => labels.some(({ key, value }) => {
    const label = HASHES.test(key.value.text) ? context.origins.firstSpan(value.origin) : undefined;
    return label?.file === place.file && label.start <= place.start && place.end <= label.end;
  }));
}

function reportElsewhere(context: LintContext, stack: string, origin: OriginId): void {
  reportFound(context, {
    origin,
    symbol: `${stack} hash`,
    severity: 'warning',
    blocking: false,
    message: 'Compose takes the dollars of this password hash for variables, and they have no value',
    label: 'write "$$"',
    why: 'the program that gets it sees a hash without its parts: nobody can log in',
    help: 'write each "$" twice, or, where a variable brings the hash, put its value in single quotes in .env',
  });
}

/** A hash from .env, in which Compose looks for variables too unless single quotes stand around it. */
function reportBrought(context: LintContext, container: Container, label: RawLabel): void {
  const [variable = ''] = label.value.value.from ?? [];
  reportFound(context, {
    origin: label.value.origin,
    symbol: `${containerSymbol(container)} ${label.key.value.text}`,
    severity: 'error',
    blocking: true,
    message: `Compose takes the dollars in the value of ${variable} for variables, and they have no value`,
    label: 'a hash without its parts',
    why: 'Traefik sees a hash without its first parts: nobody can log in',
    help: `put the value of ${variable} in single quotes where it is set: ${variable}='…'`,
  });
}

function checkLabel(context: LintContext, container: Container, label: RawLabel): void {
  const key = label.key.value.text;
  const value = label.value.value;
  if (value.holes.length === 0 || !(HASHES.test(key) || PATTERNS.test(key))) return;
  const written = writtenAt(context, label.value.origin);
  const place = context.origins.get(label.value.origin);
  if (written === undefined || place.kind !== 'span') return;
  const hash = HASHES.test(key);
  const ofHashes = hash ? hashHoles(value) : [];
  const found = hash ? firstVariable(written, (name) => ofHashes.includes(name)) : firstVariable(written, (name) => value.holes.includes(name) && !/^[A-Z0-9_]+$/.test(name));
  if (found === undefined) {
    if (ofHashes.length > 0) reportBrought(context, container, label);
    return;
  }
  reportFound(context, {
    origin: context.origins.span(place.file, place.start + found.at, place.start + found.at + found.text.length),
    symbol: `${containerSymbol(container)} ${key}`,
    severity: hash ? 'error' : 'warning',
    blocking: hash,
    message: `Compose takes "${found.text}" for a variable, and it has no value`,
    label: 'write "$$"',
    why: hash ? 'Traefik sees a hash without its first parts: nobody can log in' : 'Traefik sees the value without it',
    help: 'write each "$" that is meant as such twice',
    ...doubled(written, place.file, place.start),
  });
}

/** The first `$name` without braces that is meant as text: a part of a hash, elsewhere small letters (capitals are meant as variables). */
function firstVariable(written: string, isMeant: (name: string) => boolean): { readonly at: number; readonly text: string } | undefined {
  for (const match of written.matchAll(/\$\$|\$([A-Za-z_][A-Za-z0-9_]*)/g)) {
    const name = match[1];
    if (name !== undefined && isMeant(name)) return { at: match.index, text: match[0] };
  }
  return undefined;
}

function doubled(written: string, file: string, start: number): { readonly fixes: readonly Fix[] } {
  const edits: TextEdit[] = [];
  for (const match of written.matchAll(/\$\$|\$(?!\{)/g)) {
    if (match[0] === '$') edits.push({ file, start: start + match.index, end: start + match.index, newText: '$' });
  }
  return { fixes: [{ title: 'double each "$"', safety: 'safe', edits }] };
}
