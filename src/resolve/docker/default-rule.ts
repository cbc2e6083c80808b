import { known, type Text } from '../../text/index.ts';
import { normalize } from '../names.ts';

/** What a default-rule template may read (pkg/provider/docker/config.go). */
export interface RuleModel {
  readonly name: string;
  readonly containerName: string;
  readonly labels: ReadonlyMap<string, Text>;
}

/** The provider's default, in both versions. */
export const DEFAULT_RULE = 'Host(`{{ normalize .Name }}`)';

/**
 * The rule that a default-rule template gives for a container; undefined when the template uses more of Go's template
 * language or of sprig than is known here.
 */
export function defaultRule(template: string, model: RuleModel): Text | undefined {
  const run: Run = { model, holes: [], tokens: split(template), at: 0 };
  try {
    const text = block(run, true);
    return run.at < run.tokens.length ? undefined : run.holes.length === 0 ? known(text) : { text, holes: [...new Set(run.holes)] };
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

class Unsupported extends Error {}

type Token = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'action'; readonly text: string };
interface Run {
  readonly model: RuleModel;
  readonly holes: string[];
  readonly tokens: readonly Token[];
  at: number;
}

function split(template: string): readonly Token[] {
  const tokens: Token[] = [];
  let trimNext = false;
  for (const part of template.split(/(\{\{.*?\}\})/s)) {
    const action = /^\{\{(- )?(.*?)( -)?\}\}$/s.exec(part);
    if (action === null) {
      if (part.includes('{{')) return [{ kind: 'action', text: '?' }];
      tokens.push({ kind: 'text', text: trimNext ? part.trimStart() : part });
      continue;
    }
    const before = tokens.at(-1);
    if (action[1] !== undefined && before?.kind === 'text') tokens[tokens.length - 1] = { kind: 'text', text: before.text.trimEnd() };
    tokens.push({ kind: 'action', text: (action[2] ?? '').trim() });
    trimNext = action[3] !== undefined;
  }
  return tokens;
}

/** Text and actions up to `else` or `end`. */
function block(run: Run, live: boolean): string {
  let out = '';
  for (; run.at < run.tokens.length; run.at += 1) {
    const token = run.tokens[run.at];
    if (token === undefined || (token.kind === 'action' && /^(?:else|end)\b/.test(token.text))) break;
    if (token.kind === 'text') out += token.text;
    else if (token.text.startsWith('if ')) out += condition(run, token.text.slice(3), live);
    else if (!token.text.startsWith('/*')) out += live ? pipeline(run, token.text) : '';
  }
  return live ? out : '';
}

function condition(run: Run, test: string, live: boolean): string {
  const holds = live && truth(pipeline(run, test));
  run.at += 1;
  const yes = block(run, live && holds);
  let no = '';
  if (actionAt(run) === 'else') {
    run.at += 1;
    no = block(run, live && !holds);
  }
  if (actionAt(run) !== 'end') throw new Unsupported();
  return holds ? yes : no;
}

function actionAt(run: Run): string | undefined {
  const token = run.tokens[run.at];
  return token?.kind === 'action' ? token.text : undefined;
}

function truth(value: string): boolean {
  return value !== '' && value !== 'false';
}

/** `index .Labels "k" | default "x" | lower`: values are texts; the piped one comes last. */
function pipeline(run: Run, text: string): string {
  const words = text.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[()|]|[^\s()|]+/g) ?? [];
  const cursor = { words, at: 0 };
  const value = pipe(run, cursor);
  if (cursor.at !== words.length) throw new Unsupported();
  return value;
}

interface Cursor {
  readonly words: readonly string[];
  at: number;
}

function pipe(run: Run, cursor: Cursor): string {
  let value = command(run, cursor, undefined);
  while (cursor.words[cursor.at] === '|') {
    cursor.at += 1;
    value = command(run, cursor, value);
  }
  return value;
}

function command(run: Run, cursor: Cursor, piped: string | undefined): string {
  const head = cursor.words[cursor.at] ?? '';
  if (/^[A-Za-z]\w*$/.test(head)) {
    cursor.at += 1;
    return call(run, head, cursor, piped);
  }
  if (piped !== undefined) throw new Unsupported();
  return operand(run, cursor);
}

function operand(run: Run, cursor: Cursor): string {
  const word = cursor.words[cursor.at] ?? '';
  cursor.at += 1;
  if (word === '(') {
    const value = pipe(run, cursor);
    if (cursor.words[cursor.at] !== ')') throw new Unsupported();
    cursor.at += 1;
    return value;
  }
  if (word.startsWith('"') && word.endsWith('"') && word.length > 1 && !word.includes('\\')) return word.slice(1, -1);
  if (word.startsWith('`')) return word.slice(1, -1);
  if (word === '.Name') return run.model.name;
  if (word === '.ContainerName') return run.model.containerName;
  const label = /^\.Labels\.([\w]+)$/.exec(word)?.[1];
  if (label === undefined) throw new Unsupported();
  return run.model.labels.has(label) ? labelText(run, label) : '<no value>';
}

function labelText(run: Run, key: string): string {
  const value = run.model.labels.get(key);
  run.holes.push(...(value?.holes ?? []));
  return value?.text ?? '';
}

function call(run: Run, name: string, cursor: Cursor, piped: string | undefined): string {
  if (name === 'index') {
    if (cursor.words[cursor.at] !== '.Labels') throw new Unsupported();
    cursor.at += 1;
    return labelText(run, operand(run, cursor));
  }
  const args: string[] = [];
  while (cursor.at < cursor.words.length && !['|', ')'].includes(cursor.words[cursor.at] ?? '')) args.push(operand(run, cursor));
  if (piped !== undefined) args.push(piped);
  const fn = FUNCTIONS[name];
  if (fn === undefined || args.length !== fn.length) throw new Unsupported();
  return fn(args[0] ?? '', args[1] ?? '', args[2] ?? '');
}

type Fn = (...args: [string, string, string]) => string;
const FUNCTIONS: Readonly<Record<string, Fn | undefined>> = {
  normalize: (text) => normalize(text),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  default: (fallback, given) => (given === '' ? fallback : given),
  trimPrefix: (prefix, text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  trimSuffix: (suffix, text) => (suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text),
  replace: (from, to, text) => text.split(from).join(to),
  contains: (part, text) => String(text.includes(part)),
  hasPrefix: (prefix, text) => String(text.startsWith(prefix)),
  hasSuffix: (suffix, text) => String(text.endsWith(suffix)),
  eq: (a, b) => String(a === b),
  ne: (a, b) => String(a !== b),
  not: (value) => String(!truth(value)),
  or: (a, b) => (truth(a) ? a : b),
  and: (a, b) => (truth(a) ? b : a),
};
