import type { Op, Test } from './script.ts';
import { bodyOfIf } from './location.ts';
import type { Body } from './location.ts';
import type { State } from './state.ts';
import { evaluate } from './template.ts';
import { escapeArgs } from './uri.ts';

/** How the rewrite phase of one level ended. */
export type Rewritten =
  | { readonly kind: 'on'; readonly changed: boolean; readonly body: Body | undefined }
  | { readonly kind: 'status'; readonly status: number; readonly body?: Body | undefined }
  /** A text or URL: sent at once, `error_page` is not asked. */
  | { readonly kind: 'send'; readonly status: number; readonly text: string; readonly body?: Body | undefined };

interface Run {
  readonly state: State;
  changed: boolean;
  /** The location, or the last `if` in it that was true. */
  body: Body | undefined;
  ended: Exclude<Rewritten, { kind: 'on' }> | undefined;
}

export function runOps(state: State, ops: readonly Op[], body: Body | undefined): Rewritten {
  const run: Run = { state, changed: false, body, ended: undefined };
  runList(run, ops);
  return run.ended === undefined ? { kind: 'on', changed: run.changed, body: run.body } : { ...run.ended, body: run.body };
}

/** True when the phase is over. */
function runList(run: Run, ops: readonly Op[]): boolean {
  for (const op of ops) if (runOp(run, op)) return true;
  return false;
}

function runOp(run: Run, op: Op): boolean {
  const { state } = run;
  switch (op.kind) {
    case 'set':
      state.set(op.name, evaluate(op.value, state));
      return false;
    case 'break': return true;
    case 'return':
      run.ended = op.status >= 400 && op.text === undefined ? { kind: 'status', status: op.status } : { kind: 'send', status: op.status, text: op.text === undefined ? '' : evaluate(op.text, state) };
      return true;
    case 'if': {
      if (!holds(state, op.test)) return false;
      if (run.body === undefined) return runList(run, op.ops());
      run.body = bodyOfIf(op.block, run.body);
      return runList(run, run.body.ops);
    }
    case 'rewrite': return runRewrite(run, op);
  }
}

function holds(state: State, test: Test): boolean {
  const value = evaluate(test.subject, state);
  switch (test.kind) {
    case 'truthy': return value !== '' && value !== '0';
    case 'equals': return (value === evaluate(test.value, state)) !== test.negated;
    case 'matches': return state.tryMatch(test.regex, value) !== test.negated;
  }
}

/** ngx_http_script_regex_start_code to _end_code. */
function runRewrite(run: Run, op: Extract<Op, { kind: 'rewrite' }>): boolean {
  const { state } = run;
  if (!state.tryMatch(op.regex, state.uri)) return false;
  // Captures are escaped where they go into arguments or into a redirect, and only if the target had something to escape.
  const escapes = state.target.quoted || (state.target.unparsed.split('?', 1)[0] ?? '').includes('+');
  const quoting = { variable: (name: string) => state.variable(name), capture: (number: number) => (escapes ? escapeArgs(state.capture(number)) : state.capture(number)) };
  const args = op.args === undefined ? undefined : evaluate(op.args, quoting);
  const redirects = op.flag === 'redirect' || op.flag === 'permanent';
  const path = redirects ? unescapeRedirect(evaluate(op.path, quoting)) : evaluate(op.path, state);
  const added = op.addArgs ? state.args : '';
  if (redirects) {
    const query = [args ?? '', added].filter((part) => part !== '').join('&');
    run.ended = { kind: 'send', status: op.flag === 'redirect' ? 302 : 301, text: query === '' ? path : `${path}?${query}` };
    return true;
  }
  state.internal = true;
  state.validUnparsed = false;
  run.changed = op.flag !== 'break';
  if (op.flag === 'break') state.validLocation = false;
  if (args !== undefined) state.args = [args, added].filter((part) => part !== '').join('&');
  else if (!op.addArgs) state.args = '';
  if (path === '') {
    run.ended = { kind: 'status', status: 500 };
    return true;
  }
  state.uri = path;
  return op.flag !== 'none';
}

/** `ngx_unescape_uri` for a redirect: harmless ASCII loses its escape, up to the first `?` that comes out (ran on 1.22). */
function unescapeRedirect(path: string): string {
  let done = false;
  return path.replace(/%([0-9A-Fa-f]{2})/g, (written, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    if (done || char <= '%' || char >= '\x7f') return written;
    done = char === '?';
    return char;
  });
}
