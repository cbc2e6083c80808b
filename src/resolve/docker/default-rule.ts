import { known, type Text } from '../../text/index.ts';
import { fails, Fails, FUNCTIONS, truth, Unknown, unknown, type TemplateValue } from './template-functions.ts';

/** What a default-rule template may read (pkg/provider/docker/config.go). */
export interface RuleModel {
  readonly name: string;
  readonly containerName: string;
  readonly labels: ReadonlyMap<string, Text>;
}

/** unknown: the template uses more of Go's template language or of sprig than is known here; fails: the engine makes no rule of it. */
export type DefaultRule = { readonly kind: 'rule'; readonly rule: Text } | { readonly kind: 'unknown' } | { readonly kind: 'fails' };

/** The provider's default, in both versions. */
export const DEFAULT_RULE = 'Host(`{{ normalize .Name }}`)';

/** The rule that a default-rule template gives for a container. */
export function defaultRule(template: string, model: RuleModel): DefaultRule {
  const run: Run = { model, holes: [], tokens: split(template), at: 0 };
  try {
    const text = block(run, { live: true });
    if (run.at < run.tokens.length) return { kind: 'unknown' };
    return { kind: 'rule', rule: run.holes.length === 0 ? known(text) : { text, holes: [...new Set(run.holes)] } };
  } catch (error) {
    if (error instanceof Unknown) return { kind: 'unknown' };
    if (error instanceof Fails) return { kind: 'fails' };
    throw error;
  }
}

type Token = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'action'; readonly text: string };
interface Run {
  readonly model: RuleModel;
  readonly holes: string[];
  readonly tokens: readonly Token[];
  at: number;
}
/** What a block runs with: in a branch that is not taken nothing is worked out; `with` gives the dot a value. */
interface Scope {
  readonly live: boolean;
  readonly dot?: TemplateValue;
}

function split(template: string): readonly Token[] {
  const tokens: Token[] = [];
  let trimNext = false;
  for (let at = 0; ; ) {
    const open = template.indexOf('{{', at);
    const close = open === -1 ? -1 : template.indexOf('}}', open + 2);
    // Never closed: Go refuses the template.
    if (open !== -1 && close === -1) return [{ kind: 'action', text: '?' }];
    const text = template.slice(at, open === -1 ? undefined : open);
    const started = trimNext ? text.trimStart() : text;
    if (open === -1) return [...tokens, { kind: 'text', text: started }];
    const [, cutsBefore, action = '', cutsAfter] = /^(- )?(.*?)( -)?$/s.exec(template.slice(open + 2, close)) ?? [];
    tokens.push({ kind: 'text', text: cutsBefore === undefined ? started : started.trimEnd() }, { kind: 'action', text: action.trim() });
    trimNext = cutsAfter !== undefined;
    at = close + 2;
  }
}

/** Text and actions up to `else` or `end`. */
function block(run: Run, scope: Scope): string {
  let out = '';
  for (; run.at < run.tokens.length; run.at += 1) {
    const token = run.tokens[run.at];
    if (token === undefined || (token.kind === 'action' && /^(?:else|end)\b/.test(token.text))) break;
    const branch = token.kind === 'action' ? /^(if|with)\s+(.*)$/s.exec(token.text) : null;
    if (token.kind === 'text') out += token.text;
    else if (branch !== null) out += condition(run, branch[2] ?? '', scope, branch[1] === 'with');
    else if (!token.text.startsWith('/*')) out += scope.live ? printed(pipeline(run, token.text, scope)) : '';
  }
  return scope.live ? out : '';
}

function condition(run: Run, test: string, scope: Scope, binds: boolean): string {
  const value = scope.live ? pipeline(run, test, scope) : null;
  const holds = scope.live && truth(value);
  run.at += 1;
  const yes = block(run, { ...scope, live: holds, ...(binds ? { dot: value } : {}) });
  const no = otherwise(run, { ...scope, live: scope.live && !holds });
  return holds ? yes : no;
}

function otherwise(run: Run, scope: Scope): string {
  const action = actionAt(run);
  if (action === 'end') return '';
  const again = action === undefined ? null : /^else\s+if\s+(.*)$/s.exec(action);
  // A chain of conditions has one end.
  if (again !== null) return condition(run, again[1] ?? '', scope, false);
  if (action !== 'else') unknown();
  run.at += 1;
  const out = block(run, scope);
  if (actionAt(run) !== 'end') unknown();
  return out;
}

function actionAt(run: Run): string | undefined {
  const token = run.tokens[run.at];
  return token?.kind === 'action' ? token.text : undefined;
}

function printed(value: TemplateValue): string {
  return value === null ? '<no value>' : String(value);
}

interface Cursor {
  readonly words: readonly string[];
  readonly scope: Scope;
  at: number;
}

/** `index .Labels "k" | default "x" | lower`: the piped value comes last. */
function pipeline(run: Run, text: string, scope: Scope): TemplateValue {
  const cursor = { words: text.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[()|]|[^\s()|]+/g) ?? [], scope, at: 0 };
  const value = pipe(run, cursor);
  if (cursor.at !== cursor.words.length) unknown();
  return value;
}

function pipe(run: Run, cursor: Cursor): TemplateValue {
  let value = command(run, cursor, undefined);
  while (cursor.words[cursor.at] === '|') {
    cursor.at += 1;
    value = command(run, cursor, value);
  }
  return value;
}

function command(run: Run, cursor: Cursor, piped: TemplateValue | undefined): TemplateValue {
  const head = cursor.words[cursor.at] ?? '';
  if (/^[A-Za-z]\w*$/.test(head) && head !== 'true' && head !== 'false') {
    cursor.at += 1;
    return call(run, head, cursor, piped);
  }
  if (piped !== undefined) unknown();
  return operand(run, cursor);
}

function operand(run: Run, cursor: Cursor): TemplateValue {
  const word = cursor.words[cursor.at] ?? '';
  cursor.at += 1;
  if (word === '(') {
    const value = pipe(run, cursor);
    if (cursor.words[cursor.at] !== ')') unknown();
    cursor.at += 1;
    return value;
  }
  if (word.startsWith('"') && word.endsWith('"') && word.length > 1 && !word.includes('\\')) return word.slice(1, -1);
  if (word.startsWith('`')) return word.slice(1, -1);
  if (word === 'true' || word === 'false') return word === 'true';
  return field(run, word, cursor.scope);
}

function field(run: Run, word: string, { dot }: Scope): TemplateValue {
  const { model } = run;
  if (dot !== undefined) return word === '.' ? dot : unknown();
  if (word === '.Name') return model.name;
  if (word === '.ContainerName') return model.containerName;
  if (/^\.(?!Labels\b)[A-Za-z_]\w*$/.test(word)) fails();
  const label = /^\.Labels\.([\w]+)$/.exec(word)?.[1] ?? unknown();
  return model.labels.has(label) ? labelText(run, label) : null;
}

function labelText(run: Run, key: string): string {
  const value = run.model.labels.get(key);
  run.holes.push(...(value?.holes ?? []));
  return value?.text ?? '';
}

function call(run: Run, name: string, cursor: Cursor, piped: TemplateValue | undefined): TemplateValue {
  if (name === 'index') {
    if (cursor.words[cursor.at] !== '.Labels' || cursor.scope.dot !== undefined) unknown();
    cursor.at += 1;
    const key = operand(run, cursor);
    if (typeof key !== 'string') unknown();
    return labelText(run, key);
  }
  const args: TemplateValue[] = [];
  while (cursor.at < cursor.words.length && !['|', ')'].includes(cursor.words[cursor.at] ?? '')) args.push(operand(run, cursor));
  if (piped !== undefined) args.push(piped);
  const fn = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (fn === undefined) unknown();
  return fn(args);
}
